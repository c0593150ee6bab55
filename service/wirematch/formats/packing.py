"""Decompression of gzip, bzip2, xz and Zstandard, detected by magic bytes; truncated content yields what is intact."""

from __future__ import annotations

import bz2
import contextlib
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any

from wirematch.errors import InvalidDocumentError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 256 * 1024
TRIAL = 16 * 1024
"""Bytes behind a mark that must decompress for a member to begin there; a mark alone may be chance."""

ZSTD = b"\x28\xb5\x2f\xfd"
UNPACKERS: dict[bytes, tuple[str, Callable[[], Any]]] = {
    b"\x1f\x8b": ("gzip", lambda: zlib.decompressobj(zlib.MAX_WBITS | 16)),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\x00": ("xz", lzma.LZMADecompressor),
    ZSTD: ("zstd", zstd.ZstdDecompressor),
}
LONGEST_MARK = 6
PASSED_OVER = b"\x2a\x4d\x18"
"""Ends the mark of a Zstandard frame without content (RFC 8878, 3.1.2); it begins with a byte from 0x50 to 0x5F. Those
who compress in parallel or for random access write such frames before or behind each other one."""
FINE_PIECE = 512
"""Bytes that are decompressed at once before damage, so that no more than these are lost with it."""
NO_DAMAGE = {
    "Dictionary mismatch": "it cannot be decompressed without the dictionary that it was compressed with",
    "too much memory": "it needs more than 128 MB to be decompressed: do that first, with 'zstd -d --long=31'",
}
"""Parts of what decompressors say of content that they cannot read though it is whole, and what is to be done."""
DAMAGE = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, ValueError)
"""Exceptions that decompressors raise for damaged content."""


def packed_as(begin: bytes) -> str | None:
    """Return the compression of content that begins so; None if it is not compressed."""
    mark = _mark_of(begin)
    return None if mark is None else UNPACKERS[mark][0]


def _mark_of(begin: bytes) -> bytes | None:
    if begin[1:4] == PASSED_OVER and begin[0] & 0xF0 == 0x50:
        return ZSTD
    return next((mark for mark in UNPACKERS if begin.startswith(mark)), None)


def unpack(content: bytes, most: int) -> bytes:
    """Decompress content if it is compressed.

    Raises InvalidDocumentError if it is truncated, damaged or expands to more than ``most`` bytes.
    """
    if packed_as(content[:LONGEST_MARK]) is None:
        return content
    reader = Unpacked(io.BytesIO(content))
    unpacked = reader.read(most + 1)
    if len(unpacked) > most:
        raise InvalidDocumentError(f"cannot be read: it decompresses to more than {most:,} bytes")
    if reader.damage is not None:
        raise InvalidDocumentError(f"cannot be read: {reader.damage}")
    return unpacked


