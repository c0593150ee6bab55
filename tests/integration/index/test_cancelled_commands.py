"""A command that is cancelled ends, in whichever turn of the event loop that is."""

from __future__ import annotations

import pytest
import redis.asyncio

from support.cancelling import TURNS, ends_if_cancelled
from support.waiting import PATIENCE_SECONDS
from wirematch.access.key import Caller
from wirematch.access.rate_limits import RateLimits
from wirematch.index.connections.connection import Store, connect
from wirematch.index.connections.history import KnownHistories
from wirematch.index.connections.scripts import Script
from wirematch.index.connections.servers import IdleConnections

pytestmark = pytest.mark.anyio
HELLO = Script("return 'hello'")


async def test_one_that_is_cancelled_while_its_connection_is_opened_ends(redis_url):
    histories = KnownHistories()
    cancelled = 0
    for turn in range(TURNS):
        client = connect(redis_url, PATIENCE_SECONDS, histories)
        assert isinstance(client, redis.asyncio.Redis)
        pool = client.connection_pool
        if await ends_if_cancelled(IdleConnections(pool).take(), turn):
            cancelled += 1
            assert not pool._in_use_connections  # noqa: SLF001 - it is no longer checked out
        await client.aclose()
    assert cancelled


async def test_one_that_is_cancelled_over_an_open_connection_ends(backend, index_name):
    store = Store(connect(backend.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    keys = [f"{{{index_name}}}"]
    cancelled = 0
    for turn in range(TURNS):
        assert await store.read(HELLO, keys) == b"hello"
        cancelled += await ends_if_cancelled(store.write(HELLO, keys), turn)
    await store.close()
    assert cancelled


async def test_a_request_that_is_cancelled_while_it_is_counted_ends(redis_url, index_name):
    limits = RateLimits(redis_url, PATIENCE_SECONDS, index_name)
    cancelled = 0
    for turn in range(TURNS):
        caller = Caller(id=f"k{turn}", name="desk", scopes=frozenset(), requests_per_second=1)
        cancelled += await ends_if_cancelled(limits.admit(caller, 1), turn)
    await limits.close()
    assert cancelled
