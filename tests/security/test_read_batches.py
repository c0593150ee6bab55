"""Requests that arrive together: as many are admitted as there is room for; the others are read in batches."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from support.waiting import until
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.server.protocol.batches import ReadBatches
from wirematch.server.protocol.http_protocol import BoundedProtocol

pytestmark = pytest.mark.anyio

BODY = b'{"body": "ab"}'
REQUEST = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\n" + BODY


class FakeTransport(asyncio.Transport):
    """A transport that records what a client would see, and whether it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = b""
        self.listens = True
        self.closing = False

    def write(self, data) -> None:
        self.answered += data

    def pause_reading(self) -> None:
        self.listens = False

    def resume_reading(self) -> None:
        self.listens = True

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True


@pytest.fixture
def executor():
    executor = BoundedExecutor(1, 1)  # two at once, and one queued
    yield executor
    executor.close()


async def answered_nothing(_scope, _receive, _send) -> None:
    await asyncio.Event().wait()


def connections(executor: BoundedExecutor, count: int, seconds: float) -> list[tuple[BoundedProtocol, FakeTransport]]:
    config = Config(answered_nothing, log_config=None)
    config.load()
    state = {"detector": SimpleNamespace(executor=executor), "read_batches": ReadBatches(seconds)}
    made = []
    for _ in range(count):
        protocol, transport = BoundedProtocol(config, ServerState(), state, asyncio.get_running_loop()), FakeTransport()
        protocol.connection_made(transport)
        made.append((protocol, transport))
    return made


async def test_of_requests_that_are_read_in_one_turn_no_more_are_let_in_than_there_is_room_for(executor):
    asking = connections(executor, 6, 60.0)

    for protocol, _ in asking:
        protocol.data_received(REQUEST)

    assert [transport.answered[:12] for _, transport in asking] == [b""] * 2 + [b"HTTP/1.1 503"] * 4
    for protocol, _ in asking:
        protocol.connection_lost(None)
    assert executor.refusal(0) is None  # no place is reserved any more


async def test_who_was_refused_is_listened_to_again_with_the_others(executor):
    asking = connections(executor, 4, 0.05)
    for protocol, _ in asking:
        protocol.data_received(REQUEST)
    assert [transport.listens for _, transport in asking] == [True, True, False, False]

    [(late, late_wire)] = connections(executor, 1, 0.05)  # a connection made meanwhile is not read, either
    assert not late_wire.listens
    asking[3][1].closing = True
    await until(lambda: late_wire.listens and asking[2][1].listens)

    assert [transport.listens for _, transport in asking] == [True, True, True, False]
    assert late_wire.listens
    for protocol, _ in [*asking, (late, late_wire)]:
        protocol.connection_lost(None)
