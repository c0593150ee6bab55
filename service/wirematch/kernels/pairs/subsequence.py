"""``subsequence.c``: length of the longest common subsequence."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

_common = bind("wirematch_common_in_order", ctypes.c_int64, Address, Size, Address, Size)


def common_in_order(mine: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> int | None:
    """See ``wirematch.matching.pairs.subsequences``; None without compiled kernels."""
    if _common is None:
        return None
    mine, theirs = np.ascontiguousarray(mine, np.uint32), np.ascontiguousarray(theirs, np.uint32)
    found = enough(_common(address(mine), len(mine), address(theirs), len(theirs)))
    return None if found < 0 else found
