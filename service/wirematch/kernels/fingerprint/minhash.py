"""``minhash.c``: the shingles of a text and their MinHash signature."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.scratch import MOST_PERMUTATIONS
from wirematch.kernels.text.vocabulary import ScratchWords

_fingerprint = bind(
    "wirematch_fingerprint",
    ctypes.c_int64,
    Address, Address, Size, ctypes.c_double, Address, Address, Size, Address, Address,
)  # fmt: skip


Reading = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], int]
"""Distinct sorted shingles, shingles in order, minima (none without permutations), number of words."""
_NO_MINIMA: NDArray[np.uint32] = np.empty(0, np.uint32)


@dataclass(frozen=True, eq=False)
class Permutations:
    """The ``p`` permutations ``factors * hash + summands`` of a MinHash scheme."""

    factors: NDArray[np.uint32]
    summands: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.factors)

    @cached_property
    def addresses(self) -> tuple[int, int]:
        """Addresses of both arrays."""
        return address(self.factors), address(self.summands)


def fingerprint(read: ScratchWords, least_share: float, permutations: Permutations | None) -> Reading | None:
    """Return what is found in a text.

    None if Python has to do it: for texts with hardly a content word, and those with a share of function words below
    ``least_share``.
    """
    vocabulary, _, scratch, count = read
    size = len(permutations) if permutations else 0
    if size > MOST_PERMUTATIONS:
        return None
    factors_at, summands_at = permutations.addresses if permutations else (None, None)
    found = enough(
        _fingerprint(  # type: ignore[misc]  # there is no Vocabulary without kernels
            vocabulary.at,
            scratch.numbers_at,
            count,
            least_share,
            factors_at,
            summands_at,
            size,
            scratch.made_at,
            scratch.minima_at,
        )
    )
    if found < 0:
        return None
    in_order = scratch.in_order[: scratch.made.in_order_size].copy()
    minima = scratch.minima[:size].copy() if size else _NO_MINIMA
    return scratch.shingles[:found].copy(), in_order, minima, count
