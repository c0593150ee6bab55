"""What two lists of words have in common in the same order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from wirematch.kernels import subsequence as compiled

Hashes = NDArray[np.uint32]


def common_in_order(mine: Hashes, theirs: Hashes) -> int:
    """Length of the longest common subsequence of n and m hashes, whatever stands between.

    Time grows with n x m / 64, memory with n + m.
    """
    found = compiled.common_in_order(mine, theirs)
    return common_in_order_in_python(mine, theirs) if found is None else found


def common_in_order_in_python(mine: Hashes, theirs: Hashes) -> int:
    """What the kernel is held to."""
    common: int = LCSseq.similarity(mine.tolist(), theirs.tolist())
    return common
