"""HTTP/1.1 as h11 parses it, minus what is ambiguous or costs more to read than to send."""

from __future__ import annotations

import time
from typing import Any

import h11

FREE_CHUNKS, CHUNKS_A_SECOND, BYTES_A_CHUNK = 1_000, 100, 32
"""Chunks allowed in a chunked body: a fixed number, more per second, and one more per so many bytes. Live feeds stay
far below; at one byte per chunk, a megabyte a second would keep a core busy."""


class StrictConnection(h11.Connection):
    """The server side of a connection."""

    def __init__(self, longest_head: int) -> None:
        super().__init__(h11.SERVER, longest_head)
        self.failure = ""
        """What was wrong with the last input; empty if nothing was."""
        self.failure_status = 400
        self._chunks, self._bytes, self._began = 0, 0, 0.0

    def next_event(self) -> Any:
        """Like h11's, but raises RemoteProtocolError in more cases; ``failure`` has the reason."""
        try:
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._chunks, self._bytes, self._began = 0, 0, time.monotonic()
                _check_framing(event)
            elif isinstance(event, h11.Data):
                self._check_chunk(len(event.data))
        except h11.RemoteProtocolError as error:
            self.failure, self.failure_status = str(error), error.error_status_hint
            raise
        return event

    def _check_chunk(self, size: int) -> None:
        self._chunks += 1
        self._bytes += size
        if self._chunks <= FREE_CHUNKS:
            return
        passed = time.monotonic() - self._began
        if self._chunks > FREE_CHUNKS + CHUNKS_A_SECOND * passed + self._bytes / BYTES_A_CHUNK:
            raise h11.RemoteProtocolError("too many chunks for so few bytes")


def _check_framing(request: h11.Request) -> None:
    """Refuse ambiguous framing, by which a proxy and a server could see different requests (RFC 9112, 6.3)."""
    names = [name for name, _ in request.headers]
    if b"transfer-encoding" in names and (b"content-length" in names or request.http_version < b"1.1"):
        raise h11.RemoteProtocolError("Content-Length and Transfer-Encoding in one request")
