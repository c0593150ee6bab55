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


class ReadDeadline:
    """Bounds all reads that a thread makes for one call; a timeout for each read would not end slow ones.

    Asynchronous calls are cancelled instead.
    """

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def begin(self, seconds: float) -> None:
        """Let the reads of this thread end ``seconds`` from now."""
        self._of_thread.at = time.monotonic() + seconds

    def trace(self, event: str, told: dict[str, Any]) -> None:
        """Bound the reads from every new connection; httpx2's extension ``trace``."""
        if event.endswith((".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")):
            stream = told["return_value"]
            with suppress(AttributeError):  # a stream with slots is bounded by the timeout of each read alone
                stream.read = self._bounded(stream.read)

    def _bounded(self, read: Callable[[int, float | None], bytes]) -> Callable[..., bytes]:
        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left: float = self._of_thread.at - time.monotonic()
            if left <= 0:
                raise httpcore2.ReadTimeout("the answer takes too long")
            return read(max_bytes, left if timeout is None else min(timeout, left))

        return read_in_time
