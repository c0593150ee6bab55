"""The client against servers and proxies that answer with anything: typed errors, in bounded time and memory."""

from __future__ import annotations

import functools
import gzip
import json
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import httpx2
import pytest

from support.hostile_server import (
    ARTICLE,
    QUICK,
    STORED,
    Pieces,
    endless,
    head,
    hostile_server,
    slowly,
    unaccepting_server,
    whole,
)
from wirematch_client import (
    Client,
    ConnectionFailedError,
    NotFoundError,
    ProblemError,
    Retry,
    UnavailableError,
    UnexpectedAnswerError,
)
from wirematch_client.answers import LONGEST_ANSWER

pytestmark = pytest.mark.slow


PAGE = b"<html><title>Sign in to the network</title></html>"
CALLS: dict[str, Callable[[Any], Any]] = {
    "check": lambda client: client.check(ARTICLE),
    "add": lambda client: client.add(ARTICLE),
    "put": lambda client: client.put("a", ARTICLE),
    "get": lambda client: client.get("a"),
    "delete": lambda client: client.delete("a"),
    "compare": lambda client: client.compare(ARTICLE, ARTICLE),
    "pickups": lambda client: client.pickups("a"),
    "cluster": lambda client: client.cluster("a"),
    "event": lambda client: client.event("a"),
    "bulk": lambda client: list(client.bulk([ARTICLE])),
    "ensure_ready": lambda client: client.ensure_ready(),
    "session": lambda client: client.session(),
}
ONCE = {"bulk", "ensure_ready"}
"""Calls that are not repeated when there is no response."""


STRANGE: dict[str, Pieces] = {
    "a page": whole(PAGE, "200 OK", "Content-Type: text/html"),
    "half of it": whole(b'{"id": "a", "body": "A gra'),
    "nested": whole(b"[" * 100_000),
    "another type": whole(b'"A gravel barge"'),
    "binary": whole(bytes(range(256)) * 100),
    "of HTTP/1.0 and cut off": lambda _: [head(version="1.0") + b'{"id": "a", "bo'],
    "moved": whole(b"", "301 Moved Permanently", "Location: https://elsewhere.example/"),
    "moved here": whole(b"", "307 Temporary Redirect", "Location: /v1/articles/a"),
    "moved to nowhere": whole(PAGE, "302 Found"),
    "unasked compression": whole(b"\x28\xb5\x2f\xfd", "200 OK", "Content-Encoding: zstd"),
    "no gzip": whole(PAGE, "200 OK", "Content-Encoding: gzip"),
    "half of gzip": whole(gzip.compress(STORED)[:-9], "200 OK", "Content-Encoding: gzip"),
    "gzip and more": lambda _: [head("200 OK", "Content-Encoding: gzip") + gzip.compress(PAGE), PAGE * 9_000, PAGE],
}


@pytest.mark.parametrize("pieces", STRANGE.values(), ids=STRANGE)
def test_what_is_not_of_the_service_is_told_once(connect, pieces):
    with hostile_server(pieces) as server:
        client = connect(server)
        for number, call in enumerate(CALLS.values(), 1):
            with pytest.raises(UnexpectedAnswerError) as raised:
                call(client)
            assert server.requests == number
            assert len(str(raised.value)) < 1_500
        assert not client.ready()


CUT: dict[str, Pieces] = {
    "at once": lambda _: [],
    "in the status line": lambda _: [b"HTTP/1.1 20"],
    "in the head": lambda _: [b"HTTP/1.1 200 OK\r\nContent-Le"],
    "before the content": lambda _: [head("200 OK", "Content-Length: 99")],
    "in the content": lambda _: [head("200 OK", "Content-Length: 9999") + STORED],
    "in a chunk": lambda _: [head("200 OK", "Transfer-Encoding: chunked") + b"ff\r\n{"],
    "no HTTP": lambda _: [b"220 mail.example ESMTP\r\n"],
    "an endless head": endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1_000),
}


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("pieces", CUT.values(), ids=CUT)
def test_what_breaks_off_is_repeated_only_where_that_is_safe(connect, pieces, reset):
    with hostile_server(pieces, reset=reset) as server:
        client = connect(server)
        for name, call in CALLS.items():
            before = server.requests
            with pytest.raises(ConnectionFailedError):
                call(client)
            assert server.requests - before == (1 if name in ONCE else QUICK.attempts)


