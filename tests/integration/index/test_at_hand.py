"""Connections kept between commands are as sound as those of redis-py's pool."""

from __future__ import annotations

import pytest
import redis.asyncio

from support.waiting import until
from wirematch.index.connections.at_hand import MOST, ConnectionsAtHand

pytestmark = pytest.mark.anyio


class PoolOfItsOwn(redis.asyncio.ConnectionPool):
    """A pool with rules of its own."""


async def asked(connection, *command: str) -> object:
    await connection.send_command(*command)
    return await connection.read_response()


async def test_a_connection_that_is_given_back_is_the_next_one(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    at_hand = ConnectionsAtHand(client.connection_pool)
    first, other = await at_hand.take(), await at_hand.take()
    await at_hand.give_back(first)

    assert await at_hand.take() is first
    assert other is not first
    await client.aclose()
    assert not first.is_connected


async def test_a_connection_that_the_server_closed_is_opened_again(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    at_hand = ConnectionsAtHand(client.connection_pool)
    kept = await at_hand.take()
    number = await asked(kept, "CLIENT", "ID")
    await at_hand.give_back(kept)
    await client.client_kill_filter(_id=number)
    await until(kept._reader.at_eof)  # noqa: SLF001 - until the event loop has seen it

    assert await asked(await at_hand.take(), "PING") in (b"PONG", True)
    await client.aclose()


async def test_an_answer_that_was_not_read_reaches_nobody_else(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    at_hand = ConnectionsAtHand(client.connection_pool)
    kept = await at_hand.take()
    await kept.send_command("ECHO", "of another")
    await at_hand.give_back(kept)
    await until(lambda: kept._reader._buffer)  # noqa: SLF001 - until it has arrived

    assert await asked(await at_hand.take(), "ECHO", "mine") == b"mine"
    await client.aclose()


async def test_more_than_a_few_and_those_of_other_pools_go_back(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    pool = client.connection_pool
    at_hand = ConnectionsAtHand(pool)
    for connection in [await at_hand.take() for _ in range(MOST + 2)]:
        await at_hand.give_back(connection)
    other = PoolOfItsOwn.from_url(redis_url)
    others = ConnectionsAtHand(other)
    await others.give_back(await others.take())

    assert [len(one._in_use_connections) for one in (pool, other)] == [MOST, 0]  # noqa: SLF001
    await client.aclose()
    await other.aclose()
