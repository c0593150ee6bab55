"""Connections kept between commands are as sound as those of redis-py's pool."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

import pytest
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from support.waiting import until
from wirematch.concurrency import together
from wirematch.index.connections.servers import MOST_IDLE, IdleConnections

pytestmark = pytest.mark.anyio


class PoolOfItsOwn(redis.asyncio.ConnectionPool):
    """A pool with rules of its own."""


async def asked(connection, *command: str) -> object:
    await connection.send_command(*command)
    return await connection.read_response()


async def test_a_connection_that_is_given_back_is_the_next_one(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    idle = IdleConnections(client.connection_pool)
    first, other = await idle.take(), await idle.take()
    await idle.give_back(first)

    assert await idle.take() is first
    assert other is not first
    await client.aclose()
    assert not first.is_connected


async def test_a_connection_that_the_server_closed_is_opened_again(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    idle = IdleConnections(client.connection_pool)
    kept = await idle.take()
    number = await asked(kept, "CLIENT", "ID")
    await idle.give_back(kept)
    await client.client_kill_filter(_id=number)
    await until(kept._reader.at_eof)  # noqa: SLF001 - until the event loop has seen it

    assert await asked(await idle.take(), "PING") in (b"PONG", True)
    await client.aclose()


async def test_an_answer_that_was_not_read_reaches_nobody_else(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    idle = IdleConnections(client.connection_pool)
    kept = await idle.take()
    await kept.send_command("ECHO", "of another")
    await idle.give_back(kept)
    await until(lambda: kept._reader._buffer)  # noqa: SLF001 - until it has arrived

    assert await asked(await idle.take(), "ECHO", "mine") == b"mine"
    await client.aclose()


async def test_more_than_a_few_and_those_of_other_pools_go_back(redis_url):
    client = redis.asyncio.Redis.from_url(redis_url)
    pool = client.connection_pool
    idle = IdleConnections(pool)
    for connection in [await idle.take() for _ in range(MOST_IDLE + 2)]:
        await idle.give_back(connection)
    other = PoolOfItsOwn.from_url(redis_url)
    others = IdleConnections(other)
    await others.give_back(await others.take())

    assert [len(one._in_use_connections) for one in (pool, other)] == [MOST_IDLE, 0]  # noqa: SLF001
    await client.aclose()
    await other.aclose()


class Gateway:
    """Between clients and a server; it resets connections, as gateways do that give up idle ones."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._writers: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self._path)
        self._writers.append(writer)
        await together(_copy(reader, to_server), _copy(from_server, writer))

    def reset(self) -> None:
        at_once = struct.pack("ii", 1, 0)
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
    writer.close()


async def test_connections_that_were_reset_are_opened_again(redis_url):
    gateway = Gateway(redis.Redis.from_url(redis_url).connection_pool.connection_kwargs["path"])
    server = await asyncio.start_server(gateway.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = redis.asyncio.Redis.from_url(f"redis://127.0.0.1:{port}", retry=Retry(NoBackoff(), 0))
    idle = IdleConnections(client.connection_pool)
    kept = [await idle.take() for _ in range(3)]
    for connection in kept:
        await idle.give_back(connection)
    gateway.reset()
    await until(lambda: all(one._reader.exception() for one in kept))  # noqa: SLF001 - until the event loop has seen it

    assert [await asked(await idle.take(), "PING") in (b"PONG", True) for _ in kept] == [True] * 3
    await client.aclose()
    server.close()


async def test_few_of_a_small_pool_are_kept(redis_url):
    mark = "&" if "?" in redis_url else "?"
    client = redis.asyncio.Redis.from_url(f"{redis_url}{mark}max_connections=4")
    idle = IdleConnections(client.connection_pool)
    for connection in [await idle.take() for _ in range(4)]:
        await idle.give_back(connection)

    assert await client.ping()
    await client.aclose()
