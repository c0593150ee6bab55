"""Refusals at the lowest possible cost: without an HTTP parser, a task or the application.

Refusing must cost next to nothing, or a service that is offered ten times its capacity does nothing else. Only
unambiguous requests are refused here; anything unusual is left to the parser.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from prometheus_client import Counter

from wirematch.api.problems import MEDIA_TYPE, of_error
from wirematch.errors import OverloadedError
from wirematch.observability import metrics
from wirematch.server.middleware.answer_headers import REQUEST_ID, SECURITY

AT_ONCE = 50
"""Requests that a process refuses without delay in each second."""
LATE_SECONDS = 1.0
"""How long each further one waits for its refusal."""
_REQUEST = re.compile(
    rb"(?:POST (/v1/check|/v1/compare|/v1/articles)|PUT /v1/articles/[^ ?#]+)(?:\?[!-~]*)? HTTP/1\.1\r\n"
)
PUT_ROUTE = "/v1/articles/{article_id:path}"
_LENGTH = re.compile(rb"\r\ncontent-length: ?(\d{1,12})\r\n")
_END = b"\r\n\r\n"
LONGEST_HEAD = 8_192


class RefusalThrottle:
    """Limits how many refusals a process sends in a second.

    A refusal is cheap, yet clients that retry as soon as they are refused would keep a process busy with nothing else.
    So all but the first few in each second are delayed: 500 clients then cause 550 refusals a second, however fast they
    are.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._second = 0
        self._refused = 0

    def next_delay(self) -> float:
        """Count another refusal and return the seconds by which to delay it."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._refused = second, 0
        self._refused += 1
        return 0.0 if self._refused <= AT_ONCE else LATE_SECONDS


class PlainRequest(NamedTuple):
    """The part of a request for work that has arrived."""

    length: int
    """Length of the body in bytes."""
    missing: int
    """Bytes of the body that have not arrived yet."""
    method: str = "POST"
    route: str = "/v1/check"
    """The template of its path."""


def parse_plain_request(data: bytes) -> PlainRequest | None:
    """Parse the request that ``data`` begins with; None unless it asks for work, is unambiguous and stands alone."""
    found = _REQUEST.match(data)
    if found is None:
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
    posted = found[1]
    asked = ("PUT", PUT_ROUTE) if posted is None else ("POST", posted.decode())
    return PlainRequest(length, missing, *asked) if missing >= 0 else None


def count_refusal(method: str, route: str) -> None:
    """Count a refusal as the application would have."""
    for counter in _counters(method, route):
        counter.inc()


@cache
def _counters(method: str, route: str) -> tuple[Counter, Counter]:
    """Cached: finding a series by its labels takes longer than incrementing it."""
    return metrics.REFUSALS.labels(OverloadedError.type), metrics.REQUESTS.labels(method, route, "503")


def refusal_bytes(error: OverloadedError, headers: list[tuple[bytes, bytes]], request_id: bytes) -> bytes:
    """Return a complete 503 response that keeps the connection open; ``headers`` are the server's default ones."""
    lines = (*headers, (b"retry-after", b"%d" % error.retry_after), (REQUEST_ID, request_id))
    return b"".join(
        [b"HTTP/1.1 503 Service Unavailable\r\n", *(b"%s: %s\r\n" % line for line in lines), _rest(str(error))]
    )


@lru_cache(maxsize=16)
def _rest(said: str) -> bytes:
    """Return the part that refusals with the same words have in common."""
    content = of_error(OverloadedError(said)).model_dump_json(exclude_none=True).encode()
    lines = ((b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(content)), *SECURITY)
    return b"".join([*(b"%s: %s\r\n" % line for line in lines), b"\r\n", content])
