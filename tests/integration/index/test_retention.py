from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from support.backends import WHEAT, article, sign_article, signature
from support.expiry import let_pass
from wirematch.errors import ArticleNotFoundError
from wirematch.fingerprint.bottom import LEAST_POSTED
from wirematch.index.protocol import PutOutcome
from wirematch.index.retention import Retention
from wirematch.models import Article, Filters

pytestmark = pytest.mark.anyio

ID_AT = 49
"""Offset of the id in a record."""
SOON = 3_600.0
"""Seconds until the articles expire; a test lets them pass."""


def in_seconds(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def ids(index, wanted=None, filters: Filters | None = None) -> set[str]:
    ranking = (await index.lookup(signature() if wanted is None else wanted)).ranking
    return {record.article.id for record in await index.fetch(ranking, 100, filters or Filters())}


@pytest.fixture
async def index(make_index):
    index = make_index(retention=Retention(timedelta(days=9), {"Norwind": timedelta(seconds=SOON)}))
    await index.open()
    yield index
    await index.close()


async def test_what_has_expired_is_seen_by_nobody_and_then_swept(index, keys, backend, index_name):
    await index.create(article("kept"), signature())
    await index.create(article("other", WHEAT), signature(WHEAT))
    before = keys()
    await index.create(article("by-time", expires_at=in_seconds(SOON)), signature())
    await index.create(article("by-source", source="Norwind"), signature())
    await index.create(article("source-first", source="Norwind", expires_at=in_seconds(2 * SOON)), signature())
    assert await ids(index) == {"kept", "by-time", "by-source", "source-first"}
    assert (await index.get("by-time")).article.expires_at is not None
    numbers = {name: (await index.get(name)).number for name in ("by-time", "by-source", "source-first")}
    assert await index.sweep(100) == []

    assert let_pass(SOON, backend.client, index_name)
    assert await ids(index) == {"kept"}
    assert await ids(index, filters=Filters(published_before=in_seconds(0), sources=["Norwind"])) == set()
    for gone in numbers:
        with pytest.raises(ArticleNotFoundError):
            await index.get(gone)
    swept = await index.sweep(1)
    assert len(swept) >= 1  # of each shard
    while more := await index.sweep(1):
        swept += more
    assert {one.id: one.number for one in swept} == numbers
    assert keys() == before
    assert await ids(index) == {"kept"}


async def test_the_window_of_all_applies_where_none_is_shorter(make_index, backend, index_name):
    index = make_index(retention=Retention(timedelta(seconds=SOON), {"Norwind": timedelta(days=1)}))
    await index.open()
    await index.create(article("a", source="Norwind"), signature())
    assert let_pass(SOON, backend.client, index_name)
    with pytest.raises(ArticleNotFoundError):
        await index.get("a")
    await index.close()


@pytest.mark.parametrize("way", ["create", "replace"])
async def test_the_id_of_an_expired_article_is_free(index, keys, way, backend, index_name):
    await index.create(article("a", WHEAT, expires_at=in_seconds(SOON)), signature(WHEAT))
    assert let_pass(SOON, backend.client, index_name)
    placement = await getattr(index, way)(article("a"), signature())

    assert (placement.outcome, placement.version) == (PutOutcome.CREATED, 1)
    assert await ids(index) == {"a"}
    assert await ids(index, signature(WHEAT)) == set()
    assert await index.sweep(10) == []
    assert await index.delete("a") is True
    assert keys() == {key for key in keys() if key.endswith("}:expiries")} == set()


async def test_an_expired_article_cannot_be_deleted_and_is_gone(index, keys, backend, index_name):
    await index.create(article("a", expires_at=in_seconds(SOON)), signature())
    assert let_pass(SOON, backend.client, index_name)

    assert await index.delete("a") is False
    assert keys() == set()


async def test_a_replaced_article_expires_as_its_new_version_says(index, backend, index_name):
    await index.create(article("a", expires_at=in_seconds(SOON)), signature())
    await index.replace(article("a"), signature())
    assert let_pass(SOON, backend.client, index_name) == 0

    assert await index.sweep(10) == []
    assert (await index.get("a")).article.version == 2


async def test_several_may_sweep_at_once(index, make_index, keys, backend, index_name):
    others = [make_index() for _ in range(3)]
    for other in others:
        await other.open()
    items = [(article(f"a{number}", expires_at=in_seconds(SOON)), signature()) for number in range(60)]
    await index.create_many(items)
    assert let_pass(SOON, backend.client, index_name) == len(items)
    swept = await asyncio.gather(*(one.sweep(100) for one in [index, *others]))

    assert sorted(gone.id for one in swept for gone in one) == sorted(one.id for one, _ in items)
    assert keys() == set()
    for other in others:
        await other.close()


async def test_memory_comes_back(index, backend, index_name):
    """Everything stored for expired articles is gone, and others reuse the space in hash tables."""

    def used() -> int:
        return sum(int(server.info("memory")["used_memory_dataset"]) for server in backend.servers)

    def held() -> dict[bytes, dict[bytes, bytes] | None]:
        keys = backend.keys(f"{{{index_name}:*}}:[pd]*").items()
        return {key: server.hgetall(key) if server.type(key) == b"hash" else None for key, server in keys}

    def some(start: int, **fields) -> list[tuple[Article, object]]:
        bodies = [" ".join(f"barge{number}x{word}" for word in range(200)) for number in range(start, start + 300)]
        articles = [article(f"a{start}-{number}", body, **fields) for number, body in enumerate(bodies)]
        return [(one, sign_article(one)) for one in articles]

    await index.create_many(some(0))
    held_before = held()
    for start in (1_000, 2_000):
        before = used()  # the second time, the hash tables have their full size
        await index.create_many(some(start, expires_at=in_seconds(SOON)))
        most = used()
        assert let_pass(SOON, backend.client, index_name) == 300
        swept = 0
        while removed := await index.sweep(64):
            swept += len(removed)
        assert swept == 300
        assert held() == held_before

    assert most - before > 300 * LEAST_POSTED * 6
    assert used() - before < 0.2 * (most - before)


def damage(server, key: bytes, fault: str) -> None:
    if fault == "it is gone":
        server.delete(key)
    elif fault == "it is cut short":
        server.set(key, server.get(key)[:30])
    else:
        server.setrange(key, ID_AT, b"\xff\xff" if fault == "its id cannot be read" else b"zz")


@pytest.mark.parametrize("fault", ["its id cannot be read", "its id is another's", "it is cut short", "it is gone"])
async def test_records_that_cannot_be_removed_do_not_stop_the_sweep(make_index, backend, index_name, fault):
    index = make_index()
    await index.open()
    named = backend.ids()
    faulty = [next(named) for _ in range(5)]
    await index.create_many([(article(name, expires_at=in_seconds(SOON)), signature()) for name in faulty])
    behind = next(named)
    await index.create(article(behind, WHEAT, expires_at=in_seconds(2 * SOON)), signature(WHEAT))
    await index.create(article("kept"), signature())
    [expiries] = backend.keys(f"{{{index_name}:*}}:expiries")
    for name in faulty:
        number = ((await index.get(name)).number & 0xFFFFFFFF).to_bytes(4, "little")
        damage(backend.client, expiries.removesuffix(b"expiries") + b"d" + number, fault)
    let_pass(2 * SOON, backend.client, index_name)
    backend.client.zadd(expiries, dict.fromkeys(backend.client.zrange(expiries, 0, -1)[:5], 1))

    assert [one.id for one in await index.sweep(2)] == [behind]
    assert await index.sweep(2) == []
    assert await ids(index) == {"kept"}
    assert backend.client.zcard(expiries) == (0 if fault == "it is gone" else len(faulty))  # an hour later, again
    assert backend.client.zcount(expiries, "-inf", time.time() * 1000) == 0
    await index.close()
