"""The sketch of a text: the upper 16 bits of each shingle, in some 250 bytes, so that the sieve needs no text.

They are sorted and encoded by Elias and Fano's method (Elias, JACM 1974): the lower bytes of n numbers, followed by
n + 256 bits for the upper bytes: for each value from 0 to 255, a 1 for every number that has it, then a 0. Bits fill
bytes from the lowest on.

Different shingles may have equal upper halves, so sketches share at least what the shingles share, plus some by chance:
n * m / 65,536 on average for n and m shingles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.shingles import Shingles
from wirematch.kernels.fingerprint import sketch as compiled

MOST_SHINGLES = 65_534
"""A text with more shingles has no sketch."""
VALUES = 1 << 16
"""Number of different values in a sketch."""

_UPPER_BYTES = 256
N = TypeVar("N", int, NDArray[np.int64])


def _shingles_by_length(longest: int) -> NDArray[np.int64]:
    """Number of shingles for every length of a sketch up to ``longest``; -1 for impossible lengths."""
    lengths = np.arange(longest + 1)
    counts = (8 * lengths - _UPPER_BYTES) // 9
    return np.where((counts >= 0) & (counts + (counts + _UPPER_BYTES + 7) // 8 == lengths), counts, -1)


_SHINGLES = _shingles_by_length(2_047)
"""Covers nearly all texts: looking it up takes a third of the time of computing it."""


def sketch_of(shingles: Shingles) -> bytes | None:
    """Return the sketch of n distinct sorted shingles; None if there are too many."""
    if len(shingles) > MOST_SHINGLES:
        return None
    made = compiled.sketch(shingles, sketch_bytes(len(shingles)))
    return sketch_in_python(shingles) if made is None else made


def sketch_in_python(shingles: Shingles) -> bytes:
    """Reference implementation of the kernel."""
    numbers = (shingles >> np.uint32(16)).astype(np.uint16)
    bits = np.zeros(len(numbers) + _UPPER_BYTES, np.uint8)
    bits[np.arange(len(numbers)) + (numbers >> np.uint16(8))] = 1
    return numbers.astype(np.uint8).tobytes() + np.packbits(bits, bitorder="little").tobytes()


def sketch_bytes(shingles: N) -> N:
    """Length in bytes of a sketch of so many shingles; also for an array of numbers."""
    return shingles + (shingles + _UPPER_BYTES + 7) // 8


def shingles_in(sketch: bytes) -> int:
    """Number of shingles in a sketch; ValueError for an impossible length."""
    count = (8 * len(sketch) - _UPPER_BYTES) // 9
    if count < 0 or sketch_bytes(count) != len(sketch):
        raise ValueError("this is no sketch")
    return count


def sizes_of(sketches: Sequence[bytes]) -> NDArray[np.int64]:
    """As ``shingles_in``, for many: one by one, that takes longer than comparing them."""
    lengths = np.fromiter(map(len, sketches), np.int64, len(sketches))
    if len(lengths) and lengths.max() < len(_SHINGLES):
        found: NDArray[np.int64] = _SHINGLES.take(lengths)
        if found.min() < 0:
            raise ValueError("one of these is no sketch")
        return found
    counts = (8 * lengths - _UPPER_BYTES) // 9
    if (counts < 0).any() or (counts + (counts + _UPPER_BYTES + 7) // 8 != lengths).any():
        raise ValueError("one of these is no sketch")
    return counts


def sketch_overlaps(
    mine: Shingles, sketches: Sequence[bytes], sizes: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Return, for m sketches, an upper bound of the overlap with ``mine`` (see ``overlaps``).

    ``sizes`` are their numbers of shingles, if known. Negative for a sketch that is visibly damaged, except that an
    impossible length raises ValueError.
    """
    numbers = np.ascontiguousarray(mine >> np.uint32(16), np.uint16)
    if sizes is None:
        sizes = sizes_of(sketches)
    found = compiled.sketch_overlaps(numbers, sketches, sizes)
    return sketch_overlaps_in_python(mine, sketches) if found is None else found


def sketch_overlaps_in_python(mine: Shingles, sketches: Sequence[bytes]) -> NDArray[np.float64]:
    """Reference implementation of the kernel."""
    read = [_numbered(numbers) if (numbers := numbers_in(sketch)) is not None else None for sketch in sketches]
    shares = overlaps(_numbered(mine >> np.uint32(16)), [np.empty(0, np.uint32) if r is None else r for r in read])
    shares[[numbers is None for numbers in read]] = -1.0
    return shares


def shared_neighbours(mine: Shingles, among: int, sketches: Sequence[bytes]) -> NDArray[np.int32]:
    """Return, for m sketches, the most of any ``among`` consecutive shingles that each has; negative if damaged.

    ``mine`` are n >= ``among`` >= 1 shingles in the order of a text. Raises ValueError for an impossible length.
    """
    most = np.full(len(sketches), -1, np.int32)
    for place, sketch in enumerate(sketches):
        numbers = numbers_in(sketch)
        if numbers is not None:
            before = np.concatenate(([0], np.cumsum(np.isin(mine >> np.uint32(16), numbers))))
            most[place] = (before[among:] - before[:-among]).max()
    return most


def numbers_in(sketch: bytes) -> NDArray[np.uint32] | None:
    """Decode a sketch into its sorted numbers; None if it is damaged."""
    count = shingles_in(sketch)
    bits = np.unpackbits(np.frombuffer(sketch, np.uint8)[count:], count=count + _UPPER_BYTES, bitorder="little")
    places = np.flatnonzero(bits)
    if len(places) != count:
        return None
    upper = (places - np.arange(count)).astype(np.uint32)
    numbers: NDArray[np.uint32] = upper << np.uint32(8) | np.frombuffer(sketch, np.uint8)[:count]
    in_order = bool((numbers[1:] >= numbers[:-1]).all()) and int(upper.max(initial=0)) < _UPPER_BYTES
    return numbers if in_order else None


def _numbered(numbers: NDArray[np.uint32]) -> Shingles:
    """Make equal numbers distinct by adding to each its rank among its equals."""
    places = np.arange(len(numbers))
    first = (
        np.maximum.accumulate(np.where(np.diff(numbers, prepend=np.uint32(VALUES)) != 0, places, 0))
        if len(numbers)
        else places
    )
    numbered: Shingles = (numbers.astype(np.uint32) << np.uint32(16)) | (places - first).astype(np.uint32)
    return numbered
