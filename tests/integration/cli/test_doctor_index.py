"""``wirematch doctor --index`` finds faults of an index, and ``--fix`` repairs them, with postings in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES, add, check
from support.command_line import CommandLine
from support.waiting import wait_for
from wirematch.app import create_app
from wirematch.composition import upkeep
from wirematch.composition.components import open_components
from wirematch.composition.upkeep import open_shards
from wirematch.index.shard_upkeep import ShardUpkeep
from wirematch.models import Article
from wirematch.settings import Settings

MANY = 30
"""Articles with the same text, so that their buckets' pages are long."""
Doctor = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def doctor(monkeypatch, capsys, settings: Settings) -> Doctor:
    command = CommandLine(monkeypatch, capsys)
    monkeypatch.setenv("WIREMATCH_INDEX", settings.index)
    monkeypatch.setenv("WIREMATCH_REDIS_URL", settings.redis_url or "")

    def run(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
        outcome = command("doctor", "--json", *options)
        return outcome.status, {one["check"]: one for one in json.loads(outcome.out)}

    return run


class Keys:
    """Keys of the index and of clusters."""

    def __init__(self, store: redis.Redis, index_name: str) -> None:
        self._store = store
        self._shards = [key[: -len(b"ids")] for key in store.scan_iter(f"{{{index_name}:1.*}}:ids")]
        self.long = 0
        """Number of pages read with two fields."""
        self.members = f"{{{index_name}:groups}}:of"
        self.group = f"{{{index_name}:groups}}:g"

    def place(self, article_id: str) -> tuple[bytes, bytes]:
        """Return the prefix of the article's shard, and its number."""
        for prefix in self._shards:
            if number := self._store.hget(prefix + b"ids", article_id):
                return prefix, number
        raise LookupError(article_id)

    def stored(self, article_id: str) -> int:
        prefix, number = self.place(article_id)
        return int.from_bytes(self._store.getrange(prefix + b"d" + number, 4, 11), "little")

    def buckets(self) -> Iterator[list[int]]:
        """Yield the numbers in each bucket, in stored order."""
        for key in (prefix + f"p{part:x}".encode() for prefix in self._shards for part in range(16)):
            pages = self._store.hgetall(key)
            self.long += sum(len(field) > 4 for field in pages)
            for field in {field[:4] for field in pages}:
                newer = pages.get(field, b"")
                page = pages.get(field + b"+", b"") + newer[len(newer) % 6 :]
                held: dict[bytes, list[int]] = {}
                for at in range(0, len(page), 6):
                    held.setdefault(page[at : at + 2], []).append(int.from_bytes(page[at + 2 : at + 6], "little"))
                yield from held.values()

    def drop_postings(self, article_id: str) -> None:
        prefix, number = self.place(article_id)
        for part in range(16):
            key = prefix + f"p{part:x}".encode()
            for field, page in self._store.hgetall(key).items():
                mark = len(page) % 6
                postings = [page[at : at + 6] for at in range(mark, len(page), 6)]
                kept = [one for one in postings if one[2:] != number]
                if len(kept) < len(postings):
                    self._store.hset(key, field, page[:mark] + b"".join(kept))


async def postings(settings: Settings) -> list[list[tuple[int, int]]]:
    """Return bucket and number of all postings of each shard, in stored order."""
    async with open_components(settings.redis_url or "", settings) as components:
        shards = await open_shards(components.store, components.namespace, settings)

        async def of(its: ShardUpkeep) -> list[tuple[int, int]]:
            read = [one async for one in its.postings()]
            return [pair for hashes, numbers in read for pair in zip(hashes.tolist(), numbers.tolist(), strict=True)]

        return [await of(shards.upkeep(place)) for place in range(shards.count)]


@pytest.fixture
def filled(settings: Settings, bridge) -> list[list[tuple[int, int]]]:
    """Store a story with its copies, and many articles with one text; return their postings."""
    with TestClient(create_app(settings)) as client:
        for kind in ("wire", "rewrite", "copy", "independent"):
            add(client, bridge[kind])

    async def store_many() -> None:
        async with open_components(settings.redis_url or "", settings) as components:
            articles = [Article(id=f"same{number}", body=bridge["excerpt"]["body"]) for number in range(MANY)]
            await components.detector.add_many(articles, decide=False)

    asyncio.run(store_many())
    return asyncio.run(postings(settings))


def graded(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    wanted = {"content", "postings", "records", "ids", "counts", "damage", "cluster-members", "clusters", "unclustered"}
    return {check: one["grade"] for check, one in found.items() if check in wanted}


def test_where_everything_fits_it_says_so(doctor, filled):
    status, found = doctor("--index", "--fresh", "0")

    assert (status, graded(found)) == (0, {"content": "fine"})
    assert f"{4 + MANY} articles" in found["content"]["found"]
    # Stored without a report, they are in no cluster, which is no fault and only mended on request.
    status, found = doctor("--index", "--fresh", "100")
    assert (status, graded(found)) == (0, {"content": "note", "unclustered": "note"})
    assert "content" not in doctor()[1]


def test_each_fault_is_found_and_mended(doctor, filled, store, settings, index_name, bridge):
    keys = Keys(store, index_name)
    prefix, number = keys.place("same7")  # the record is gone, but its id is not
    store.delete(prefix + b"d" + number)
    prefix, number = keys.place("same9")  # both are gone, but postings remain
    store.delete(prefix + b"d" + number)
    store.hdel(prefix + b"ids", "same9")
    keys.drop_postings("same20")
    keys.drop_postings(bridge["wire"]["id"])
    store.hset(keys.members, "ghost", b"\xff\x00\x00\x05\x00ghost")
    store.zadd(f"{keys.group}ghost", {"ghost": 1})
    original = bridge["wire"]["id"]
    alone = bridge["independent"]["id"]  # it derives from nothing
    store.zadd(f"{keys.group}{original}", {alone: keys.stored(alone)})
    store.hset(keys.members, alone, bytes([1, 0, 0, len(original), 0]) + f"{original}{original}".encode())
    store.hdel(keys.members, bridge["copy"]["id"])
    store.zrem(f"{keys.group}{original}", bridge["copy"]["id"])

    status, found = doctor("--index", "--fresh", "100")
    assert status == 1
    assert graded(found) == {
        "content": "note",
        "postings": "warning",
        "records": "problem",
        "ids": "problem",
        "counts": "warning",
        "cluster-members": "warning",
        "clusters": "warning",
        "unclustered": "note",
    }
    assert {found[one]["advice"] for one in ("postings", "records", "ids", "cluster-members", "clusters")} == {
        "'wirematch doctor --fix' repairs it while services run."
    }
    assert alone in found["clusters"]["found"]
    assert bridge["wire"]["id"] in found["records"]["found"]

    status, found = doctor("--fix", "--fresh", "100")
    assert status == 0
    assert all(one["grade"] == "note" for one in found.values() if one["check"] in graded(found))
    assert graded(doctor("--index", "--fresh", "100")[1]) == {"content": "fine"}

    mended = asyncio.run(postings(settings))
    removed: dict[int, int] = {}
    for before, after in zip(filled, mended, strict=True):
        assert set(after) <= set(before)
        for _, lost in set(before) - set(after):
            removed[lost] = removed.get(lost, 0) + 1
    assert all(numbers == sorted(numbers) for numbers in keys.buckets())
    assert keys.long > 20
    # All postings of the two missing records are gone; all others are back.
    assert len(removed) in (1, 2)
    assert len(set(removed.values())) == 1
    with TestClient(create_app(settings)) as client:
        assert check(client, bridge["copy"])["original_id"] == bridge["wire"]["id"]
        members = client.get(f"{ARTICLES}/{bridge['copy']['id']}/cluster").json()["members"]
    assert [one["id"] for one in members] == [bridge[kind]["id"] for kind in ("wire", "rewrite", "copy")]


def test_a_record_that_cannot_be_read_is_named_and_left(doctor, filled, store, index_name):
    prefix, number = Keys(store, index_name).place("same3")
    store.setrange(prefix + b"d" + number, 45, b"\xff" * 20)
    status, found = doctor("--fix", "--fresh", "0")

    assert (status, found["damage"]["grade"]) == (1, "problem")
    assert "a backup has its content" in found["damage"]["advice"]


def test_a_service_looks_through_its_index_in_the_background(settings, store, index_name, bridge, monkeypatch, caplog):
    monkeypatch.setattr(upkeep, "ROUND_SECONDS", 0.1)
    with TestClient(create_app(settings.model_copy(update={"examine_rate": 10_000.0}))) as client:
        add(client, bridge["wire"])
        wait_for(lambda: 'kind="lost_ids"} 0.0' in client.get("/metrics").text, "a first look")
        prefix, number = Keys(store, index_name).place(bridge["wire"]["id"])
        store.delete(prefix + b"d" + number)
        wait_for(lambda: 'kind="lost_ids"} 1.0' in client.get("/metrics").text, "the fault")

    assert "1 ids that lead to no record in the index; 'wirematch doctor --fix' repairs" in caplog.text


def test_articles_without_texts_fit_as_they_are(doctor, settings, bridge):
    with TestClient(create_app(settings.model_copy(update={"store_text": False}))) as client:
        for kind in ("wire", "rewrite", "copy"):
            add(client, bridge[kind])

    assert graded(doctor("--index", "--fresh", "100")[1]) == {"content": "fine"}
