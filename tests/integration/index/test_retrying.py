"""Connections that the server has reset: what reads is asked again, and what writes is not sent twice."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
import redis

from support.backends import SCHEME, article, found, sign_article, signature
from support.sentinel import WatchedValkey
from support.waiting import PATIENCE_SECONDS
from wirematch.concurrency import together
from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.connections.retrying import retry_reading
from wirematch.index.connections.servers import OneServer
from wirematch.index.keys import Namespace
from wirematch.index.redis_index import RedisIndex

pytestmark = pytest.mark.anyio

AT_ONCE = 12
"""More than connections are kept at hand."""


def reset_all(servers) -> None:
    """Close all connections of clients; the event loop does not learn of it before the next command is sent."""
    for server in servers:
        server.client_kill_filter(_type="normal", skipme=True)


async def read_much(index: RedisIndex) -> None:
    async def both() -> None:
        assert await found(index) == ["a"]
        assert (await index.get("a")).article.id == "a"

    await together(*(both() for _ in range(AT_ONCE)))


async def test_what_reads_is_asked_again(index, backend):
    await index.create(article("a"), signature())
    for _ in range(3):
        await read_much(index)
        reset_all(backend.servers)
        assert (await index.get("a")).article.id == "a"
        reset_all(backend.servers)
        assert await found(index) == ["a"]
        reset_all(backend.servers)


async def test_what_writes_is_sent_once(index, backend):
    for number in range(5):
        await read_much_of_nothing(index)
        reset_all(backend.servers)
        with contextlib.suppress(IndexUnavailableError):  # sent twice, it would say that the article exists
            await index.create(article(f"a{number}"), signature())


async def read_much_of_nothing(index: RedisIndex) -> None:
    await together(*(index.get_many(["nobody"]) for _ in range(AT_ONCE)))


@pytest.mark.parametrize("pauses", range(4))
async def test_connections_that_others_take_meanwhile_stay_open(redis_url, pauses):
    client, asked = connect(redis_url, PATIENCE_SECONDS), []

    async def lost_once() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise redis.ConnectionError("reset")

    async def another() -> None:
        for _ in range(pauses):
            await asyncio.sleep(0)
        assert await client.echo("mine") == b"mine"

    try:
        await together(*(client.ping() for _ in range(AT_ONCE)))  # connections that it leaves in the pool
        asking = retry_reading(OneServer(client).drop_idle, lambda _: None, lost_once)
        await together(asking, *(another() for _ in range(AT_ONCE)))
        assert len(asked) == 2
    finally:
        await client.aclose()


@pytest.mark.slow
async def test_behind_sentinel_too(tmp_path):
    with WatchedValkey(tmp_path / "watched") as watched:
        store = Store(connect(watched.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
        index = RedisIndex(store, Namespace("main"), SCHEME, 128, sign_article)
        try:
            await index.open()
            await index.create(article("a"), signature())
            await read_much(index)
            for _ in range(3):
                reset_all([watched.servers[0].client])
                assert (await index.get("a")).article.id == "a"
                reset_all([watched.servers[0].client])
                await read_much(index)
        finally:
            await index.close()
