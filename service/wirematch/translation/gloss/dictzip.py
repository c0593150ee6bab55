"""Random access to dictzip files: gzip in chunks that can be decompressed separately (dictzip(1), RFC 1952 2.3.1.1)."""

from __future__ import annotations

import gzip
import mmap
import struct
import zlib
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

PIECES_KEPT = 32
"""Number of decompressed chunks cached, 58 KB each."""
_EXTRA, _NAME, _COMMENT, _CHECKSUM = 4, 8, 16, 2


class DictzipFile:
    """The content of a file, decompressed only where needed. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open a dictzip file; plain gzip is decompressed to memory as a whole.

        Raises:
            OSError: it cannot be read.
            ValueError: it is not a gzip file.
        """
        with path.open("rb") as file:
            self._packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._whole: bytes | None = None
        self._length, sizes, start = _pieces(self._packed)
        self._starts = list(accumulate(sizes, initial=start))
        if not sizes:
            self._whole = gzip.decompress(self._packed)
        self._piece = lru_cache(PIECES_KEPT)(self._unpack)

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes from ``offset`` on; fewer if the file is shorter."""
        if self._whole is not None:
            return self._whole[offset : offset + length]
        if length == 0 or offset >= self._length * (len(self._starts) - 1):
            return b""
        first = offset // self._length
        last = min((offset + length - 1) // self._length, len(self._starts) - 2)
        unpacked = b"".join(self._piece(number) for number in range(first, last + 1))
        return unpacked[offset - first * self._length :][:length]

    def _unpack(self, number: int) -> bytes:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(
            self._packed[self._starts[number] : self._starts[number + 1]], self._length
        )


def _pieces(packed: mmap.mmap) -> tuple[int, tuple[int, ...], int]:
    """Return the decompressed length of a chunk, the compressed lengths of all, and the offset of the first."""
    if packed[:3] != b"\x1f\x8b\x08":
        raise ValueError("no gzip file")
    flags, place = packed[3], 10
    length, sizes = 1, ()
    if flags & _EXTRA:
        (extra,) = struct.unpack_from("<H", packed, place)
        place += 2
        field, end = place, place + extra
        while field + 4 <= end:
            name, size = struct.unpack_from("<2sH", packed, field)
            if name == b"RA":
                _, length, count = struct.unpack_from("<HHH", packed, field + 4)
                sizes = struct.unpack_from(f"<{count}H", packed, field + 10)
            field += 4 + size
        place = end
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            place = packed.find(b"\0", place) + 1
    if flags & _CHECKSUM:
        place += 2
    return length, sizes, place
