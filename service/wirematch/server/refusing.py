"""Refuse a request as cheaply as can be: without an HTTP parser, a task or a word to the application.

Refusing must cost next to nothing, or a service that is offered ten times what it can do does nothing else. Only
requests that can be read in one way are refused here: whatever is odd about one, the parser decides.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import NamedTuple

from wirematch.api.problems import MEDIA_TYPE, of_error
from wirematch.errors import OverloadedError
from wirematch.server.answer_headers import REQUEST_ID, SECURITY

AT_ONCE = 50
"""Requests a second that a process refuses without delay."""
LATE_SECONDS = 1.0
"""For which each further one waits for its refusal."""
_REQUEST = re.compile(
    rb"(?:POST (/v1/check|/v1/compare|/v1/articles)|PUT (/v1/articles/[^ ?#]+))(?:\?[!-~]*)? HTTP/1\.1\r\n"
)
_LENGTH = re.compile(rb"\r\ncontent-length: ?(\d{1,12})\r\n")
_END = b"\r\n\r\n"
LONGEST_HEAD = 8_192


class RefusalPace:
    """When a process says each of its refusals.

    A refusal costs little, and yet clients that ask again as soon as they are refused would have a process do nothing
    else. So all but the first few within a second are told late: 500 clients then cost it 550 refusals a second,
    however fast they are.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._second = 0
        self._refused = 0

    def wait(self) -> float:
        """Note another refusal, and give the seconds until it is to be told."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._refused = second, 0
        self._refused += 1
        return 0.0 if self._refused <= AT_ONCE else LATE_SECONDS


class SimpleRequest(NamedTuple):
    """A request that asks for work, as far as it has come."""

    length: int
    """Bytes of its body."""
    missing: int
    """Bytes of it that have not come yet."""


def read_simply(data: bytes) -> SimpleRequest | None:
    """A request that ``data`` begins with and that asks for work, if it is as plain as most and nothing follows it."""
    if _REQUEST.match(data) is None:
        return None
    end = data.find(_END, 0, LONGEST_HEAD)
    if end < 0:
        return None
    head = data[: end + 2].lower()
    lengths = _LENGTH.findall(head)
    if len(lengths) != 1 or head.count(b"content-length") != 1 or head.count(b"\n") != head.count(b"\r\n"):
        return None
    if b"\r\ntransfer-encoding" in head or b"\r\nexpect" in head or b"\r\nupgrade" in head:
        return None
    if head.count(b"\r\nconnection") != head.count(b"\r\nconnection: keep-alive\r\n"):
        return None
    length = int(lengths[0])
    missing = length - (len(data) - end - len(_END))
    return SimpleRequest(length, missing) if missing >= 0 else None


def refusal_bytes(error: OverloadedError, headers: list[tuple[bytes, bytes]], request_id: bytes) -> bytes:
    """The whole answer: 503, after which the connection stays open. ``headers`` are the server's own."""
    content = of_error(error).model_dump_json(exclude_none=True).encode()
    lines = [
        *headers,
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"retry-after", str(error.retry_after).encode()),
        *SECURITY,
        (REQUEST_ID, request_id),
    ]
    return (
        b"HTTP/1.1 503 Service Unavailable\r\n" + b"".join(b"%s: %s\r\n" % line for line in lines) + b"\r\n" + content
    )
