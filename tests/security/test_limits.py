"""Nothing that a client begins lasts for ever, and the resources it holds meanwhile are bounded."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from support.loop_clock import LoopClock
from support.problem_documents import assert_problem
from support.raw_http import RawConnection, Running, running
from support.waiting import PATIENCE_SECONDS, POLL_SECONDS, wait_for
from wirematch.app import create_app
from wirematch.server.middleware import deadlines
from wirematch.server.middleware.bodies import Bodies, BodyLimits
from wirematch.server.protocol import http_protocol as protocol
from wirematch.server.protocol.http_protocol import BoundedProtocol
from wirematch.settings import Settings

CHECK = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BULK = (
    b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
LIVE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
LINE = json.dumps({"body": "Four people died when the bridge fell."}).encode() + b"\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@pytest.fixture
def few(lone_settings: Settings) -> Settings:
    """Settings with room for little, and with time for everything."""
    timeouts = {"body_timeout": PATIENCE_SECONDS, "stream_timeout": PATIENCE_SECONDS}
    return lone_settings.model_copy(update=timeouts | {"max_streams": 2, "max_connections_per_client": 20})


@pytest.fixture
def service(few: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", PATIENCE_SECONDS)
    with running(create_app(few)) as service:
        yield service


@pytest.fixture
def impatient(few: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 1.5)
    with running(create_app(few.model_copy(update={"body_timeout": 1.5, "stream_timeout": 1.5}))) as service:
        yield service


def assert_raw_problem(connection: RawConnection, status: int, kind: str) -> dict[str, Any]:
    answered, headers, document = connection.problem()
    assert (answered, document["type"]) == (status, f"urn:wirematch:problem:{kind}")
    assert headers["content-type"] == "application/problem+json"
    assert headers["x-content-type-options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])
    return document


BROKEN = {
    "no HTTP": (b"nonsense\r\n\r\n", 400, "bad-request"),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", 400, "bad-request"),
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: other.example\r\n\r\n", 400, "bad-request"),
    "a head without end": (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000, 431,
                           "request-header-fields-too-large"),
    "two lengths": (CHECK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n", 400, "bad-request"),
    "a length and chunks": (CHECK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad-request"),
    "chunks and a length": (CHECK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", 400, "bad-request"),
    "chunks of old": (CHECK.replace(b"/1.1", b"/1.0") + b"Transfer-Encoding: chunked\r\n\r\n", 400, "bad-request"),
    "another coding": (CHECK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "not-implemented"),
    "a chunk that is none": (CHECK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "bad-request"),
}  # fmt: skip


@pytest.mark.parametrize(("said", "status", "kind"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_request_is_told_so_as_every_error_is(service, said, status, kind):
    with RawConnection(service.port, said) as connection:
        assert_raw_problem(connection, status, kind)


def test_a_large_body_is_not_asked_for(service):
    with RawConnection(
        service.port, CHECK + b"Content-Length: 104857600\r\nExpect: 100-continue\r\n\r\n"
    ) as connection:
        assert connection.hear(b"\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    with RawConnection(service.port, CHECK + b"Content-Length: 20\r\nExpect: 100-continue\r\n\r\n") as connection:
        assert connection.hear(b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")


def test_the_rest_of_a_refused_body_is_read_only_so_far(service):
    with RawConnection(service.port, CHECK + b"Content-Length: 1048576000\r\n\r\n") as connection:
        assert connection.send_until_cut(b"x" * 1_048_576, 100)


@pytest.mark.parametrize("path", [CHECK + b"Transfer-Encoding: chunked\r\n\r\n", BULK], ids=["check", "bulk"])
def test_chunks_of_a_byte_each_are_cut_off(service, path):
    with RawConnection(service.port, path) as connection:
        assert connection.send_until_cut(b"1\r\n \r\n" * 2_000, 500)
    with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=PATIENCE_SECONDS) as client:
        assert client.get("/livez").status_code == 200


def test_small_lines_one_a_chunk_are_read(service):
    with RawConnection(service.port, BULK) as connection:
        for _ in range(40):
            connection.send(chunk(LINE) * 40)
        connection.send(chunk(b""))
        assert b'"lines":1600' in connection.hear(b"summary")


def test_what_is_begun_and_not_ended_is_cut_off(impatient):
    with (
        RawConnection(impatient.port, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ") as head,
        RawConnection(impatient.port) as idle,
    ):
        assert_raw_problem(head, 408, "request-timeout")
        assert idle.hear() == b""
    with RawConnection(impatient.port, CHECK + b"Content-Length: 100\r\n\r\n") as body:
        assert_raw_problem(body, 408, "request-timeout")
    with RawConnection(impatient.port, BULK + chunk(LINE)) as stream:
        assert b'"status":201' in stream.hear(b"201")
        assert b"request-timeout" in stream.hear()
        assert b"summary" not in stream.said


def test_bytes_now_and_then_do_not_keep_a_request_open(impatient):
    with (
        RawConnection(impatient.port, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ") as head,
        RawConnection(impatient.port, BULK) as stream,
    ):
        deadline, cut = time.monotonic() + PATIENCE_SECONDS, [False, False]
        while not all(cut) and time.monotonic() < deadline:
            cut = [was or connection.send_until_cut(data, 1) for was, connection, data in
                   zip(cut, (head, stream), (b"a", chunk(b" ")), strict=True)]  # fmt: skip
            time.sleep(POLL_SECONDS)
        assert all(cut)


def test_the_next_request_on_a_connection_has_its_time_again(impatient):
    with RawConnection(impatient.port, LIVE) as connection:
        connection.hear(b"ok")
        connection.send(LIVE[:20])
        assert connection.hear().count(b"HTTP/1.1 408 ") == 1


def test_waiting_connections_make_room_for_others(service):
    waiting = [RawConnection(service.port, LIVE[:20]) for _ in range(8)]
    with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=PATIENCE_SECONDS) as client:
        waiting += [RawConnection(service.port, LIVE[:20]) for _ in range(40)]
        wait_for(lambda: client.get("/livez").status_code == 200, "room")
    for connection in waiting:
        connection.close()


def test_more_connections_than_a_client_may_have_are_told_so(few, monkeypatch):
    monkeypatch.setattr("wirematch.server.protocol.connections.SPARED_SECONDS", 60.0)
    with running(create_app(few.model_copy(update={"max_connections_per_client": 8}))) as service:
        held = [RawConnection(service.port) for _ in range(8)]
        wait_for(lambda: len(service.server.server_state.connections) == 8, "the connections")
        with RawConnection(service.port) as ninth:
            assert_raw_problem(ninth, 503, "overloaded")
        for connection in held:
            connection.close()
        wait_for(lambda: not service.server.server_state.connections, "their end")
        with RawConnection(service.port, LIVE) as again:
            assert again.hear(b"ok").startswith(b"HTTP/1.1 200 ")


def test_streams_beyond_those_that_are_read_at_once_are_told_so(service):
    with (
        RawConnection(service.port, BULK + chunk(LINE)) as one,
        RawConnection(service.port, BULK + chunk(LINE)) as other,
    ):
        for connection in (one, other):
            connection.hear(b"201")
        with httpx2.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=PATIENCE_SECONDS) as client:
            third = client.post("/v1/articles/bulk", content=LINE, headers={"content-type": "application/x-ndjson"})
            assert_problem(third, 503, "overloaded")
            assert third.headers["retry-after"] == "1"
            for connection in (one, other):
                connection.send(chunk(b""))
                connection.hear(b"summary")
            again = client.post("/v1/articles/bulk", content=LINE, headers={"content-type": "application/x-ndjson"})
            assert again.status_code == 200


@pytest.mark.anyio
async def test_bodies_that_are_held_have_a_bound_together():
    held: list[int] = []

    async def app(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        await receive()
        held.append(bodies.held)
        inner = await call(b"x" * 700)
        assert (inner["status"], dict(inner["headers"])[b"retry-after"]) == (503, b"1")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    bodies = Bodies(app, BodyLimits(most=1_000, seconds=5, held=1_000, streams=1))

    async def call(body: bytes) -> dict[str, Any]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"%d" % len(body))]}
        await bodies(scope, receive, send)
        return sent[0]

    assert (await call(b"x" * 700))["status"] == 200
    assert held == [700]
    assert bodies.held == 0


# Shutdown


def test_open_streams_and_half_requests_end_with_the_service(few, caplog):
    with caplog.at_level(logging.INFO), running(create_app(few)) as service:
        stream, half = (
            RawConnection(service.port, BULK + chunk(LINE)),
            RawConnection(service.port, CHECK + b"Content-Length: 9\r\n\r\n"),
        )
        silent = RawConnection(service.port, BULK)
        stream.hear(b"201")
        wait_for(lambda: len(service.server.server_state.tasks) == 3, "the requests")
        service.stop()

    last = stream.hear().split(b"\r\n")
    assert any(b"shutting-down" in part for part in last)
    assert stream.said.endswith(b"0\r\n\r\n")
    assert b"shutting-down" in silent.hear()
    half.hear()
    for connection in (stream, half, silent):
        connection.close()
    assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []


def clocked(service: Running, clock: LoopClock) -> BoundedProtocol:
    """Return the only connection once it has a request; time passes for it by the clock from then on."""
    wait_for(lambda: any(one.cycle for one in service.server.server_state.connections), "the request")
    [served] = service.server.server_state.connections
    clock.loop, served.loop = served.loop, clock
    return served


def test_a_stream_says_that_the_service_ends_however_late_its_turn_comes(service):
    with RawConnection(service.port, BULK) as stream:
        clock = LoopClock()
        served = clocked(service, clock)
        clock.pass_by(60, before=served.shutdown)
        assert b"shutting-down" in stream.hear()


def test_a_request_that_was_sent_to_its_end_meanwhile_is_answered(few, monkeypatch):
    monkeypatch.setattr(deadlines, "LAST_SECONDS", PATIENCE_SECONDS)
    clock, go_on = LoopClock(), threading.Event()
    body = json.dumps({"body": "Four people died when the bridge fell."}).encode()
    app = create_app(few)

    async def held(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        async def received() -> dict[str, Any]:
            message = await receive()
            if not message.get("more_body"):
                await asyncio.to_thread(go_on.wait, PATIENCE_SECONDS)
            return message

        await app(scope, received if scope["type"] == "http" else receive, send)

    with running(held) as service:
        head = CHECK + b"Content-Length: %d\r\n\r\n" % len(body)
        with RawConnection(service.port, head + body[:5]) as connection:
            served = clocked(service, clock)
            clock.pass_by(0, before=served.shutdown)
            connection.send(body[5:])
            wait_for(lambda: not served.cycle.more_body, "the rest")
            clock.pass_by(60)
            go_on.set()
            assert connection.hear().startswith(b"HTTP/1.1 200 ")


def test_a_body_may_come_again_on_the_same_connection(lone_settings: Settings):
    with TestClient(create_app(lone_settings), "http://localhost") as client:
        for _ in range(3):
            assert client.post("/v1/check", json={"body": "Four people died when the bridge fell."}).status_code == 200
