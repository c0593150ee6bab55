"""Which shingles many stories have: a table shipped with the package, made from stories other than those stored.

A Bloom filter (Bloom 1970) of half a megabyte, with four false positives in a thousand. Its answer for a shingle never
changes, so all texts choose by it alike.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.fingerprint.shingles import Shingles

FILE = "common_shingles.bloom"
FILTER_BITS = 22
"""Logarithm to base 2 of the filter's size in bits, which are packed eight a byte, lowest first. A shingle sets two
bits: one by its lower and one by its upper bits."""
_LOWER = np.uint32(2**FILTER_BITS - 1)
_SHIFT = np.uint32(32 - FILTER_BITS)


@cache
def common_filter() -> NDArray[np.uint8]:
    """The shipped filter, ``2**FILTER_BITS // 8`` bytes; made by ``python -m bench common-shingles``."""
    made = np.frombuffer(files("wirematch.fingerprint").joinpath(FILE).read_bytes(), np.uint8)
    if len(made) != 2**FILTER_BITS // 8:  # kernels do not check its length
        raise ValueError(f"{FILE} is not whole: {len(made)} bytes")
    return made


def filter_of(shingles: Shingles) -> NDArray[np.uint8]:
    """Build a filter from n shingles, in any order."""
    bits = np.zeros(2**FILTER_BITS, np.bool_)
    bits[shingles & _LOWER] = True
    bits[shingles >> _SHIFT] = True
    return np.packbits(bits, bitorder="little")


def are_common(shingles: Shingles, table: NDArray[np.uint8] | None = None) -> Flags:
    """Flag which of n shingles are in ``table``, by default the shipped filter."""
    bits = common_filter() if table is None else table
    return _is_set(bits, shingles & _LOWER) & _is_set(bits, shingles >> _SHIFT)


def _is_set(bits: NDArray[np.uint8], places: NDArray[np.uint32]) -> Flags:
    return np.asarray(bits[places >> np.uint32(3)] >> (places & np.uint32(7)).astype(np.uint8) & 1, np.bool_)
