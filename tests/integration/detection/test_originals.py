"""Of equal and near-equal articles exactly one is the original; late wire stories; deletion."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from bench.accuracy.originals import make_groups, post_groups
from bench.data.synthetic import Newsroom
from support.cluster import ValkeyCluster
from support.expiry import let_pass
from support.problem_documents import assert_problem
from support.waiting import wait_for
from wirematch.app import create_app
from wirematch.composition.rebuilding import rebuild

ARTICLES = "/v1/articles"
RUNS, AT_ONCE = 2, 150
AHEAD_MS = 30_000


# At once


@pytest.fixture(params=["one-server", "cluster"])
def store_url(request: pytest.FixtureRequest, redis_url: str) -> str:
    if request.param == "cluster":
        cluster: ValkeyCluster = request.getfixturevalue("valkey_cluster")
        return cluster.url
    return redis_url


def test_of_each_group_posted_at_once_one_is_the_original(store_url, index_name, request, serve, tmp_path):
    shards = 6 if "cluster" in store_url else 1
    newsroom = Newsroom(seed=23)
    environment = {"WIREMATCH_SHARDS": str(shards), "WIREMATCH_INDEX": index_name, "WIREMATCH_MAX_WAITING": "1000"}
    both = [
        serve("--redis-url", store_url, data_dir=tmp_path / name, environment=environment) for name in ("one", "other")
    ]
    if shards > 1:  # the clock of one server is half a minute fast
        put_one_clock_ahead(request.getfixturevalue("valkey_cluster"), index_name)
    for run in range(RUNS):
        groups = make_groups(newsroom, run, AT_ONCE)
        outcomes, _ = asyncio.run(post_groups([service.port for service in both], groups, seed=run))
        assert [outcome for outcome in outcomes if not outcome.right] == []
        assert len(outcomes) > AT_ONCE / 12


def put_one_clock_ahead(cluster: ValkeyCluster, index_name: str) -> None:
    with cluster.client() as client:
        [key] = client.scan_iter(f"{{{index_name}:1.0.*}}:state", 10_000)
        client.hset(key, "clock", round(time.time() * 1000) + AHEAD_MS)


# One after the other


def add(client: TestClient, article: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    response = client.post(ARTICLES, json=article, params=parameters)
    assert response.status_code in {200, 201}, response.text
    return response.json()


def cluster(client: TestClient, article_id: str, **parameters: int) -> dict[str, Any]:
    response = client.get(f"{ARTICLES}/{quote(article_id)}/cluster", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def members(client: TestClient, article_id: str) -> list[str]:
    page = cluster(client, article_id)
    ids = [member["id"] for member in page["members"]]
    assert page["original_id"] == ids[0]
    assert page["total"] == len(ids)
    return ids


def timeless(article: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**article, "published_at": None, **fields}


def test_a_group_is_the_original_and_all_that_derives_from_it_wholly(client, bridge):
    for kind in ("wire", "copy", "rewrite", "excerpt", "independent"):
        add(client, bridge[kind])
    page = cluster(client, bridge["rewrite"]["id"])
    original, copy, rewrite = page["members"]

    assert (page["id"], page["original_id"], page["total"], page["offset"]) == (
        bridge["rewrite"]["id"], bridge["wire"]["id"], 3, 0,
    )  # fmt: skip
    assert (original["id"], original["kind"], original["source"]) == (bridge["wire"]["id"], "wire", "Norwind")
    assert (original["relation"], original["probability"], original["to"]) == (None, None, None)
    assert (copy["id"], copy["relation"], copy["to"]) == (bridge["copy"]["id"], "copy", bridge["wire"]["id"])
    assert (rewrite["id"], rewrite["relation"]) == (bridge["rewrite"]["id"], "rewrite")
    assert rewrite["probability"] > 0.9
    assert original["stored_at"] <= copy["stored_at"] <= rewrite["stored_at"]
    for kind in ("excerpt", "independent"):  # passages alone do not make a member
        assert members(client, bridge[kind]["id"]) == [bridge[kind]["id"]]


def test_the_group_of_an_unknown_article_is_not_found(client):
    assert_problem(client.get(f"{ARTICLES}/nobody/cluster"), 404, "article-not-found")
    assert_problem(client.get(f"{ARTICLES}/nobody/cluster", params={"limit": 0}), 422, "invalid-request")


def test_groups_are_paged(client, bridge):
    for number in range(5):
        add(client, {"id": f"a{number}", "body": bridge["wire"]["body"]})
    pages = [cluster(client, "a3", offset=offset, limit=2) for offset in (0, 2, 4, 6)]

    assert [[member["id"] for member in page["members"]] for page in pages] == [["a0", "a1"], ["a2", "a3"], ["a4"], []]
    assert {page["total"] for page in pages} == {5}


def test_the_original_is_the_earliest_and_not_the_closest(client, bridge):
    add(client, timeless(bridge["wire"]))
    add(client, timeless(bridge["rewrite"]))
    report = add(client, timeless(bridge["rewrite"], id="again"))["report"]

    assert report["matches"][0]["id"] == bridge["rewrite"]["id"]
    assert (report["decision"], report["original_id"]) == ("duplicate", bridge["wire"]["id"])
    check = client.post("/v1/check", json=timeless(bridge["rewrite"], id=None, kind=None)).json()
    assert check["original_id"] == bridge["wire"]["id"]


def test_when_the_original_is_deleted_the_next_one_is(client, bridge, keys):
    body = bridge["wire"]["body"]
    for name in ("a", "b", "c"):
        add(client, {"id": name, "body": body})
    assert client.delete(f"{ARTICLES}/a").status_code == 204

    assert members(client, "c") == ["b", "c"]
    assert add(client, {"id": "d", "body": body})["report"]["original_id"] == "b"
    for name in ("c", "b", "d"):
        client.delete(f"{ARTICLES}/{name}")
    assert keys() == set()


def test_a_text_that_changes_changes_its_group(client, bridge, stories):
    for name in ("a", "b", "c"):
        add(client, {"id": name, "body": bridge["wire"]["body"]})
    for name in ("x", "y"):
        add(client, {"id": name, "body": stories["amber-lamps"]["wire"]["body"]})
    moved = client.put(f"{ARTICLES}/b", json={"body": stories["amber-lamps"]["wire"]["body"]}).json()

    assert moved["report"]["original_id"] == "x"
    assert (members(client, "a"), members(client, "y")) == (["a", "c"], ["x", "b", "y"])  # b was stored before y
    client.put(f"{ARTICLES}/c", json={"body": "The ferry sails again."}, params={"report": "false"})
    assert members(client, "a") == ["a"]


def test_copies_that_are_not_kept_are_in_no_group(client, bridge, keys):
    add(client, timeless(bridge["wire"]))
    before = keys()
    for _ in range(2):
        receipt = add(client, timeless(bridge["copy"]), store="unless_duplicate")
        assert (receipt["stored"], receipt["report"]["original_id"]) == (False, bridge["wire"]["id"])

    assert members(client, bridge["wire"]["id"]) == [bridge["wire"]["id"]]
    assert keys() == before


def test_expired_articles_leave_their_groups(monkeypatch, settings, bridge, keys, store, index_name):
    monkeypatch.setattr("wirematch.index.retention.SWEEP_SECONDS", 0.1)
    with TestClient(create_app(settings)) as client:
        ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        body = bridge["wire"]["body"]
        add(client, {"id": "a", "body": body, "expires_at": ends})
        for name in ("b", "c"):
            add(client, {"id": name, "body": body})
        assert members(client, "c") == ["a", "b", "c"]
        assert let_pass(3_600, store, index_name) == 1
        wait_for(lambda: members(client, "c") == ["b", "c"], "expiry")
        for name in ("b", "c"):
            client.delete(f"{ARTICLES}/{name}")
        wait_for(lambda: keys() == set(), "sweeping")


def test_what_a_crash_left_in_a_group_is_taken_out_when_it_is_read(client, bridge, store, index_name):
    for name in ("a", "b", "c"):
        add(client, {"id": name, "body": bridge["wire"]["body"]})
    group = store.dump(f"{{{index_name}:groups}}:ga"), store.hgetall(f"{{{index_name}:groups}}:of")
    client.delete(f"{ARTICLES}/a")
    store.restore(f"{{{index_name}:groups}}:ga", 0, group[0])  # as if the service had died between the two
    store.delete(f"{{{index_name}:groups}}:gb")
    store.hset(f"{{{index_name}:groups}}:of", mapping=group[1])

    assert members(client, "c") == ["b", "c"]


@pytest.mark.usefixtures("without_grace")
def test_groups_outlive_a_rebuild(settings, bridge):
    with TestClient(create_app(settings)) as client:
        for name in ("a", "b"):
            add(client, {"id": name, "body": bridge["wire"]["body"]})
    asyncio.run(rebuild(settings.redis_url, settings, 3, lambda _done, _all: None))
    with TestClient(create_app(settings.model_copy(update={"shards": 3}))) as client:
        assert members(client, "b") == ["a", "b"]
        assert add(client, {"id": "c", "body": bridge["wire"]["body"]})["report"]["original_id"] == "a"
        assert members(client, "b") == ["a", "b", "c"]


def test_without_groups_articles_are_stored_all_the_same(settings, bridge, store, index_name):
    with TestClient(create_app(settings)) as client:
        store.set(f"{{{index_name}:groups}}:of", "not a hash")
        add(client, timeless(bridge["wire"]))
        report = add(client, timeless(bridge["copy"]))["report"]

        assert (report["decision"], report["original_id"]) == ("duplicate", bridge["wire"]["id"])
        assert_problem(client.get(f"{ARTICLES}/{bridge['wire']['id']}/cluster"), 503, "index-unavailable")
        assert client.delete(f"{ARTICLES}/{bridge['copy']['id']}").status_code == 204


def test_what_derives_from_nothing_asks_nothing_of_groups(settings, stories, monkeypatch):
    async def never(*_):
        raise AssertionError("a round trip for nothing")

    monkeypatch.setattr("wirematch.state.clusters.ArticleClusters.settle", never)
    with TestClient(create_app(settings)) as client:
        for story in stories.values():
            assert add(client, timeless(story["wire"]))["report"]["decision"] == "new"
        assert client.post("/v1/check", json={"body": "A heron stood on the quay." * 9}).json()["decision"] == "new"


# Late wire


def test_a_late_wire_story_tells_its_pickups_at_once_and_from_then_on(client, bridge):
    for kind in ("rewrite", "copy", "excerpt", "independent"):
        add(client, bridge[kind])
    report = add(client, bridge["wire"])["report"]

    assert (report["decision"], report["original_id"], report["matches"]) == ("new", None, [])
    expected = {(bridge[kind]["id"], relation) for kind, relation in (
        ("copy", "copy"), ("rewrite", "rewrite"), ("excerpt", "partial"))}  # fmt: skip
    assert {(pickup["id"], pickup["relation"]) for pickup in report["pickups"]} == expected
    page = client.get(f"{ARTICLES}/{bridge['wire']['id']}/pickups").json()
    assert {(pickup["id"], pickup["relation"]) for pickup in page["pickups"]} == expected


def test_a_late_wire_story_becomes_the_original_of_its_group(client, bridge):
    add(client, bridge["rewrite"])
    assert members(client, bridge["rewrite"]["id"]) == [bridge["rewrite"]["id"]]
    add(client, bridge["wire"])

    assert members(client, bridge["rewrite"]["id"]) == [bridge["wire"]["id"], bridge["rewrite"]["id"]]
    later = bridge["rewrite"] | {"id": "again", "published_at": "2026-03-05T08:00:00Z"}
    assert add(client, later)["report"]["original_id"] == bridge["wire"]["id"]


def test_pickups_of_late_wire_stand_in_bulk_results(client, bridge):
    order = ("rewrite", "independent", "wire", "copy")
    lines = "".join(f"{json.dumps(bridge[kind])}\n" for kind in order)
    answer = client.post(f"{ARTICLES}/bulk", content=lines, headers={"content-type": "application/x-ndjson"})
    rewrite, independent, wire, copy, _ = map(json.loads, answer.text.splitlines())

    assert wire["pickups"] == [bridge["rewrite"]["id"]]
    assert wire["decision"] == "new"
    assert (copy["decision"], copy["original_id"]) == ("duplicate", bridge["wire"]["id"])
    assert not {"pickups"} & (rewrite.keys() | independent.keys() | copy.keys())


@pytest.mark.parametrize("path", ["single", "bulk"])
def test_the_same_text_again_is_a_copy_though_it_was_published_earlier(client, bridge, path):
    """Feeds give one story different times; whoever has stored it does not need it again."""
    times = ("12:00:00Z", "11:00:00Z", "13:00:00Z", "11:00:00Z", "10:00:00Z")
    articles = [
        {"id": f"a{place}", "body": bridge["wire"]["body"], "published_at": f"2026-03-03T{time}"}
        for place, time in enumerate(times)
    ]
    if path == "single":
        reports = [add(client, article)["report"] for article in articles]
        assert [pickup["id"] for pickup in reports[1]["pickups"]] == ["a0"]
        assert [match["relation"] for match in reports[1]["matches"]] == ["copy"]
        checked = client.post("/v1/check", json=articles[3] | {"id": "checked"}).json()
        assert (checked["decision"], checked["original_id"]) == ("duplicate", "a0")
    else:
        lines = "".join(f"{json.dumps(article)}\n" for article in articles)
        answer = client.post(f"{ARTICLES}/bulk", content=lines, headers={"content-type": "application/x-ndjson"})
        reports = list(map(json.loads, answer.text.splitlines()))[:-1]

    assert [report["decision"] for report in reports] == ["new"] + ["duplicate"] * 4
    assert {report.get("original_id") for report in reports[1:]} == {"a0"}
    assert members(client, "a4") == ["a0", "a1", "a2", "a3", "a4"]
