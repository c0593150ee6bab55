"""Which shingles many stories have: a table that ships with the package, made of other stories than those stored.

A Bloom filter (Bloom 1970) takes half a megabyte, and four in a thousand of the others for common. It says the same of
a shingle for ever, so what is chosen by it is chosen alike in all texts.
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
"""The filter has two to the power of so many bits, eight a byte, the lowest first. A shingle sets two of them: one by
its lower and one by its upper bits."""
_LOWER = np.uint32(2**FILTER_BITS - 1)
_SHIFT = np.uint32(32 - FILTER_BITS)


@cache
def common_filter() -> NDArray[np.uint8]:
    """The filter that ships, ``2**FILTER_BITS // 8`` bytes; made by ``python -m bench common-shingles``."""
    made = np.frombuffer(files("wirematch.fingerprint").joinpath(FILE).read_bytes(), np.uint8)
    if len(made) != 2**FILTER_BITS // 8:  # kernels read it without asking how long it is
        raise ValueError(f"{FILE} is not whole: {len(made)} bytes")
    return made


def filter_of(shingles: Shingles) -> NDArray[np.uint8]:
    """A filter of n shingles, in any order."""
    bits = np.zeros(2**FILTER_BITS, np.bool_)
    bits[shingles & _LOWER] = True
    bits[shingles >> _SHIFT] = True
    return np.packbits(bits, bitorder="little")


def are_common(shingles: Shingles, table: NDArray[np.uint8] | None = None) -> Flags:
    """Of n shingles, which are in the filter that ships, or in this one."""
    bits = common_filter() if table is None else table
    return _is_set(bits, shingles & _LOWER) & _is_set(bits, shingles >> _SHIFT)


def _is_set(bits: NDArray[np.uint8], places: NDArray[np.uint32]) -> Flags:
    return np.asarray(bits[places >> np.uint32(3)] >> (places & np.uint32(7)).astype(np.uint8) & 1, np.bool_)
