"""Requests that share a connection: each has its own answer, in order, and none is read that was not sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from support.raw_http import RawConnection, Running, running
from support.waiting import PATIENCE_SECONDS

RELEASED = threading.Event()
CHUNKED = b"Transfer-Encoding: chunked\r\n"


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with what was asked: in one piece with a length, in several without, or before the body is read."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/held":
        await asyncio.to_thread(RELEASED.wait, PATIENCE_SECONDS)
    body, more = b"", scope["path"] != "/at-once"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message["body"], message["more_body"]
    asked = {"method": scope["method"], "path": scope["path"], "query": scope["query_string"].decode()}
    answer = json.dumps(asked | {"version": scope["http_version"], "body": body.decode("latin-1")}).encode() + b"\n"
    pieces = [answer[:10], answer[10:]] if scope["path"] == "/pieces" else [answer]
    headers = [] if scope["path"] == "/pieces" else [(b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with running(echo) as service:
        yield service


def request(method: bytes, target: bytes, headers: bytes = b"", body: bytes = b"", version: bytes = b"1.1") -> bytes:
    if body and CHUNKED not in headers:
        headers += b"Content-Length: %d\r\n" % len(body)
    return b"%b %b HTTP/%b\r\nHost: a\r\n%b\r\n%b" % (method, target, version, headers, body)


def asked(said: bytes) -> list[dict[str, str]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]


LAST = request(b"GET", b"/last", b"Connection: close\r\n")


def heard(service: Running, *sent: bytes) -> bytes:
    with RawConnection(service.port) as connection:
        with contextlib.suppress(ConnectionError):  # after the last answer, the service reads no more
            for piece in sent:
                connection.send(piece)
        return connection.hear()


@pytest.mark.parametrize("size", [1, 50, 100_000])
def test_requests_sent_without_waiting_are_answered_in_order(service, size):
    body = b"3\r\nabc\r\n4\r\n\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n"
    data = b"".join(
        [
            request(b"POST", b"/1?a=%20", b"", b"GET /smuggled HTTP/1.1\r\n\r\n"),
            request(b"POST", b"/2", CHUNKED, body),
            request(b"GET", b"/3"),
            request(b"POST", b"/at-once", CHUNKED, body),
            request(b"POST", b"/at-once", b"", b"not read"),
            LAST,
            request(b"GET", b"/after-the-last"),
        ]
    )
    told = asked(heard(service, *(data[start : start + size] for start in range(0, len(data), size))))

    assert [(one["path"], one["body"]) for one in told] == [
        ("/1", "GET /smuggled HTTP/1.1\r\n\r\n"),
        ("/2", "abc\r\n\r\n"),
        ("/3", ""),
        ("/at-once", ""),
        ("/at-once", ""),
        ("/last", ""),
    ]
    assert told[0]["query"] == "a=%20"


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
@pytest.mark.parametrize("more", [b"\r\n", b"nonsense\r\n\r\n", request(b"GET", b"/more")])
def test_what_arrives_after_the_last_request_does_not_spoil_its_answer(service, version, more):
    RELEASED.clear()
    with RawConnection(
        service.port, request(b"POST", b"/held", b"Connection: close\r\n", b"body", version)
    ) as connection:
        heard(service, LAST)  # the server has read what was sent so far
        connection.send(more)
        heard(service, LAST)  # and this
        RELEASED.set()
        said = connection.hear()

    assert [(one["path"], one["body"]) for one in asked(said)] == [("/held", "body")]
    assert said.count(b"HTTP/1.1 ") == 1


def test_many_requests_sent_without_waiting_are_answered(service):
    said = heard(service, request(b"GET", b"/") * 5_000 + LAST)
    assert [one["path"] for one in asked(said)] == ["/"] * 5_000 + ["/last"]


def test_what_follows_is_refused_after_the_answers_to_what_came_before(service):
    said = heard(service, request(b"GET", b"/1") + b"GET /2 HTTP/1.1\r\nHost : a\r\n\r\n" + request(b"GET", b"/3"))
    assert [one.get("path") for one in asked(said.replace(b"\r\n\r\n{", b"\n{"))] == ["/1", None]
    assert [line[9:12] for line in said.splitlines() if line.startswith(b"HTTP/1.1 ")] == [b"200", b"400"]


def test_a_body_that_is_broken_is_refused_unless_it_was_answered(service):
    broken = request(b"POST", b"/", CHUNKED, b"3\r\nabc\r\n")
    assert heard(service, broken, b"nonsense\r\n").startswith(b"HTTP/1.1 400 ")
    with RawConnection(service.port, broken.replace(b" / ", b" /at-once ")) as connection:
        connection.hear(b"\n{")
        connection.send(b"nonsense\r\n" + LAST)
        assert connection.hear().count(b"HTTP/1.1 ") == 1


def test_without_a_length_an_answer_comes_in_chunks_or_up_to_the_end(service):
    new = heard(service, request(b"GET", b"/pieces", b"Connection: close\r\n"))
    old = heard(service, request(b"GET", b"/pieces", b"Connection: keep-alive\r\n", version=b"1.0"))

    assert b"transfer-encoding: chunked" in new.lower()
    assert new.endswith(b"\r\n0\r\n\r\n")
    head, _, body = old.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert b"connection: close" in head.lower()
    assert json.loads(body)["version"] == "1.0"


@pytest.mark.parametrize("path", [b"/", b"/pieces"])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_an_answer_to_head_has_no_body(service, path, version):
    head, _, body = heard(service, request(b"HEAD", path, b"Connection: close\r\n", version=version)).partition(
        b"\r\n\r\n"
    )
    assert (head[:15], body) == (b"HTTP/1.1 200 OK", b"")


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c", b"TLS/1.0"])
def test_no_other_protocol_is_spoken(service, upgrade):
    """A body is read as a body, and what follows as the next request."""
    wanted = b"Connection: Upgrade\r\nUpgrade: %b\r\n" % upgrade
    said = heard(service, request(b"POST", b"/1", wanted, b"GET /smuggled") + request(b"GET", b"/2", wanted) + LAST)
    assert [(one["path"], one["body"]) for one in asked(said)] == [("/1", "GET /smuggled"), ("/2", ""), ("/last", "")]


@pytest.mark.parametrize("target", [b"http://b/c", b"*", b"/c#d", b"//b/c"])
def test_a_target_is_taken_as_it_was_sent(service, target):
    told = asked(heard(service, request(b"OPTIONS", target, b"Connection: close\r\n")))
    assert [one["path"] for one in told] == [target.decode()]
