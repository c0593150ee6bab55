"""``records.c``: where things stand in stored records, of many at once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, beginnings, bind

_PLACES = 10
"""Numbers of 64 bits of a record, as ``Places`` in ``records.h``."""

_read = bind("wirematch_read_records", ctypes.c_int64, Address, Address, Size, Address)


class ReadRecord:
    """A record of a plain text, and where things stand in it, in bytes from its beginning."""

    __slots__ = ("_places", "_table", "at", "encoded", "skeleton_size", "text_size")

    def __init__(self, encoded: bytes, places: Sequence[int], at: int, table: NDArray[np.int64]) -> None:
        """``places`` is one of the rows of ``table``, which begins at ``at``."""
        self.encoded = encoded
        self.at = at
        """Where kernels find the places."""
        self.text_size, self.skeleton_size = places[7], places[8]
        """Bytes of the text in UTF-8, and of its skeleton; 0 without one."""
        self._places = places
        self._table = table

    @property
    def stored(self) -> int:
        """Milliseconds since 1970."""
        return self._places[1]

    @property
    def source_at(self) -> int:
        """Where the id ends and the source begins."""
        return self._places[2]

    @property
    def json_at(self) -> int:
        """Where the source ends and the article begins."""
        return self._places[3]

    @property
    def json(self) -> bytes:
        """The article."""
        _, _, _, begin, end, *_ = self._places
        return self.encoded[begin:end]

    @property
    def skeleton(self) -> bytes:
        """Of the text, as far as the record says; empty where there is none."""
        end = self._places[4]
        return self.encoded[end : end + self.skeleton_size]


def read_records(records: Sequence[bytes]) -> list[ReadRecord | None]:
    """Of each record where things stand in it; None where Python has to read it, and of all on the Python path."""
    if _read is None or not records:
        return [None] * len(records)
    table = np.empty((len(records), _PLACES), np.int64)
    at = address(table)
    sizes = np.fromiter(map(len, records), np.int64, len(records))
    _read(beginnings(records), address(sizes), len(records), at)
    return [
        ReadRecord(record, places, at + 8 * _PLACES * number, table) if places[0] else None
        for number, (record, places) in enumerate(zip(records, table.tolist(), strict=True))
    ]
