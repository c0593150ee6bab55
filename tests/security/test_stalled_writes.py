"""Clients that do not read their responses are disconnected and hold no resources; slow ones get everything."""

from __future__ import annotations

import asyncio
import fcntl
import json
import socket
import struct
import termios
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx2
import pytest

from support.loop_clock import LoopClock
from support.raw_http import RawConnection, Running, running
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.app import create_app
from wirematch.server.protocol import http_protocol
from wirematch.server.protocol.stalled_writes import WriteTimeout
from wirematch.settings import Settings

ENOUGH = 40_000_000
"""More bytes than any socket buffers, of requests and of responses."""
LARGE = b"x" * 10_000_000
CLOSING = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LENGTH = b"content-length", b"%d" % len(LARGE)
BULK = (
    b"POST /v1/articles/bulk?report=false HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    b"Content-Length: 1000000000\r\n\r\n"
)
TAKEN = json.dumps({"id": "i" * 190, "body": "Four people died when the bridge fell."}).encode() + b"\n"
"""A line whose result, from the second time on, is longer than the line."""


class SlowReader(RawConnection):
    """A connection whose client has a small buffer, and reads only when told to."""

    def __init__(self, port: int, opening: bytes = b"") -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.said = b""
        self.send(opening)


class Clock(LoopClock):
    """The clock of one WriteTimeout."""

    def of(self, loop: asyncio.AbstractEventLoop, *seconds: float) -> WriteTimeout:
        self.loop = loop
        return WriteTimeout(self, *seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http_protocol, "WriteTimeout", clock.of)
    return clock


def unsent(service: Running) -> int:
    """Bytes of the answer that have not reached the only client."""
    [connection] = service.server.server_state.connections
    queued = fcntl.ioctl(connection.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return connection.transport.get_write_buffer_size() + struct.unpack("i", queued)[0]


def read_some(reader: SlowReader, service: Running) -> None:
    """Read no more than it takes until the kernel counts it: it acknowledges late."""
    before = unsent(service)
    while unsent(service) >= before:
        reader.said += reader.socket.recv(4_000)


@pytest.fixture
def impatient(lone_settings: Settings) -> Settings:
    return lone_settings.model_copy(update={"unread_timeout": 0.5, "stream_timeout": 0.5, "max_streams": 1})


@pytest.fixture
def serve_large() -> Callable[[float], AbstractContextManager[Running]]:
    """A service of one large answer, of which something must be taken within so many seconds."""
    return lambda seconds: running(_large_answer(seconds))


def _large_answer(seconds: float) -> Any:
    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            scope["state"] |= {"unread_timeout": seconds, "stream_timeout": 0.5}
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [LENGTH]})
        await send({"type": "http.response.body", "body": LARGE})

    return app


def test_a_stream_whose_answers_nobody_reads_gives_its_place_back(impatient):
    with running(create_app(impatient)) as service, SlowReader(service.port, BULK) as reader:
        assert reader.send_until_cut(TAKEN * 100, ENOUGH // len(TAKEN * 100))
        with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=PATIENCE_SECONDS) as client:
            headers = {"content-type": "application/x-ndjson"}
            wait_for(
                lambda: client.post("/v1/articles/bulk", content=TAKEN, headers=headers).status_code == 200, "a place"
            )


def test_an_answer_that_nobody_reads_is_dropped(serve_large, clock):
    with serve_large(0.5) as large, SlowReader(large.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") as reader:
        wait_for(lambda: large.server.server_state.connections and unsent(large), "the answer")
        for _ in range(3):
            clock.pass_by(0.5)
        wait_for(lambda: not large.server.server_state.connections, "its end")
        assert len(reader.hear()) < len(LARGE)


def test_who_reads_slowly_gets_everything(serve_large, clock):
    with serve_large(2.0) as large, SlowReader(large.port, CLOSING) as reader:
        wait_for(lambda: large.server.server_state.connections and unsent(large), "the answer")
        for _ in range(5):  # in all longer than it may wait
            read_some(reader, large)
            clock.pass_by(1.9)
        reader.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
        assert reader.hear().endswith(LARGE)


def test_a_proxy_that_pauses_for_less_than_the_limit_gets_everything(serve_large, clock):
    """It has a buffer, and takes nothing while its own client is slow; the limit counts from the last byte taken."""
    with serve_large(3.0) as large, SlowReader(large.port, CLOSING) as proxy:
        wait_for(lambda: large.server.server_state.connections and unsent(large), "the answer")
        for _ in range(3):  # in all longer than the limit
            read_some(proxy, large)
            clock.pass_by(1.4)
            clock.pass_by(1.4)
        proxy.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
        assert proxy.hear().endswith(LARGE)


def test_who_pauses_for_the_limit_is_cut_off(serve_large, clock):
    with serve_large(3.0) as large, SlowReader(large.port, CLOSING) as proxy:
        wait_for(lambda: large.server.server_state.connections and unsent(large), "the answer")
        read_some(proxy, large)
        for _ in range(3):
            clock.pass_by(3.0)
        wait_for(lambda: not large.server.server_state.connections, "its end")


def test_requests_without_taking_answers_are_cut_off_too(serve_large, clock):
    with (
        serve_large(0.5) as large,
        SlowReader(large.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000) as reader,
    ):
        wait_for(lambda: large.server.server_state.connections and unsent(large), "the answer")
        for _ in range(3):
            clock.pass_by(0.5)
        wait_for(lambda: not large.server.server_state.connections, "its end")
        assert len(reader.hear()) < len(LARGE)
