"""Redis behind Sentinel: the current master is read and written, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from support.backends import SCHEME, article, found, sign_article
from support.sentinel import WatchedValkey
from support.waiting import PATIENCE_SECONDS, eventually, until
from wirematch.access.key import Caller
from wirematch.access.rate_limits import RateLimits
from wirematch.errors import IndexUnavailableError, NotReplicatedError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.index.redis_index import RedisIndex

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def watched(tmp_path) -> Iterator[WatchedValkey]:
    with WatchedValkey(tmp_path / "watched") as valkey:
        yield valkey


@pytest.fixture
async def open_index(watched) -> AsyncIterator[Callable]:
    opened: list[RedisIndex] = []

    async def make(replicas: int) -> RedisIndex:
        store = Store(connect(watched.url, 10.0), 10.0, replicas=replicas, replicas_timeout=10.0)
        opened.append(RedisIndex(store, Namespace("main"), SCHEME, 128, sign_article))
        await eventually(opened[-1].open)
        return opened[-1]

    yield make
    for index in opened:
        await index.close()


async def put(index: RedisIndex, number: int) -> None:
    """Store an article; if the response is lost, store it again, as a client would."""

    async def once() -> None:
        try:
            stored = article(f"a{number}", f"barge{number} adrift in harbour{number} before dawn{number}")
            await index.replace(stored, sign_article(stored))
        except NotReplicatedError as error:
            raise IndexUnavailableError("not acknowledged") from error

    await eventually(once)


async def all_there(index: RedisIndex, count: int) -> bool:
    ids = {f"a{number}" for number in range(count)}
    return {record.article.id for record in await index.get_many(sorted(ids))} == ids


async def trouble(index: RedisIndex, cause: Callable[[], object], over: Callable[[], bool]) -> int:
    """Store articles before, during and after trouble; return how many."""
    stored = 0
    for _ in range(20):
        await put(index, stored)
        stored += 1
    await asyncio.to_thread(cause)
    waiting = asyncio.create_task(until(over))
    while not waiting.done():
        await put(index, stored)
        stored += 1
    await waiting
    for _ in range(20):
        await put(index, stored)
        stored += 1
    return stored


async def test_a_master_that_dies_is_replaced_and_nothing_acknowledged_is_lost(watched, open_index):
    """One replica is enough: Sentinel promotes the one with the most data."""
    index, first = await open_index(replicas=1), watched.servers[0]

    stored = await trouble(index, first.kill, lambda: watched.master is not first)

    assert watched.master.client.exists(Namespace("main").fingerprint_record)
    assert await all_there(index, stored)


async def test_a_master_that_becomes_a_replica_is_left_at_once(watched, open_index):
    """Both replicas must have what is acknowledged: Sentinel may promote either while the master accepts writes."""
    index, first = await open_index(replicas=2), watched.servers[0]

    stored = await trouble(index, watched.fail_over, lambda: watched.master is not first and first.follows())

    assert await all_there(index, stored)
    assert await found(index, "barge3 adrift in harbour3 before dawn3") == ["a3"]


async def test_a_sentinel_that_is_gone_does_not_matter(watched):
    watched.sentinels[0].kill()
    store = Store(connect(watched.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    index = RedisIndex(store, Namespace("main"), SCHEME, 128, sign_article)
    try:
        await index.open()
        await index.replace(article("a"), sign_article(article("a")))

        assert await found(index) == ["a"]
    finally:
        await index.close()


async def test_keys_are_limited_behind_sentinel_too(watched):
    limits = RateLimits(watched.url, PATIENCE_SECONDS, Namespace("main").rate_limits)
    caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=1)
    try:
        admitted = [(await limits.admit(caller, 0)).exceeded for _ in range(40)]
    finally:
        await limits.close()

    assert admitted[0] is None
    assert "requests" in admitted
