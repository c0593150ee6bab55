"""UTF-16 as UTF-8, for readers that look for bytes."""

from __future__ import annotations

import codecs
import io
from typing import IO, Any

BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READ_BYTES = 256 * 1024


class Utf8FromUtf16(io.RawIOBase):
    """A stream of UTF-16 that begins with a byte order mark, read as UTF-8; bytes that are neither become U+FFFD."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """As of any stream that is read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a part of ``buffer``; 0 at the end."""
        while not self._ready and (piece := self._raw.read(READ_BYTES)):
            self._ready = self._decoder.decode(piece).encode("utf-8", "replace")
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)
