"""Every endpoint and every status that version 1 promises."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.errors import IndexMismatchError, IndexUnavailableError
from wirematch.index.embedded import EmbeddedStore
from wirematch.settings import Settings

ARTICLES = "/v1/articles"


def add(client: TestClient, article: dict, **parameters) -> dict:
    response = client.post(ARTICLES, json=article, params=parameters)
    assert response.status_code == 201, response.text
    return response.json()


def check(client: TestClient, article: dict, **filters) -> dict:
    submission = {name: value for name, value in article.items() if name != "id"}
    response = client.post("/v1/check", json=submission | filters)
    assert response.status_code == 200, response.text
    return response.json()


def ids(matches: list[dict]) -> list[str]:
    return [match["id"] for match in matches]


# Storing


def test_the_first_article_is_new(client, bridge):
    receipt = add(client, bridge["wire"])
    took_ms = receipt["report"].pop("took_ms")

    assert took_ms > 0
    assert receipt == {
        "id": "harbour-bridge-wire",
        "stored": True,
        "version": 1,
        "report": {
            "decision": "new",
            "why": None,
            "original_id": None,
            "matches": [],
            "pickups": [],
            "attribution": {"stories": [], "original": 1.0},
            "index": {"articles": 1, "candidates": 0, "compared": 0},
            "partial_index": False,
        },
    }


@pytest.mark.parametrize(
    ("kind", "decision"),
    [("copy", "duplicate"), ("rewrite", "rewrite"), ("excerpt", "partial"), ("independent", "new")],
)
def test_storing_reports_what_an_article_derives_from(client, story, kind, decision):
    add(client, story["wire"])
    report = add(client, story[kind])["report"]

    assert report["decision"] == decision
    assert report["original_id"] == (None if decision == "new" else story["wire"]["id"])
    assert ids(report["matches"]) == ([] if decision == "new" else [story["wire"]["id"]])


def test_a_report_is_made_against_what_was_stored_before(client, bridge):
    add(client, bridge["copy"] | {"published_at": None})

    assert add(client, bridge["wire"])["report"]["original_id"] == bridge["copy"]["id"]
    assert add(client, {"body": bridge["wire"]["body"]})["report"]["index"]["articles"] == 3


def test_a_report_can_be_left_out(client, bridge):
    add(client, bridge["wire"])

    assert add(client, bridge["copy"], report="false") == {
        "id": bridge["copy"]["id"], "stored": True, "version": 1, "report": None,
    }  # fmt: skip


def test_an_article_without_an_id_gets_one(client):
    one, other = (add(client, {"body": "Four died when the bridge fell."}) for _ in range(2))

    assert one["id"] != other["id"]
    assert client.get(f"{ARTICLES}/{one['id']}").json()["body"] == "Four died when the bridge fell."


def test_an_id_that_exists_is_refused(client, bridge):
    add(client, bridge["wire"])
    response = client.post(ARTICLES, json={"id": bridge["wire"]["id"], "body": "Something else."})

    document = assert_problem(response, 409, "article-exists")
    assert bridge["wire"]["id"] in document["detail"]
    assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").json()["body"] == bridge["wire"]["body"]


def test_a_duplicate_need_not_be_stored(client, bridge, keys):
    add(client, bridge["wire"])
    before = keys()
    response = client.post(ARTICLES, json=bridge["copy"], params={"store": "unless_duplicate"})

    assert response.status_code == 200
    assert {name: response.json()[name] for name in ("id", "stored", "version")} == {
        "id": None, "stored": False, "version": None,
    }  # fmt: skip
    assert response.json()["report"]["decision"] == "duplicate"
    assert keys() == before
    assert_problem(client.get(f"{ARTICLES}/{bridge['copy']['id']}"), 404, "article-not-found")


def test_what_is_no_duplicate_is_stored_under_that_policy_too(client, bridge):
    add(client, bridge["wire"])
    receipt = add(client, bridge["rewrite"], store="unless_duplicate", report="false")

    assert receipt == {"id": bridge["rewrite"]["id"], "stored": True, "version": 1, "report": None}


def test_a_refused_duplicate_under_a_taken_id_leaves_the_article_there(client, bridge):
    add(client, bridge["wire"])
    response = client.post(ARTICLES, json=bridge["wire"], params={"store": "unless_duplicate"})

    assert_problem(response, 409, "article-exists")
    assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").status_code == 200


# One article


def test_an_article_is_read_back_as_it_was_sent(client, bridge):
    sent = bridge["wire"] | {
        "metadata": {"desk": "world", "words": 412, "share": 1.0, "free": True, "by": None},
        "expires_at": "2199-12-31T00:00:00Z",
    }
    add(client, sent)
    read = client.get(f"{ARTICLES}/{sent['id']}").json()

    assert read.pop("version") == 1
    assert read.pop("stored_at").endswith("Z")
    assert read == sent


def test_a_stored_article_is_a_wire_story_unless_it_says_otherwise(client):
    add(client, {"id": "a", "body": "Four died."})

    assert client.get(f"{ARTICLES}/a").json()["kind"] == "wire"


def test_putting_creates_repeats_and_replaces(client, bridge):
    def put(article: dict) -> tuple[int, int]:
        response = client.put(f"{ARTICLES}/{bridge['wire']['id']}", json=article)
        assert response.json()["stored"] is True
        assert response.json()["id"] == bridge["wire"]["id"]
        return response.status_code, response.json()["version"]

    assert put(bridge["wire"]) == (201, 1)
    assert put(bridge["wire"]) == (200, 1)
    assert put(bridge["wire"] | {"headline": "Bridge down"}) == (200, 2)
    assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").json()["headline"] == "Bridge down"


def test_putting_needs_no_id_in_the_article(client):
    assert client.put(f"{ARTICLES}/a", json={"body": "Four died."}).status_code == 201
    assert client.put(f"{ARTICLES}/a", json={"id": "a", "body": "Four died."}).json()["version"] == 1


def test_putting_under_two_ids_is_refused(client):
    response = client.put(f"{ARTICLES}/a", json={"id": "b", "body": "Four died."})

    assert "'b'" in assert_problem(response, 422, "invalid-article")["detail"]
    assert_problem(client.get(f"{ARTICLES}/a"), 404, "article-not-found")


def test_putting_reports_against_what_was_there_before_but_itself(client, bridge):
    add(client, bridge["wire"])
    report = client.put(f"{ARTICLES}/mine", json={"body": bridge["rewrite"]["body"]}).json()["report"]
    assert report["original_id"] == bridge["wire"]["id"]

    again = client.put(f"{ARTICLES}/mine", json={"body": bridge["rewrite"]["body"]}).json()["report"]
    assert ids(again["matches"]) == [bridge["wire"]["id"]]
    edited = client.put(f"{ARTICLES}/mine", json={"body": bridge["rewrite"]["body"] + "\n\nMore follows."}).json()
    assert ids(edited["report"]["matches"]) == [bridge["wire"]["id"]]
    assert client.put(f"{ARTICLES}/mine", json={"body": "Short."}, params={"report": "false"}).json()["report"] is None


def test_a_new_version_is_found_and_the_old_one_is_not(client, bridge, stories):
    add(client, {"id": "a", "body": bridge["wire"]["body"]})
    client.put(f"{ARTICLES}/a", json={"body": stories["amber-lamps"]["wire"]["body"]})

    assert check(client, bridge["copy"])["decision"] == "new"
    assert check(client, stories["amber-lamps"]["copy"])["original_id"] == "a"


def test_a_deleted_article_is_gone(client, bridge, keys):
    add(client, bridge["wire"])
    response = client.delete(f"{ARTICLES}/{bridge['wire']['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert_problem(client.get(f"{ARTICLES}/{bridge['wire']['id']}"), 404, "article-not-found")
    assert_problem(client.delete(f"{ARTICLES}/{bridge['wire']['id']}"), 404, "article-not-found")
    assert check(client, bridge["copy"])["index"] == {"articles": 0, "candidates": 0, "compared": 0}
    assert keys() == set()


@pytest.mark.parametrize(
    "article_id", ["urn:newsml:norwind:2026:1", "https://norwind.example/2026/1", "a/b/c", "größe 1", "50%", "a?b#c"]
)
def test_any_id_will_do(client, bridge, article_id):
    path = f"{ARTICLES}/{article_id.replace('%', '%25').replace('?', '%3F').replace('#', '%23')}"
    assert client.put(path, json={"body": bridge["wire"]["body"]}).json()["id"] == article_id

    assert client.get(path).json()["id"] == article_id
    assert client.get(f"{path}/pickups").json() == {"id": article_id, "total": 0, "offset": 0, "pickups": []}
    assert client.delete(path).status_code == 204


# Pickups


def test_pickups_are_those_that_derive_from_it_newest_first(client, bridge):
    for kind in ("rewrite", "wire", "excerpt", "independent", "copy"):
        add(client, bridge[kind])
    page = client.get(f"{ARTICLES}/{bridge['wire']['id']}/pickups").json()

    assert (page["id"], page["total"], page["offset"]) == (bridge["wire"]["id"], 3, 0)
    assert [(pickup["id"], pickup["relation"]) for pickup in page["pickups"]] == [
        (bridge["excerpt"]["id"], "partial"),
        (bridge["copy"]["id"], "copy"),
        (bridge["rewrite"]["id"], "rewrite"),
    ]
    assert page["pickups"][1]["credited"] is True
    assert page["pickups"][2]["source"] == "The Coastal Ledger"


def test_pickups_are_paged(client, bridge):
    for kind in ("wire", "copy", "rewrite", "excerpt"):
        add(client, bridge[kind])
    path = f"{ARTICLES}/{bridge['wire']['id']}/pickups"
    pages = [client.get(path, params={"offset": offset, "limit": 2}).json() for offset in (0, 2, 4)]

    assert [len(page["pickups"]) for page in pages] == [2, 1, 0]
    assert [page["total"] for page in pages] == [3, 3, 3]
    assert ids(pages[0]["pickups"] + pages[1]["pickups"]) == ids(client.get(path).json()["pickups"])


def test_without_times_of_publication_what_was_stored_later_is_a_pickup(client, bridge):
    body = bridge["wire"]["body"]
    for name in ("first", "second", "third"):
        add(client, {"id": name, "body": body})

    assert ids(client.get(f"{ARTICLES}/second/pickups").json()["pickups"]) == ["third"]
    assert ids(client.get(f"{ARTICLES}/first/pickups").json()["pickups"]) == ["third", "second"]


def test_pickups_of_an_unknown_article_are_not_found(client):
    assert_problem(client.get(f"{ARTICLES}/nobody/pickups"), 404, "article-not-found")


@pytest.mark.parametrize("parameters", [{"offset": -1}, {"limit": 0}, {"limit": 101}, {"offset": "x"}])
def test_pages_that_make_no_sense_are_refused(client, parameters):
    assert_problem(client.get(f"{ARTICLES}/a/pickups", params=parameters), 422, "invalid-request")


# Checking


def test_checking_stores_nothing(client, bridge, keys):
    add(client, bridge["wire"])
    before = keys()
    report = check(client, bridge["rewrite"])

    assert report["decision"] == "rewrite"
    assert keys() == before


def test_a_report_has_the_evidence(client, bridge):
    add(client, bridge["wire"])
    report = check(client, bridge["rewrite"])
    [match] = report["matches"]

    assert set(report) == {
        "decision", "why", "original_id", "matches", "pickups", "attribution", "index", "partial_index", "took_ms"
    }  # fmt: skip
    assert (report["why"], report["pickups"]) == (None, [])
    assert report["index"] == {"articles": 1, "candidates": 1, "compared": 1}
    assert set(match) == {
        "id", "source", "headline", "published_at", "url", "relation", "derivation", "probability", "coverage",
        "verbatim", "credited", "quoted", "passages", "versions",
    }  # fmt: skip
    assert (match["source"], match["url"]) == (bridge["wire"]["source"], bridge["wire"]["url"])
    assert set(match["coverage"]) == {"submission", "story"}
    first = match["passages"][0]
    assert set(first) == {"submission", "story", "kind", "similarity"}
    assert bridge["rewrite"]["body"][first["submission"]["start"] : first["submission"]["end"]].startswith(
        "At least four"
    )


def test_a_text_too_short_to_decide_says_why(client):
    report = check(client, {"body": "Four people died when a barge hit the old bridge of the harbour."})

    assert (report["decision"], report["original_id"], report["matches"]) == ("undecided", None, [])
    assert "13 words" in report["why"]


def test_what_was_published_later_is_a_pickup_and_no_match(client, bridge):
    for kind in ("copy", "rewrite", "independent"):
        add(client, bridge[kind])
    report = check(client, bridge["wire"], include_related=True)

    assert (report["decision"], report["original_id"], report["matches"]) == ("new", None, [])
    assert [(pickup["id"], pickup["relation"]) for pickup in report["pickups"]] == [
        (bridge["copy"]["id"], "copy"), (bridge["rewrite"]["id"], "rewrite")
    ]  # fmt: skip
    assert report["attribution"] == {"stories": [], "original": 1.0}


def test_what_an_article_is_made_of_is_shared_out(client, bridge, stories):
    for name in ("amber-lamps", "harbour-bridge", "strait-accord"):
        add(client, stories[name]["wire"])
    halves = [stories[name]["wire"]["body"] for name in ("harbour-bridge", "strait-accord")]
    attribution = check(client, {"body": "\n\n".join(halves)})["attribution"]

    assert {story["id"]: story["share"] for story in attribution["stories"]} == pytest.approx(
        {"harbour-bridge-wire": 0.5, "strait-accord-wire": 0.5}, abs=0.05
    )
    assert attribution["original"] == pytest.approx(0, abs=0.05)


def test_versions_of_one_story_stand_under_the_closest(client, bridge):
    first = "\n\n".join(bridge["wire"]["body"].split("\n\n")[:-3])
    add(client, bridge["wire"] | {"id": "first", "body": first, "published_at": "2026-03-03T10:00:00Z"})
    add(client, bridge["wire"] | {"id": "elsewhere", "body": first, "source": "Calder Wire"})
    add(client, bridge["wire"])
    report = check(client, bridge["rewrite"])

    assert ids(report["matches"]) == [bridge["wire"]["id"], "elsewhere"]
    [version] = report["matches"][0]["versions"]
    assert set(version) == {
        "id", "source", "headline", "published_at", "url", "relation", "probability", "coverage"
    }  # fmt: skip
    assert (version["id"], version["source"], version["published_at"]) == ("first", "Norwind", "2026-03-03T10:00:00Z")
    assert report["matches"][1]["versions"] == []


def test_related_articles_are_told_of_when_asked(client, bridge):
    add(client, bridge["wire"])

    assert check(client, bridge["independent"])["matches"] == []
    report = check(client, bridge["independent"], include_related=True)
    assert [(match["id"], match["relation"], match["derivation"]) for match in report["matches"]] == [
        (bridge["wire"]["id"], "related", "non_derived")
    ]
    assert (report["decision"], report["original_id"]) == ("new", None)


def test_the_best_match_comes_first(client, bridge):
    for kind in ("excerpt", "rewrite", "wire"):
        add(client, bridge[kind])
    report = check(client, bridge["copy"] | {"published_at": None})

    assert ids(report["matches"]) == [bridge["wire"]["id"], bridge["rewrite"]["id"], bridge["excerpt"]["id"]]
    assert (report["decision"], report["original_id"]) == ("duplicate", bridge["wire"]["id"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["wire", "copy", "rewrite"]),
        ({"sources": ["Norwind"]}, ["wire"]),
        ({"sources": ["Norwind", "The Coastal Ledger"]}, ["wire", "rewrite"]),
        ({"sources": ["Nobody"]}, []),
        ({"kinds": ["wire"]}, ["wire"]),
        ({"kinds": ["article"]}, ["copy", "rewrite"]),
        ({"published_after": "2026-03-03T12:20:00Z"}, ["copy", "rewrite"]),
        ({"published_after": "2026-03-03T12:20:01Z"}, ["copy"]),
        ({"published_before": "2026-03-03T13:20:00+01:00"}, ["wire"]),
        ({"published_before": "2026-03-03T13:20:01+01:00"}, ["wire", "rewrite"]),
        ({"limit": 1}, ["wire"]),
        ({"kinds": ["article"], "limit": 1}, ["copy"]),
    ],
)
def test_a_check_can_be_narrowed(client, bridge, filters, found):
    for kind in ("rewrite", "copy", "wire"):
        add(client, bridge[kind])

    assert ids(check(client, {"body": bridge["wire"]["body"]}, **filters)["matches"]) == [
        bridge[kind]["id"] for kind in found
    ]


@pytest.mark.parametrize(
    "filters", [{"limit": 0}, {"kinds": ["blog"]}, {"published_after": "2026-03-03"}, {"since": 1}]
)
def test_filters_that_make_no_sense_are_refused(client, filters):
    response = client.post("/v1/check", json={"body": "Four died."} | filters)

    document = assert_problem(response, 422, "invalid-request")
    assert document["errors"][0]["place"].startswith(f"body.{next(iter(filters))}")


def test_only_so_many_candidates_are_compared(redis_url, index_name, bridge):
    settings = Settings(redis_url=redis_url, index=index_name, compare_limit=2)
    with TestClient(create_app(settings)) as client:
        for kind in ("wire", "copy", "rewrite"):
            add(client, bridge[kind])

        assert check(client, bridge["wire"])["index"] == {"articles": 3, "candidates": 3, "compared": 2}


def test_rewrites_are_found_in_every_language(client, foreign):
    add(client, {"id": "unrelated", "body": foreign["unrelated"]})
    add(client, {"id": "wire", "body": foreign["wire"]})

    assert check(client, {"body": foreign["copy"]})["original_id"] == "wire"
    assert check(client, {"body": foreign["rewrite"]}, include_related=True)["matches"][0]["id"] == "wire"


# Comparing


def test_two_articles_are_compared_and_nothing_is_stored(client, bridge, keys):
    before = keys()
    response = client.post("/v1/compare", json={"submission": bridge["rewrite"], "story": bridge["wire"]})
    match = response.json()

    assert response.status_code == 200
    assert (match["id"], match["relation"]) == (bridge["wire"]["id"], "rewrite")
    assert keys() == before


def test_articles_with_nothing_in_common_are_called_unrelated(client, bridge, stories):
    match = client.post(
        "/v1/compare", json={"submission": bridge["wire"], "story": stories["amber-lamps"]["wire"]}
    ).json()

    assert (match["relation"], match["derivation"], match["passages"]) == ("unrelated", "non_derived", [])


def test_a_comparison_needs_both_sides(client):
    response = client.post("/v1/compare", json={"submission": {"body": "Four died."}})

    assert assert_problem(response, 422, "invalid-request")["errors"] == [
        {"place": "body.story", "message": "Field required"}
    ]


# Around it


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_all_is_well(client, path):
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_without_redis_it_lives_and_is_not_ready(tmp_path, bridge):
    store = EmbeddedStore(tmp_path)
    store.__enter__()
    try:
        with TestClient(create_app(Settings(redis_url=store.url))) as client:
            add(client, bridge["wire"])
            store.__exit__()

            assert client.get("/livez").status_code == 200
            assert client.post("/v1/compare", json={"submission": bridge["copy"], "story": bridge["wire"]}).is_success
            for response in (
                client.get("/readyz"),
                client.post(ARTICLES, json=bridge["copy"]),
                client.put(f"{ARTICLES}/a", json={"body": "Four died."}),
                client.get(f"{ARTICLES}/a"),
                client.delete(f"{ARTICLES}/a"),
                client.get(f"{ARTICLES}/a/pickups"),
                client.post("/v1/check", json=bridge["copy"]),
            ):
                assert_problem(response, 503, "index-unavailable")
                assert response.headers["retry-after"] == "1"

            store.__enter__()
            assert client.get("/readyz").status_code == 200
            assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").status_code == 200
    finally:
        store.__exit__()


def test_an_index_of_other_parameters_makes_it_unready(client, store, index_name):
    store.hset(f"{{{index_name}}}:record", "permutations", "64")

    document = assert_problem(client.get("/readyz"), 503, "index-mismatch")
    assert "permutations is 64, not 128" in document["detail"]


def test_it_does_not_start_on_an_index_of_other_parameters(store, settings):
    store.hset(f"{{{settings.index}}}:record", "permutations", "64")

    with pytest.raises(IndexMismatchError, match="permutations"), TestClient(create_app(settings)):
        pass


def test_it_does_not_start_without_redis(tmp_path):
    settings = Settings(redis_url=f"unix://{tmp_path}/nobody.sock")

    with pytest.raises(IndexUnavailableError, match="Redis"), TestClient(create_app(settings)):
        pass


def test_a_lost_script_cache_does_not_matter(client, store, bridge):
    add(client, bridge["wire"])
    store.script_flush()

    assert check(client, bridge["copy"])["decision"] == "duplicate"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1", 404, "not-found"),
        ("GET", "/v2/articles", 404, "not-found"),
        ("DELETE", "/v1/articles", 405, "method-not-allowed"),
        ("PATCH", "/v1/articles/a", 405, "method-not-allowed"),
        ("GET", "/v1/check", 405, "method-not-allowed"),
        ("POST", "/livez", 405, "method-not-allowed"),
    ],
)
def test_what_does_not_exist_is_a_problem_too(client, method, path, status, kind):
    response = client.request(method, path)

    assert_problem(response, status, kind)
    assert ("allow" in response.headers) == (status == 405)


def test_the_interface_is_described(client):
    assert client.get("/docs").status_code == 200
    paths = client.get("/openapi.json").json()["paths"]

    assert {path: sorted(operations) for path, operations in paths.items()} == {
        "/v1/articles": ["post"],
        "/v1/articles/bulk": ["post"],
        "/v1/articles/{article_id}": ["delete", "get", "put"],
        "/v1/articles/{article_id}/pickups": ["get"],
        "/v1/articles/{article_id}/cluster": ["get"],
        "/v1/check": ["post"],
        "/v1/compare": ["post"],
        "/livez": ["get"],
        "/readyz": ["get"],
    }