class Unpacked(io.RawIOBase):
    """A decompressed stream, of any number of members; what precedes damage is readable as usual.

    ``damage`` says what ended the stream early, if anything did. ``resume`` then goes on with a later member.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._waiting = b""
        """Compressed bytes not yet processed."""
        self._taken = b""
        """Of these, what the decompressor took last. It may keep some, or take what follows a cut for content."""
        self._unpacker: Any = None
        self._mark = b""
        """With which the last member began."""
        self._ready = b""
        self._passed = 0
        self.damage: str | None = None

    def readable(self) -> bool:
        """See io.RawIOBase."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; 0 at the end, or at damage."""
        while not self._ready and self.damage is None:
            if not self._more():
                break
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def read(self, size: int = -1) -> bytes:
        """Read ``size`` bytes, or all if negative; fewer only at the end."""
        pieces: list[bytes] = []
        left = size
        while left:
            piece = super().read(PIECE if left < 0 else min(left, PIECE))
            if not piece:
                break
            pieces.append(piece)
            left = left - len(piece) if size >= 0 else -1
        return b"".join(pieces)

    def resume(self) -> int | None:
        """After damage, find the next member; return the byte at which it begins, or None if there is none.

        Members are independent of one another: web archives have one for each record.
        """
        if not self._mark:
            return None
        waiting, begin = self._waiting or self._taken, 1
        self._waiting, self._ready, self._unpacker = b"", b"", None
        mark = b"\x1f\x8b\x08" if self._mark == b"\x1f\x8b" else self._mark  # two bytes are frequent
        while True:
            at = waiting.find(mark, begin)
            missing = TRIAL - (len(waiting) - at) if at >= 0 else 1
            if missing > 0 and (piece := self._raw.read(PIECE)):
                self._passed += len(piece)
                kept = at if at >= 0 else max(begin, len(waiting) - len(mark) + 1)
                waiting, begin = waiting[kept:] + piece, 0
                continue
            if at < 0:
                return None
            if self._begins(waiting[at : at + TRIAL]):
                self._waiting, self.damage = waiting[at:], None
                return self._passed - len(self._waiting)
            begin = at + 1

    def _begins(self, content: bytes) -> bool:
        """Whether a member begins so; the file may end within ``content``."""
        unpacker = UNPACKERS[self._mark][1]()
        try:
            unpacked = unpacker.decompress(content, PIECE)
        except DAMAGE:
            return False
        return bool(unpacked) or unpacker.eof or len(content) == TRIAL

    def _more(self) -> bool:
        """Decompress a chunk; return whether there may be more."""
        try:
            if not self._waiting and not self._needs_no_input():
                self._waiting = self._raw.read(PIECE)
                self._passed += len(self._waiting)
                if not self._waiting:
                    return self._end()
            if self._unpacker is None and not self._begin():
                return False
            self._ready = self._decompress()
        except DAMAGE as error:
            self._tell_damage(error, len(self._waiting))
            return False
        return True

    def _needs_no_input(self) -> bool:
        """Whether the decompressor still holds earlier input."""
        return self._unpacker is not None and getattr(self._unpacker, "needs_input", True) is False

    def _decompress(self) -> bytes:
        if self._waiting:
            self._taken = self._waiting
        if isinstance(self._unpacker, bz2.BZ2Decompressor | lzma.LZMADecompressor | zstd.ZstdDecompressor):
            fine = isinstance(self._unpacker, lzma.LZMADecompressor)
            unpacked = self._unpacker.decompress(self._waiting, FINE_PIECE if fine else PIECE)
            self._waiting = b""
        else:  # zlib returns the input that it did not process
            before = self._unpacker.copy()
            try:
                unpacked = self._unpacker.decompress(self._waiting, PIECE)
            except zlib.error as error:
                return self._decompress_to_damage(before, error)
            self._waiting = self._unpacker.unconsumed_tail
        if self._unpacker.eof:
            self._waiting = self._unpacker.unused_data
            self._unpacker = None
        return bytes(unpacked)

    def _decompress_to_damage(self, unpacker: Any, error: zlib.error) -> bytes:
        """Return what precedes the damage, which an error withholds; ``unpacker`` has not read these bytes yet."""
        pieces, left = [], self._waiting
        with contextlib.suppress(zlib.error):
            while left:
                pieces.append(unpacker.decompress(left, FINE_PIECE))
                left = unpacker.unconsumed_tail
        self._tell_damage(error, len(left))
        return b"".join(pieces)

    def _tell_damage(self, error: Exception, left: int) -> None:
        said = next((said for part, said in NO_DAMAGE.items() if part in str(error)), None)
        self.damage = said or f"it is damaged about byte {max(0, self._passed - left):,}: {error}"

    def _begin(self) -> bool:
        """Begin the next member; zeros between members are padding."""
        while len(self._waiting) < LONGEST_MARK and (piece := self._raw.read(PIECE)):
            self._passed += len(piece)
            self._waiting += piece
        left = self._waiting.lstrip(b"\x00") if self._passed > len(self._waiting) else self._waiting
        if not left:
            self._waiting = b""
            return False
        mark = _mark_of(left)
        if mark is None:
            at = self._passed - len(left)
            short = any(mark.startswith(left) for mark in UNPACKERS)
            self.damage = (
                f"it ends early, at byte {self._passed:,}" if short else f"what follows byte {at:,} is not compressed"
            )
            return False
        self._waiting, self._mark, self._unpacker = left, mark, UNPACKERS[mark][1]()
        return True

    def _end(self) -> bool:
        if self._unpacker is not None:
            self.damage = f"it ends early, at byte {self._passed:,}"
        return False
