"""Transcode UTF-16 streams to UTF-8."""

from __future__ import annotations

import codecs
import io
from typing import IO, Any

BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READ_BYTES = 256 * 1024


class Utf8FromUtf16(io.RawIOBase):
    """A stream of UTF-16 with a byte order mark, read as UTF-8; invalid bytes become U+FFFD."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; 0 at the end."""
        while not self._ready and (piece := self._raw.read(READ_BYTES)):
            self._ready = self._decoder.decode(piece).encode("utf-8", "replace")
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)
