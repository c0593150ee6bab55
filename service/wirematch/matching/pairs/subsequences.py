"""What two lists of words have in common in the same order."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

from wirematch.arrays import Hashes32
from wirematch.kernels import subsequence as compiled


def common_in_order(mine: Hashes32, theirs: Hashes32) -> int:
    """Length of the longest common subsequence of n and m hashes, whatever stands between.

    Time grows with n x m / 64, memory with n + m.
    """
    found = compiled.common_in_order(mine, theirs)
    return common_in_order_in_python(mine, theirs) if found is None else found


def common_in_order_in_python(mine: Hashes32, theirs: Hashes32) -> int:
    """What the kernel is held to."""
    common: int = LCSseq.similarity(mine.tolist(), theirs.tolist())
    return common
