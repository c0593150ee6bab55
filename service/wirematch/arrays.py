"""Array types and operations that numpy lacks and several packages need."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Hashes32 = NDArray[np.uint32]
Hashes64 = NDArray[np.uint64]


def is_new(ordered: NDArray[np.integer[Any]]) -> Flags:
    """Flag each of n sorted numbers that differs from the one before it; the first is always flagged."""
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new
