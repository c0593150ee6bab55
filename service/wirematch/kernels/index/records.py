"""``records.c``: parse stored records into offsets, many at once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, beginnings, bind

_PLACES = 10
"""Number of 64-bit fields per record; as ``Places`` in ``records.h``."""

_read = bind("wirematch_read_records", ctypes.c_int64, Address, Address, Size, Address)


_Row = ctypes.c_int64 * _PLACES


class ReadRecord:
    """A record of a plain text and the byte offsets of its fields.

    Thousands are kept, and most are only read by kernels, so each holds few objects.
    """

    __slots__ = ("_table", "at", "encoded", "skeleton_size", "source_at", "text_size")

    def __init__(  # noqa: PLR0913 - what is asked for of each
        self,
        encoded: bytes,
        at: int,
        table: NDArray[np.int64],
        *,
        source_at: int,
        text_size: int,
        skeleton_size: int,
    ) -> None:
        """The offsets are at the address ``at``, in a row of ``table``."""
        self.encoded = encoded
        self.at = at
        """Address of the offsets, for the kernels."""
        self.source_at = source_at
        """Where the id ends and the source begins."""
        self.text_size, self.skeleton_size = text_size, skeleton_size
        """Bytes of the text in UTF-8, and of its skeleton, 0 if it has none."""
        self._table = table

    @property
    def _places(self) -> list[int]:
        return list(_Row.from_address(self.at))

    @property
    def stored(self) -> int:
        """Time of storing in milliseconds since 1970."""
        return self._places[1]

    @property
    def json_at(self) -> int:
        """Where the source ends and the JSON begins."""
        return self._places[3]

    @property
    def json(self) -> bytes:
        """The article as JSON."""
        _, _, _, begin, end, *_ = self._places
        return self.encoded[begin:end]

    @property
    def json_without_body(self) -> bytes:
        """As ``json``, with an empty body."""
        _, _, _, begin, end, text_at, text_end, *_ = self._places
        return self.encoded[begin:text_at] + self.encoded[text_end:end]

    @property
    def skeleton(self) -> bytes:
        """The skeleton as the record has it, unverified; empty if there is none."""
        end = self._places[4]
        return self.encoded[end : end + self.skeleton_size]


def read_records(records: Sequence[bytes]) -> list[ReadRecord | None]:
    """Parse each record; None where Python has to do it, and for all without compiled kernels."""
    if _read is None or not records:
        return [None] * len(records)
    table = np.empty((len(records), _PLACES), np.int64)
    at = address(table)
    sizes = np.fromiter(map(len, records), np.int64, len(records))
    _read(beginnings(records), address(sizes), len(records), at)
    return [
        ReadRecord(record, where, table, source_at=source_at, text_size=text_size, skeleton_size=skeleton_size)
        if readable
        else None
        for record, where, (readable, _, source_at, _, _, _, _, text_size, skeleton_size, _) in zip(
            records, range(at, at + table.nbytes, 8 * _PLACES), table.tolist(), strict=True
        )
    ]
