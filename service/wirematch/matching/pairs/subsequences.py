"""Longest common subsequences of word lists."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

from wirematch.arrays import Hashes32
from wirematch.kernels.pairs import subsequence as compiled


def common_in_order(mine: Hashes32, theirs: Hashes32) -> int:
    """Length of the longest common subsequence of n and m hashes.

    Takes time proportional to n x m / 64 and memory proportional to n + m.
    """
    found = compiled.common_in_order(mine, theirs)
    return common_in_order_in_python(mine, theirs) if found is None else found


def common_in_order_in_python(mine: Hashes32, theirs: Hashes32) -> int:
    """Reference implementation of the kernel."""
    common: int = LCSseq.similarity(mine.tolist(), theirs.tolist())
    return common