@pytest.mark.parametrize(
    ("value", "after"),
    [
        (None, None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1.5", None),
        ("9" * 400, float("inf")),
        ("86400", 86_400.0),
        ("Sun, 01 Nov 2020 12:00:00 GMT", 0.0),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_whatever_stands_in_retry_after_waiting_ends(connect, status, value, after):
    lines = [] if value is None else [f"Retry-After: {value}"]
    with hostile_server(whole(PAGE, status, *lines)) as server:
        client = connect(server)
        with pytest.raises(UnavailableError) as raised:
            client.check(ARTICLE)
        repeated = server.requests
        with pytest.raises(UnavailableError):
            list(client.bulk([ARTICLE]))

    assert (raised.value.retry_after, raised.value.status) == (after, int(status[:3]))
    assert repeated == (QUICK.attempts if (after or 0) <= QUICK.longest_delay else 1)
    assert server.requests - repeated == (QUICK.attempts if after == 0 else 1)


def test_the_status_of_the_response_counts_and_not_the_one_in_it(connect):
    told = json.dumps(
        {"status": 200, "title": "x" * 10_000, "type": "urn:wirematch:problem:article-not-found"}
    ).encode()
    with hostile_server(whole(told, "404 Not Found")) as server, pytest.raises(NotFoundError) as raised:
        connect(server).get("a")

    assert raised.value.status == 404
    assert len(str(raised.value)) < 3_000


def bomb(over: threading.Event) -> Iterable[bytes]:
    return whole(packed_bomb(), "200 OK", "Content-Encoding: gzip")(over)


@functools.cache
def packed_bomb() -> bytes:
    """Made for the test, as packing takes a second."""
    packing = zlib.compressobj(1, wbits=31)
    return packing.compress(bytes(4 * LONGEST_ANSWER)) + packing.flush()


HUGE: dict[str, Pieces] = {
    "endless": endless(head("200 OK"), b" " * 65_536),
    "endless chunks": endless(head("200 OK", "Transfer-Encoding: chunked"), b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "a bomb": bomb,
}


@pytest.mark.parametrize("pieces", HUGE.values(), ids=HUGE)
def test_memory_is_bounded(connect, pieces):
    with hostile_server(pieces) as server:
        client = connect(server)
        packed_bomb()  # before memory is traced
        tracemalloc.start()
        try:
            with pytest.raises(UnexpectedAnswerError, match="longer than"):
                client.get("a")
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert server.requests == 1
    assert most < 3 * LONGEST_ANSWER


def test_of_an_endless_refusal_the_status_is_told(connect):
    pieces = endless(head("500 Internal Server Error"), b" " * 65_536)
    with hostile_server(pieces) as server, pytest.raises(ProblemError, match="Internal Server Error"):
        connect(server).get("a")


DRIP: dict[str, Pieces] = {
    "the head": slowly(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "the content": slowly(head("200 OK"), b" "),
    "chunks": slowly(head("200 OK", "Transfer-Encoding: chunked"), b"1\r\n \r\n"),
    "interim responses": slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a refusal": slowly(head("503 Service Unavailable"), b" "),
}


@pytest.mark.parametrize("call", ["get", "bulk"])
@pytest.mark.parametrize("pieces", DRIP.values(), ids=DRIP)
def test_a_call_ends_however_slowly_the_answer_drips(connect, pieces, call):
    with hostile_server(pieces) as server:
        client = connect(server, total=0.5)
        with pytest.raises(ConnectionFailedError):
            CALLS[call](client)

        assert server.requests <= 1  # none if its time was over before it was sent


def test_a_call_ends_however_slowly_the_request_is_read():
    articles = [ARTICLE | {"id": str(number), "body": "word " * 30_000} for number in range(20)]
    with hostile_server(whole(b""), slow=True) as server, Client(server.url, timeout=20, total=2) as client:
        with pytest.raises(ConnectionFailedError) as raised:
            list(client.bulk(articles))

        assert server.requests == 0
    assert isinstance(raised.value.__cause__, httpx2.WriteTimeout)  # and not the read after all was written


def test_a_call_ends_where_no_connection_can_be_made(connect):
    with unaccepting_server() as url, pytest.raises(ConnectionFailedError) as raised:
        connect(url, total=0.5, timeout=3_600).get("a")

    assert isinstance(raised.value.__cause__, httpx2.TimeoutException)  # and not the operating system's, minutes later


def test_delays_and_attempts_end_with_the_time_for_the_call(connect):
    with hostile_server(whole(b"", "503 Service Unavailable", "Retry-After: 90")) as server:
        client = connect(server, total=60, retry=Retry(attempts=1_000))
        with pytest.raises(UnavailableError):
            client.get("a")

        assert server.requests == 1


def test_answers_may_be_compressed_and_of_http_1_0_and_say_another_type(connect):
    for pieces in (
        whole(gzip.compress(STORED), "200 OK", "Content-Encoding: gzip"),
        lambda _: [head(version="1.0") + STORED],
        whole(STORED, "200 OK", "Content-Type: text/plain"),
    ):
        with hostile_server(pieces) as server:
            assert connect(server).get("a").body == ARTICLE["body"]


def test_cookies_of_strangers_are_not_kept(connect):
    with hostile_server(whole(STORED, "200 OK", "Set-Cookie: a=b; Path=/")) as server:
        client = connect(server)
        client.get("a")
        inner = getattr(client, "_client", client)

        assert not list(inner._http.cookies.jar)  # noqa: SLF001 - a jar that grows is seen nowhere else


RESULT = {"index": 0, "id": "a", "status": 201}
SUMMARY = {"summary": {"lines": 1, "stored": 1}}
CUT_OFF = {"problem": {"type": "urn:wirematch:problem:shutting-down", "title": "x", "status": 503, "detail": "Ends."}}


def lines(*told: object) -> Pieces:
    return whole("".join(f"{json.dumps(one)}\n" for one in told).encode())


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ([RESULT, SUMMARY], UnexpectedAnswerError),
        ([RESULT, CUT_OFF], UnavailableError),
        ([RESULT, RESULT | {"index": 7}, SUMMARY], UnexpectedAnswerError),
        ([RESULT, {"index": 1}], UnexpectedAnswerError),
        ([RESULT, RESULT | {"index": 1}], UnexpectedAnswerError),
    ],
    ids=["too few", "cut off", "another number", "no result", "no summary"],
)
def test_results_that_came_are_given_before_the_error(connect, told, error):
    with hostile_server(lines(*told)) as server:
        results = connect(server).bulk([ARTICLE, ARTICLE | {"id": "b"}])

        assert next(iter(results)).id == "a"
        with pytest.raises(error):
            list(results)
