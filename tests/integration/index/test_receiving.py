"""Answers are the same in however many pieces they come, and none is taken for that of another transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from redis.exceptions import BusyLoadingError, ResponseError
from redis.exceptions import ConnectionError as LostConnectionError

from support.scripted_server import ScriptedServer, scripted_server, turns
from support.waiting import PATIENCE_SECONDS
from wirematch.index.connections import transaction
from wirematch.index.connections.connection import FAILURES, Store, connect
from wirematch.index.connections.transaction import packed_command
from wirematch.kernels.index.replies import Reply, Values, is_there

pytestmark = pytest.mark.anyio

QUEUED = b"+OK\r\n+QUEUED\r\n+QUEUED\r\n"
PUSH = b">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n"
CONVERSATIONS = {
    "values": QUEUED + b"*2\r\n$5\r\nbarge\r\n*4\r\n$-1\r\n$0\r\n\r\n$4\r\n$1\r\n\r\n$3\r\nend\r\n",
    "nulls of RESP3": QUEUED + b"*2\r\n_\r\n*2\r\n$1\r\na\r\n_\r\n",
    "numbers": QUEUED + b"*2\r\n:12\r\n$2\r\nab\r\n",
    "an error among answers": QUEUED + b"*2\r\n$1\r\na\r\n-WRONGTYPE of another kind\r\n",
    "a refused command": b"+OK\r\n-ERR unknown\r\n+QUEUED\r\n-EXECABORT discarded\r\n",
    "loading": b"-LOADING not yet\r\n-LOADING not yet\r\n-LOADING not yet\r\n-ERR EXEC without MULTI\r\n",
    "a push in the middle": QUEUED + PUSH + b"*2\r\n$1\r\na\r\n$1\r\nb\r\n",
}
NEXT = QUEUED + b"*2\r\n$4\r\nnext\r\n$3\r\none\r\n"
LOOPS = [pytest.param(("asyncio", {"use_uvloop": fast}), id="uvloop" if fast else "asyncio") for fast in (False, True)]


@pytest.fixture(params=LOOPS)
def anyio_backend(request):
    return request.param


class Outcome(NamedTuple):
    values: list[bytes | None] | None
    error: str | None = None


class Client:
    """Reads two commands in a transaction."""

    def __init__(self, store: Store, server: ScriptedServer) -> None:
        self._store = store
        self.server = server

    async def read(self) -> list[bytes | None]:
        command = packed_command(["GET", "k"])
        values: Values = await self._store.read_values(b"k", [command, command], 8)
        return [values.at(place) for place in range(len(values.lengths))]

    async def outcome(self, *pieces: bytes) -> Outcome:
        """What comes of an answer in these pieces."""
        self.server.will_say(*pieces)
        try:
            return Outcome(await self.read())
        except FAILURES as error:
            return Outcome(None, f"{type(error).__name__}: {error}")

    async def reads_the_next(self) -> bool:
        return await self.outcome(NEXT) == Outcome([b"next", b"one"])


@pytest.fixture
async def client(tmp_path) -> AsyncIterator[Client]:
    async with scripted_server(tmp_path) as (server, url):
        store = Store(connect(url, PATIENCE_SECONDS), PATIENCE_SECONDS)
        yield Client(store, server)
        await store.close()


@pytest.fixture
def came(monkeypatch) -> list[int]:
    """How many bytes were received in place each time."""
    sizes: list[int] = []

    class Counted(Reply):
        def add(self, count: int) -> None:
            sizes.append(count)
            super().add(count)

    monkeypatch.setattr(transaction, "Reply", Counted)
    return sizes


@pytest.fixture(params=CONVERSATIONS)
def answer(request) -> bytes:
    return CONVERSATIONS[request.param]


async def test_an_answer_is_the_same_wherever_it_is_split(client, answer, monkeypatch):
    with monkeypatch.context() as plainly:
        plainly.setattr(transaction, "_AsyncHiredisParser", None)
        expected = await client.outcome(answer)

    for place in range(1, len(answer)):
        assert await client.outcome(answer[:place], answer[place:]) == expected, answer[:place]
        assert await client.reads_the_next(), answer[:place]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
async def test_an_answer_is_the_same_in_pieces_of_any_size(client, answer, size):
    expected = await client.outcome(answer)
    pieces = [answer[first : first + size] for first in range(0, len(answer), size)]
    assert await client.outcome(*pieces) == expected
    assert await client.reads_the_next()


@pytest.mark.skipif(not is_there(), reason="there is no kernel")
async def test_pieces_are_received_one_by_one_in_place(client, came):
    answer = CONVERSATIONS["values"]
    assert (await client.outcome(*(answer[at : at + 1] for at in range(len(answer))))).values is not None
    assert came == [1] * len(answer)


async def test_an_answer_larger_than_any_buffer_is_whole(client):
    long = bytes(range(256)) * 4_000
    answer = QUEUED + b"*2\r\n$%d\r\n%s\r\n$-1\r\n" % (len(long), long)
    pieces = [answer[first : first + 50_021] for first in range(0, len(answer), 50_021)]
    assert await client.outcome(*pieces) == Outcome([long, None])
    assert await client.reads_the_next()


async def test_an_answer_that_is_cut_off_twice_is_lost_and_the_next_is_read(client, answer):
    for place in range(len(answer)):
        for _ in range(2):
            client.server.will_say(answer[:place], cut=True)
        while client.server.answers_left:  # where what came is an error, it is not asked again
            with pytest.raises((LostConnectionError, ResponseError)):
                await client.read()
        assert await client.reads_the_next(), answer[:place]


async def test_an_answer_that_is_cut_off_is_asked_for_again(client):
    answer = CONVERSATIONS["values"]
    for place in range(len(answer)):
        client.server.will_say(answer[:place], cut=True)
        assert await client.reads_the_next(), answer[:place]


async def test_nobody_is_given_what_another_gave_up(client, answer):
    for place in range(len(answer) - 1):
        given_up = client.server.will_say(answer[:place], rest=answer[place:])
        reading = asyncio.create_task(client.read())
        await given_up.said.wait()
        reading.cancel()
        with pytest.raises((asyncio.CancelledError, BusyLoadingError)):  # "loading" is known from its first line
            await reading
        given_up.go_on.set()
        await turns()
        assert await client.reads_the_next(), answer[:place]


@pytest.mark.parametrize("before", [(NEXT, b""), (b"", CONVERSATIONS["numbers"])], ids=["in place", "by redis-py"])
async def test_what_came_between_two_transactions_is_no_answer(client, answer, before):
    """The pool opens another connection where something is unread: in the stream, or in the parser of redis-py."""
    expected = await client.outcome(answer)
    alone, together = before
    for place in range(1, len(PUSH) + 1):
        pieces = [piece for piece in (alone, together + PUSH[:place]) if piece]
        said = client.server.will_say(*pieces).said
        await client.read()
        await said.wait()
        assert await client.outcome(answer) == expected, PUSH[:place]
    assert await client.reads_the_next()
