"""Articles one by one: stored, read back, replaced, deleted."""

from __future__ import annotations

import json

import pytest

from support.api_calls import ARTICLES, add, check, ids
from support.problem_documents import assert_problem


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


@pytest.mark.parametrize(
    ("body", "body_format"),
    [
        ("<p>Four people died when a <b>barge</b> struck the bridge of Averland.</p>", "html"),
        ("Four people died when a **barge** struck the bridge of Averland.", "markdown"),
        ("Four people died when a barge struck the bridge of Averland.", None),
    ],
)
def test_the_format_of_a_body_is_kept_and_putting_it_again_changes_nothing(client, keys, body, body_format):
    wanted = {} if body_format is None else {"body_format": body_format}
    assert client.put(f"{ARTICLES}/a", json={"body": body}).status_code == 201
    stored = client.get(f"{ARTICLES}/a").json()
    assert {name: stored[name] for name in stored.keys() & {"body", "body_format"}} == {"body": body} | wanted
    for given in ({}, {"body_format": "auto"}, {"body_format": body_format or "text"}):
        again = client.put(f"{ARTICLES}/a", json={"body": body} | given)
        assert (again.status_code, again.json()["version"]) == (200, 1)

    assert client.delete(f"{ARTICLES}/a").status_code == 204
    assert keys() == set()


def test_markup_that_is_called_text_is_text_and_can_be_removed(client):
    body = "<p>Four people died when a <b>barge</b> struck the bridge of Averland.</p>"
    client.put(f"{ARTICLES}/a", json={"body": body, "body_format": "text"})
    assert "body_format" not in client.get(f"{ARTICLES}/a").json()

    again = client.put(f"{ARTICLES}/a", json={"body": body})
    assert (again.status_code, again.json()["version"]) == (200, 2)  # read as markup, it is another text
    assert client.get(f"{ARTICLES}/a").json()["body_format"] == "html"


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


@pytest.mark.parametrize("article_id", [".", ".."])
def test_an_id_that_no_address_can_name_is_refused_at_every_door(client, article_id, keys):
    before = keys()
    article = {"id": article_id, "body": "Four died."}
    lines = "\n".join(json.dumps(one) for one in (article, article | {"id": "good"}))

    assert_problem(client.post(ARTICLES, json=article), 422, "invalid-article")
    assert_problem(client.put(f"{ARTICLES}/{article_id.replace('.', '%2E')}", json=article), 422, "invalid-article")
    bulk = client.post(f"{ARTICLES}/bulk", content=lines, headers={"content-type": "application/x-ndjson"}).text
    bad, good = map(json.loads, bulk.splitlines()[:2])
    assert (bad["id"], bad["status"], good["status"]) == (article_id, 422, 201)
    client.delete(f"{ARTICLES}/good")
    assert keys() == before
    assert client.post("/v1/check", json=article).status_code == 200  # nothing is stored


@pytest.mark.parametrize(
    "article_id", ["urn:newsml:norwind:2026:1", "https://norwind.example/2026/1", "a/b/c", "größe 1", "50%", "a?b#c"]
)
def test_any_id_will_do(client, bridge, article_id):
    path = f"{ARTICLES}/{article_id.replace('%', '%25').replace('?', '%3F').replace('#', '%23')}"
    assert client.put(path, json={"body": bridge["wire"]["body"]}).json()["id"] == article_id

    assert client.get(path).json()["id"] == article_id
    assert client.get(f"{path}/pickups").json() == {"id": article_id, "total": 0, "offset": 0, "pickups": []}
    assert client.delete(path).status_code == 204
