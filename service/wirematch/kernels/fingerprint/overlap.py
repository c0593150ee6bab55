"""``overlap.c``: overlap of sets of shingles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Hashes32
from wirematch.kernels.library import Address, Size, address, bind

_overlaps = bind("wirematch_overlaps", None, Address, Size, Address, Address, Size, Address)


def overlaps(mine: Hashes32, others: Sequence[Hashes32]) -> NDArray[np.float64] | None:
    """See ``wirematch.fingerprint.overlap``; None without compiled kernels."""
    if _overlaps is None:
        return None
    shares = np.zeros(len(others))
    sizes = np.array([len(other) for other in others], np.int64)
    if len(mine) and sizes.sum():
        mine, joined = np.ascontiguousarray(mine, np.uint32), np.concatenate(others).astype(np.uint32, copy=False)
        _overlaps(address(mine), len(mine), address(joined), address(sizes), len(sizes), address(shares))
    return shares
