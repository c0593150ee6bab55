"""The event of a story: its articles in order, with their relation, in pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from support.api_calls import ARTICLES, add, ids
from support.problem_documents import assert_problem
from wirematch.detection.queries.event_listing import list_event
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.models.listings import EventArticle

Side = tuple[Record, PreparedArticle]

UNRELATED = "The orchard at Vell picked its first pears in a week of rain, and the press bought a fourth vat. " * 3


def test_an_event_lists_copies_rewrites_and_independent_reports_first_to_last(client, bridge):
    for kind in ("rewrite", "independent", "wire", "copy", "excerpt"):
        add(client, bridge[kind])
    add(client, {"id": "pears", "body": UNRELATED})
    page = client.get(f"{ARTICLES}/{bridge['wire']['id']}/event").json()
    relations = {bridge[kind]["id"]: relation for kind, relation in (
        ("wire", None), ("rewrite", "rewrite"), ("copy", "copy"), ("excerpt", "partial"), ("independent", "related"),
    )}  # fmt: skip

    assert (page["id"], page["total"], page["offset"]) == (bridge["wire"]["id"], 5, 0)
    assert {one["id"]: one["relation"] for one in page["articles"]} == relations
    assert page["relations"] == {"copy": 1, "rewrite": 1, "partial": 1, "related": 1}
    times = [one["published_at"] for one in page["articles"]]
    assert times == sorted(times)
    assert page["articles"][0]["probability"] is None


def test_from_a_rewrite_the_wire_story_is_what_it_derives_from(client, bridge):
    for kind in ("wire", "rewrite"):
        add(client, bridge[kind])
    page = client.get(f"{ARTICLES}/{bridge['rewrite']['id']}/event").json()

    assert [(one["id"], one["relation"]) for one in page["articles"]] == [
        (bridge["wire"]["id"], "rewrite"),
        (bridge["rewrite"]["id"], None),
    ]


def test_events_are_paged(client, bridge):
    for kind in ("wire", "copy", "rewrite", "excerpt", "independent"):
        add(client, bridge[kind])
    path = f"{ARTICLES}/{bridge['wire']['id']}/event"
    pages = [client.get(path, params={"offset": offset, "limit": 2}) for offset in (0, 2, 4, 6)]
    listed = [page.json() for page in pages]

    assert [len(page["articles"]) for page in listed] == [2, 2, 1, 0]
    assert all(page["relations"] == listed[0]["relations"] for page in listed)
    in_pages = [article_id for page in listed for article_id in ids(page["articles"])]
    assert in_pages == ids(client.get(path).json()["articles"])
    assert 'rel="next"' in pages[0].headers["Link"]


def test_what_is_asked_for_again_is_compared_again_only_if_the_event_has_changed(client, bridge, monkeypatch):
    compared: list[int] = []

    def counted(comparer: Comparer, asked: Side, others: Sequence[Side]) -> list[EventArticle]:
        compared.append(len(others))
        return list_event(comparer, asked, others)

    monkeypatch.setattr("wirematch.detection.queries.articles.list_event", counted)
    path = f"{ARTICLES}/{bridge['wire']['id']}/event"
    for kind in ("wire", "copy", "independent"):
        add(client, bridge[kind])
    first = client.get(path).json()
    assert client.get(path, params={"offset": 1}).json()["articles"] == first["articles"][1:]
    assert compared == [2]

    add(client, bridge["rewrite"])
    assert client.get(path).json()["total"] == 4
    client.put(f"{ARTICLES}/{bridge['copy']['id']}", json=bridge["copy"] | {"body": bridge["excerpt"]["body"]})
    assert client.get(path).json()["relations"] == {"rewrite": 1, "partial": 1, "related": 1}
    client.put(f"{ARTICLES}/{bridge['wire']['id']}", json=bridge["wire"] | {"headline": "Bridge falls"})
    assert "Bridge falls" in [one["headline"] for one in client.get(path).json()["articles"]]
    client.delete(f"{ARTICLES}/{bridge['rewrite']['id']}")
    assert client.get(path).json()["total"] == 3
    assert compared == [2, 3, 3, 3, 2]


def test_an_article_that_nobody_else_wrote_of_is_alone(client):
    add(client, {"id": "pears", "body": UNRELATED})
    page = client.get(f"{ARTICLES}/pears/event").json()

    assert (ids(page["articles"]), page["relations"]) == (["pears"], {})


def test_the_event_of_an_unknown_article_is_not_found(client):
    assert_problem(client.get(f"{ARTICLES}/nobody/event"), 404, "article-not-found")


@pytest.mark.parametrize("parameters", [{"offset": -1}, {"limit": 0}, {"limit": 101}, {"offset": "x"}])
def test_pages_that_make_no_sense_are_refused(client, parameters):
    assert_problem(client.get(f"{ARTICLES}/a/event", params=parameters), 422, "invalid-request")
