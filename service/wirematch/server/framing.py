"""HTTP/1.1 as h11 reads it, without what two readers may read in two ways or what costs more to read than to send."""

from __future__ import annotations

import time
from typing import Any

import h11

FREE_CHUNKS, CHUNKS_A_SECOND, BYTES_A_CHUNK = 1_000, 100, 32
"""Of a body in chunks: so many at once, so many more a second, and one more for so many bytes. A live feed's lines are
far below; one byte a chunk keeps a processor busy at a megabyte a second."""


class StrictConnection(h11.Connection):
    """A server's side of one connection."""

    def __init__(self, longest_head: int) -> None:
        super().__init__(h11.SERVER, longest_head)
        self.failure = ""
        """What was wrong with what came last; empty when nothing was."""
        self.failure_status = 400
        self._chunks, self._bytes, self._began = 0, 0, 0.0

    def next_event(self) -> Any:
        """As h11's, raising RemoteProtocolError for more; ``failure`` says why."""
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
    """A proxy that goes by the one and a server that goes by the other see different requests (RFC 9112, 6.3)."""
    names = [name for name, _ in request.headers]
    if b"transfer-encoding" in names and (b"content-length" in names or request.http_version < b"1.1"):
        raise h11.RemoteProtocolError("Content-Length and Transfer-Encoding in one request")
