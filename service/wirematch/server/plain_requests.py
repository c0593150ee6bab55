"""Requests that are as plain as most, read and answered without h11, which takes a third of a millisecond for both.

Only what came in one piece and can be read in one way is read here (:func:`read_plainly`); whatever is odd about a
request, h11 decides. An answer is written whole, with one system call: the client wakes once.
"""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

from starlette.types import Message, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_LINE = re.compile(rb"(POST|PUT) ([!-~]+) HTTP/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)+)\r\n")
_FIELD = re.compile(rb"([^:]+):([^\r]*)\r\n")
_NEVER_WITH_A_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_KEEP_ALIVE_ENDS = (b"connection", b"close")


class PlainRequest(NamedTuple):
    """A request that has come whole."""

    method: str
    path: str
    """Without what stands for single signs (``%20``)."""
    raw_path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    """Names in lower case."""
    body: bytes


def read_plainly(data: bytes) -> PlainRequest | None:
    """What ``data`` holds, which ``refusing.read_simply`` has found to be one request with nothing behind it.

    None of one whose head h11 had better read.
    """
    head = _LINE.match(data)
    if head is None:
        return None
    method, target, lines = head.groups()
    headers = [(name.lower(), value.strip(b"\t ")) for name, value in _FIELD.findall(lines)]
    if [name for name, _ in headers].count(b"host") != 1 or not target.startswith(b"/"):
        return None
    raw_path, _, query = target.partition(b"?")
    path = unquote(raw_path.decode("ascii"))
    return PlainRequest(method.decode("ascii"), path, raw_path, query, headers, data[head.end() :])


def scope_of(request: PlainRequest, protocol: H11Protocol) -> Scope:
    """As uvicorn makes it."""
    return {
        "type": "http",
        "asgi": {"version": protocol.asgi_version, "spec_version": "2.3"},
        "http_version": "1.1",
        "server": protocol.server,
        "client": protocol.client,
        "scheme": protocol.scheme,
        "method": request.method,
        "root_path": protocol.root_path,
        "path": protocol.root_path + request.path,
        "raw_path": protocol.root_path.encode("ascii") + request.raw_path,
        "query_string": request.query,
        "headers": request.headers,
        "state": protocol.app_state.copy(),
    }


class PlainCycle(RequestResponseCycle):
    """uvicorn's, of a request that has come whole, for an application that knows how long its answer is."""

    def __init__(self, protocol: H11Protocol, scope: Scope, body: bytes) -> None:
        super().__init__(
            cast("Any", scope),
            protocol.conn,
            protocol.transport,
            protocol.flow,
            protocol.logger,
            protocol.access_logger,
            access_log=False,
            default_headers=protocol.server_state.default_headers,
            message_event=asyncio.Event(),
            on_response=protocol.on_response_complete,
        )
        self.body += body
        self.more_body = False
        self.message_event.set()
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._answer: list[bytes] = []

    async def send(self, message: Any) -> None:
        """See RequestResponseCycle; nothing is written before the end of the answer is known."""
        told = cast("Message", message)
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        expected = "http.response.body" if self.response_started else "http.response.start"
        if told["type"] != expected or self.response_complete:
            raise RuntimeError(f"expected no {told['type']} here")
        if not self.response_started:
            self.response_started = True
            self._status, self._headers = told["status"], [*self.default_headers, *told.get("headers", ())]
            return
        self._answer.append(told.get("body", b""))
        if told.get("more_body", False):
            return
        self.response_complete = True
        self.message_event.set()
        self.transport.write(self._written())
        if not self.keep_alive or _KEEP_ALIVE_ENDS in self._headers:
            self.transport.close()
        self.on_response()

    def _written(self) -> bytes:
        """The answer as it goes over the wire."""
        body = b"".join(self._answer)
        if self._status in _NEVER_WITH_A_BODY:
            body = b""
        elif all(name.lower() != b"content-length" for name, _ in self._headers):
            self._headers.append((b"content-length", str(len(body)).encode()))
        lines = b"".join(b"%s: %s\r\n" % field for field in self._headers)
        # As h11 does, lest what an application puts into a header begins another one.
        if lines.count(b"\n") != len(self._headers) or lines.count(b"\r") != len(self._headers) or b"\0" in lines:
            raise RuntimeError("a header holds a line end")
        return b"".join((_STATUS_LINES[self._status], lines, b"\r\n", body))
