"""What is read without h11 is read as h11 reads it, answered as it answers, and nothing else is."""

from __future__ import annotations

import asyncio
import http.client
import time
from contextlib import closing
from types import SimpleNamespace
from typing import BinaryIO

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.raw_http import running
from support.waiting import PATIENCE_SECONDS
from wirematch.app import create_app
from wirematch.detection.detector import Detector
from wirematch.server.plain_requests import PlainCycle, PlainRequest, read_plainly
from wirematch.server.refusing import read_simply

BODY = b'{"body": "ab"}'
HEAD = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n"

names = st.sampled_from(
    [b"Host", b"host", b"X-Odd", b"Content-Length", b"content-length ", b" x", b"", b"a b", b"a\xff"]
)
values = st.sampled_from(
    [b"a", b" localhost ", b"14", b"\t14\t", b"", b"a\rb", b"a\nb", b"\0", b"\x01", b"\xff", b"a b"]
)
lines = st.lists(st.tuples(names, st.sampled_from([b":", b": ", b" :"]), values), max_size=4)
targets = st.sampled_from(
    [b"/v1/check", b"/v1/articles?a=%20", b"/v1/articles/a%2Fb", b"/v1/articles/\xff", b"/v1/a b"]
)


@given(st.sampled_from([b"POST", b"PUT", b"post"]), targets, lines)
def test_what_is_read_plainly_h11_reads_alike(method, target, drawn):
    fields = b"".join(name + colon + value + b"\r\n" for name, colon, value in drawn)
    data = method + b" " + target + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\n" + fields + b"\r\n" + BODY
    read = None if read_simply(data) is None else read_plainly(data)
    if read is None:
        return
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    request, content = connection.next_event(), connection.next_event()

    raw_path, _, query = request.target.partition(b"?")
    headers = [(bytes(name), bytes(value)) for name, value in request.headers]
    assert (read.method.encode(), read.raw_path, read.query) == (request.method, raw_path, query)
    assert (read.headers, read.body) == (headers, bytes(content.data))


def test_a_plain_request_is_read():
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"14")]
    path = "/v1/articles/a b"

    assert read_plainly(HEAD + BODY) == PlainRequest("POST", "/v1/check", b"/v1/check", b"", headers, BODY)
    read = read_plainly(HEAD.replace(b"POST /v1/check", b"PUT /v1/articles/a%20b?report=false") + BODY)
    assert read == PlainRequest("PUT", path, b"/v1/articles/a%20b", b"report=false", headers, BODY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Host: localhost\r\n", b""),
        (b"Host: localhost", b"Host: localhost\r\nhost: localhost"),
        (b"localhost", b"local\x01host"),
        (b"Content-Type: ", b"Content-Type : "),
        (b"Content-Type: ", b" folded: "),
        (b"/v1/check", b"/v1/articles/\xff"),
    ],
)
def test_what_is_odd_is_left_to_h11(before, after):
    assert read_plainly(HEAD.replace(before, after) + BODY) is None


class Written:
    """A transport that keeps what is written, and is the flow and the protocol, too."""

    def __init__(self) -> None:
        self.data, self.closed, self.write_paused, self.completed = b"", False, False, 0
        self.conn, self.server_state = (
            h11.Connection(h11.SERVER),
            SimpleNamespace(default_headers=[(b"date", b"today")]),
        )
        self.transport = self.flow = self.logger = self.access_logger = self

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.closed = True

    def on_response_complete(self) -> None:
        self.completed += 1


def answered(status: int, headers: list[tuple[bytes, bytes]], *pieces: bytes) -> Written:
    written = Written()

    async def answer() -> None:
        cycle = PlainCycle(written, {"type": "http", "headers": []}, BODY)
        await cycle.send({"type": "http.response.start", "status": status, "headers": headers})
        for place, piece in enumerate(pieces, 1):
            await cycle.send({"type": "http.response.body", "body": piece, "more_body": place < len(pieces)})

    asyncio.run(answer())
    return written


@pytest.mark.parametrize(
    ("status", "headers", "pieces", "sent"),
    [
        (200, [(b"Content-Length", b"2")], [b"ok"], b"200 OK\r\ndate: today\r\nContent-Length: 2\r\n\r\nok"),
        (200, [], [b"o", b"k"], b"200 OK\r\ndate: today\r\ncontent-length: 2\r\n\r\nok"),
        (204, [], [b""], b"204 No Content\r\ndate: today\r\n\r\n"),
    ],
)
def test_an_answer_is_written_whole(status, headers, pieces, sent):
    written = answered(status, headers, *pieces)

    assert (written.data, written.closed, written.completed) == (b"HTTP/1.1 " + sent, False, 1)


def test_an_answer_that_says_so_is_the_last():
    assert answered(200, [(b"connection", b"close")], b"").closed


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\nb", b"a\rb", b"a\0"])
def test_no_header_begins_another_line(value):
    with pytest.raises(RuntimeError, match="line end"):
        answered(200, [(b"location", value)], b"")


def test_whole_requests_are_answered_as_those_in_pieces_and_in_order(settings, monkeypatch):
    check = Detector.check

    async def slowly(*given):
        await asyncio.sleep(0.05)  # so that the second piece comes meanwhile
        return await check(*given)

    monkeypatch.setattr(Detector, "check", slowly)
    told = []
    with running(create_app(settings)) as service:
        for pieces, answers in ([HEAD, BODY], 1), ([HEAD + BODY], 1), ([HEAD + BODY, HEAD + BODY], 2):
            with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as client:
                client.connect()
                for piece in pieces:
                    client.sock.sendall(piece)
                    time.sleep(0.02)
                reader = client.sock.makefile("rb")
                told += [read_answer(reader) for _ in range(answers)]
                client.request("GET", "/livez")
                assert client.getresponse().read() == b'{"status":"ok"}'

    assert told[0][0].startswith(b"HTTP/1.1 200 ")
    assert [one == told[0] for one in told] == [True] * 4


def read_answer(reader: BinaryIO) -> tuple[bytes, list[bytes], bool]:
    """Status line, names of headers, and whether there is a report."""
    head = list(iter(reader.readline, b"\r\n"))
    names = sorted(line.partition(b":")[0].lower() for line in head[1:])
    length = next(int(line[15:]) for line in head if line.lower().startswith(b"content-length:"))
    return head[0], names, b'"decision"' in reader.read(length)
