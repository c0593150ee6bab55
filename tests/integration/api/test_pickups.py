"""Pickups of a story: which they are, their order, and pages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from support.api_calls import ARTICLES, add, ids
from support.problem_documents import assert_problem
from wirematch.detection.queries.pickups import derived_from
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.models import Match


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


def test_what_is_asked_for_again_is_compared_again_only_if_the_event_has_changed(client, bridge, monkeypatch):
    compared: list[int] = []

    def counted(comparer: Comparer, story: PreparedArticle, others: Sequence[PreparedArticle]) -> list[Match]:
        compared.append(len(others))
        return derived_from(comparer, story, others)

    monkeypatch.setattr("wirematch.detection.queries.articles.derived_from", counted)
    path = f"{ARTICLES}/{bridge['wire']['id']}/pickups"
    for kind in ("wire", "copy", "excerpt"):
        add(client, bridge[kind])
    first = client.get(path).json()
    assert client.get(path, params={"offset": 1}).json()["pickups"] == first["pickups"][1:]
    assert compared == [2]

    add(client, bridge["rewrite"])
    assert client.get(path).json()["total"] == 3
    client.put(f"{ARTICLES}/{bridge['copy']['id']}", json=bridge["copy"] | {"body": bridge["excerpt"]["body"]})
    assert [one["relation"] for one in client.get(path).json()["pickups"]].count("copy") == 0
    client.delete(f"{ARTICLES}/{bridge['rewrite']['id']}")
    assert client.get(path).json()["total"] == 2
    assert compared == [2, 3, 3, 2]
