"""Checks and comparisons: what they find, and that they store nothing."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from support.api_calls import add, check, ids
from support.problem_documents import assert_problem
from support.waiting import PATIENT
from wirematch.app import create_app
from wirematch.settings import Settings


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
    settings = Settings(redis_url=redis_url, index=index_name, compare_limit=2, **PATIENT)
    with TestClient(create_app(settings), "http://localhost") as client:
        for kind in ("wire", "copy", "rewrite"):
            add(client, bridge[kind])

        assert check(client, bridge["wire"])["index"] == {"articles": 3, "candidates": 3, "compared": 2}


def test_rewrites_are_found_in_every_language(client, foreign):
    add(client, {"id": "unrelated", "body": foreign["unrelated"]})
    add(client, {"id": "wire", "body": foreign["wire"]})

    assert check(client, {"body": foreign["copy"]})["original_id"] == "wire"
    assert check(client, {"body": foreign["rewrite"]}, include_related=True)["matches"][0]["id"] == "wire"


UNKNOWN_LANGUAGE = (
    "Lodja on vajunud sadamasilla vastu enne koitu ning neli inimest said surma, teatas linna politsei. "
    "Tuukrid otsisid kanalist kogu päeva, praamid sõitsid õhtul jälle nagu tavaliselt. "
    "Linnapea lubas, et uus sild valmib kahe aasta jooksul ning maksab kolmkümmend miljonit."
)

RETOLD = (
    "Politsei kinnitusel hukkus neli inimest, kui lodja on vajunud sadamasilla vastu enne koitu. "
    "Päev otsa otsisid tuukrid kanalist kadunuid, õhtul praamid sõitsid jälle. "
    "Uus sild valmib kahe aasta jooksul, ütles linnapea, ja selle hind on kolmkümmend miljonit."
)


def test_what_cannot_be_decided_has_no_original_wherever_one_asks(client):
    add(client, {"id": "a", "body": UNKNOWN_LANGUAGE, "source": "Norwind"})
    retold = {"id": "b", "body": RETOLD}
    checked = check(client, retold)
    stored = add(client, retold)["report"]
    read = client.get("/v1/articles/b/cluster").json()

    for report in (checked, stored):
        assert (report["decision"], report["original_id"], ids(report["matches"])) == ("undecided", None, ["a"])
    assert (read["original_id"], read["total"]) == ("b", 1)
    assert client.get("/v1/articles/a/cluster").json()["total"] == 1


def test_what_speaks_for_a_match_and_against_it_is_said_when_asked(client, bridge):
    add(client, bridge["wire"])
    submission = {name: value for name, value in bridge["rewrite"].items() if name != "id"}
    in_body = check(client, bridge["rewrite"], explain=True)
    in_query = client.post("/v1/check", json=submission, params={"explain": True}).json()
    [match], [again] = in_body["matches"], in_query["matches"]

    assert match["reasons"] == again["reasons"]
    assert all(set(reason) == {"weight", "text"} for reason in match["reasons"])
    weights = [reason["weight"] for reason in match["reasons"]]
    assert sum(weights) > 0
    assert weights == sorted((one for one in weights if one > 0), reverse=True) + sorted(
        one for one in weights if one < 0
    )
    assert "reasons" not in check(client, bridge["rewrite"])["matches"][0]


def test_a_document_and_a_comparison_say_it_too(client, bridge):
    add(client, bridge["wire"])
    plain = {
        "content": bridge["rewrite"]["body"],
        "headers": {"Content-Type": "text/plain", "X-Requested-With": "tests"},
    }
    [match] = client.post("/v1/check", params={"explain": True}, **plain).json()["matches"]
    pair = {"submission": bridge["independent"], "story": bridge["wire"]}
    compared = client.post("/v1/compare", json=pair, params={"explain": True}).json()

    assert match["reasons"]
    assert sum(reason["weight"] for reason in compared["reasons"]) < 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["calder", "norwind"]),
        ("sources=Norwind", ["norwind"]),
        ("sources=Norwind&sources=Calder+Wire", ["calder", "norwind"]),
        ("sources=", []),
        ("kinds=article", []),
        ("published_after=2026-03-03T11:00:00Z", ["calder"]),
        ("published_before=2026-03-03T11:00:00Z", ["norwind"]),
        ("limit=1", 1),
    ],
)
def test_a_document_is_checked_with_the_filters_of_its_address(client, bridge, query, found):
    for name, source, hour in (("norwind", "Norwind", 10), ("calder", "Calder Wire", 12)):
        times = {"published_at": f"2026-03-03T{hour}:00:00Z", "kind": "wire"}
        add(client, {"id": name, "body": bridge["wire"]["body"], "source": source} | times)
    answer = client.post(
        f"/v1/check?{query}",
        content=bridge["rewrite"]["body"],
        headers={"Content-Type": "text/plain", "X-Requested-With": "tests"},
    )
    named = sorted(ids(answer.json()["matches"]))

    assert (len(named) if isinstance(found, int) else named) == found


def test_a_document_is_told_of_related_articles_when_its_address_asks(client, bridge):
    add(client, bridge["wire"])
    plain = {
        "content": bridge["independent"]["body"],
        "headers": {"Content-Type": "text/plain", "X-Requested-With": "tests"},
    }

    assert client.post("/v1/check", **plain).json()["matches"] == []
    [related] = client.post("/v1/check?include_related=true", **plain).json()["matches"]
    assert related["relation"] == "related"
    refused = assert_problem(client.post("/v1/check?limit=0&kinds=blog", **plain), 422, "invalid-request")
    assert {error["place"] for error in refused["errors"]} == {"query.limit", "query.kinds.0"}


def test_filters_of_body_and_address_must_agree(client, bridge):
    add(client, bridge["wire"])
    sent = {"body": bridge["rewrite"]["body"], "kinds": ["article"]}

    assert client.post("/v1/check?kinds=article&limit=3", json=sent).json()["matches"] == []
    refused = assert_problem(client.post("/v1/check?kinds=wire", json=sent), 422, "invalid-request")
    assert refused["errors"] == [{"place": "query.kinds", "message": "the body has another value for it"}]
