"""Responses, read to their end within bounds: of size, also once decompressed, and of time."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore2
import httpx2

from wirematch_client.errors import UnexpectedAnswerError

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of a response, decompressed. The longest of the service's own take a few megabytes."""
LONGEST_REFUSAL = 1024 * 1024
"""Bytes of an error response; of a longer one, only the status counts."""
ACCEPTED = {"Accept-Encoding": "gzip"}
"""The only compression that is undone here, as a bound can be kept with it."""
TOTAL_SECONDS = 300.0
LEAST_TIMEOUT = 0.001
"""Seconds. Sockets take no negative timeout, and zero has another meaning."""
WRITTEN_AT_ONCE = 16 * 1024
"""Bytes of a request after which the time is looked at: a reader may take them few by few, each within its timeout."""


def no_cookies() -> CookieJar:
    """Return a jar that keeps nothing: the service needs no cookies of this client."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: int
    reason: str
    headers: httpx2.Headers
    content: bytes
    url: str

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass
class Collecting:
    """Collects the body of a response piece by piece."""

    response: httpx2.Response
    _content: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        encoding = self.response.headers.get("content-encoding", "identity").strip().lower()
        self._unpacker = zlib.decompressobj(31) if encoding in {"gzip", "x-gzip"} else None
        self._longest = LONGEST_ANSWER if self.response.is_success else LONGEST_REFUSAL
        self._fault: str | None = None
        if self._unpacker is None and encoding != "identity":
            self._fault = f"is compressed as {encoding[:40]!r}, which was not asked for"

    def takes(self, piece: bytes) -> bool:
        """Take the next bytes as they came; False if no more are wanted."""
        if self._fault is None:
            self._take(piece)
        return self._fault is None

    def _take(self, piece: bytes) -> None:
        if self._unpacker is not None:
            if self._unpacker.eof:
                self._fault = "goes on after its compressed content"
                return
            try:
                piece = self._unpacker.decompress(piece, self._longest + 1 - len(self._content))
            except zlib.error:
                self._fault = "cannot be decompressed"
                return
        self._content += piece
        if len(self._content) > self._longest:
            self._fault = f"is longer than {self._longest:,} bytes"

    def end(self) -> Answer:
        """Return the response. Raises UnexpectedAnswerError if a success cannot be read."""
        url = str(self.response.request.url)
        if self._fault is None and self._unpacker is not None and self._content and not self._unpacker.eof:
            self._fault = "ends before its compressed content does"
        if self._fault is not None and self.response.is_success:
            raise UnexpectedAnswerError(f"The answer of {url} {self._fault}.")
        content = b"" if self._fault is not None else bytes(self._content)
        return Answer(self.response.status_code, self.response.reason_phrase, self.response.headers, content, url)


class Deadline:
    """Bounds all that a thread waits for in one call; a timeout for each step would not end slow ones.

    Asynchronous calls are cancelled instead.
    """

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def begin(self, request: httpx2.Request, seconds: float) -> None:
        """Let the request that this thread sends next end ``seconds`` from now."""
        self._of_thread.at = time.monotonic() + seconds
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        left = max(seconds, LEAST_TIMEOUT)  # the pause before an attempt may have lasted too long
        request.extensions["timeout"] = {step: _shorter(left, one) for step, one in timeouts.items()}
        request.extensions["trace"] = self.trace

    def trace(self, event: str, told: dict[str, Any]) -> None:
        """Bound the reads from and writes to every new connection; httpx2's extension ``trace``."""
        if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
            stream = told["return_value"]
            with suppress(AttributeError):  # a stream with slots is bounded by the timeout of each step alone
                stream.read, stream.write = self._bounded_read(stream.read), self._bounded_write(stream.write)

    def _left(self, late: type[httpcore2.TimeoutException]) -> float:
        left: float = self._of_thread.at - time.monotonic()
        if left <= 0:
            raise late("the answer takes too long")
        return left

    def _bounded_read(self, read: Callable[[int, float | None], bytes]) -> Callable[..., bytes]:
        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            return read(max_bytes, _shorter(self._left(httpcore2.ReadTimeout), timeout))

        return read_in_time

    def _bounded_write(self, write: Callable[[bytes, float | None], None]) -> Callable[..., None]:
        def write_in_time(buffer: bytes, timeout: float | None = None) -> None:
            for at in range(0, len(buffer), WRITTEN_AT_ONCE):
                piece = buffer[at : at + WRITTEN_AT_ONCE]
                write(piece, _shorter(self._left(httpcore2.WriteTimeout), timeout))

        return write_in_time


def _shorter(seconds: float, timeout: float | None) -> float:
    return seconds if timeout is None else min(seconds, timeout)
