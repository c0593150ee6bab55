"""While requests come, streams have one command at a time on its way to Redis; requests wait for none of them."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from wirematch.concurrency import together
from wirematch.index.connections.turns import REQUESTS_SECONDS, Turns, in_turn, of_probe

pytestmark = pytest.mark.anyio


class Server:
    """Commands on their way, by whom; they are answered when the event loop has had many turns."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.there: list[str] = []
        self.most = 0
        """Most commands of streams that were on their way at once."""

    async def ask(self, who: str) -> None:
        async with self._turns.turn():
            self.there.append(who)
            self.most = max(self.most, self.there.count("stream"))
            for _ in range(20):
                await asyncio.sleep(0)
            self.there.remove(who)

    async def ask_in_turn(self) -> None:
        with in_turn():
            await self.ask("stream")


@pytest.fixture
def clock():
    return [100.0]


@pytest.fixture
def server(clock):
    return Server(Turns(lambda: clock[0]))


async def test_streams_beside_which_nobody_asks_do_not_wait_for_each_other(server):
    await together(*(server.ask_in_turn() for _ in range(5)))

    assert server.most == 5


async def test_streams_beside_requests_have_one_command_on_its_way(server, clock):
    await server.ask("request")
    await together(*(server.ask_in_turn() for _ in range(5)))
    assert server.most == 1

    clock[0] += REQUESTS_SECONDS
    await together(*(server.ask_in_turn() for _ in range(5)))
    assert server.most == 5


async def test_streams_leave_no_room_after_a_probe(server):
    with of_probe():
        await server.ask("probe")
    await together(*(server.ask_in_turn() for _ in range(5)))

    assert server.most == 5


@pytest.mark.parametrize("kind", [contextlib.nullcontext, of_probe])
async def test_requests_and_probes_wait_for_no_turn(server, kind):
    await server.ask("request")
    streams = asyncio.gather(*(server.ask_in_turn() for _ in range(5)))
    await asyncio.sleep(0)

    with kind():
        await server.ask("another")

    assert not streams.done()  # its answer came before theirs
    await streams
    assert server.most == 1


async def test_a_turn_ends_with_a_failure_and_with_a_task_that_is_cancelled(server):
    async def fail() -> None:
        with in_turn(), contextlib.suppress(RuntimeError):
            async with server._turns.turn():  # noqa: SLF001 - the turns are its only part
                raise RuntimeError

    await server.ask("request")
    await fail()
    holding, waiting = (asyncio.create_task(server.ask_in_turn()) for _ in range(2))
    await asyncio.sleep(0)
    waiting.cancel()
    holding.cancel()
    await asyncio.wait({holding, waiting})
    server.there.clear()

    await server.ask_in_turn()

    assert server.most == 1


async def test_tasks_that_a_stream_starts_take_turns_too(server):
    await server.ask("request")
    with in_turn():
        tasks = [asyncio.create_task(server.ask("stream")) for _ in range(3)]
    await asyncio.wait(tasks)

    assert server.most == 1
