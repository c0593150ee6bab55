"""The ways to choose what of a text leads to it; the fingerprint record of an index names one."""

from __future__ import annotations

from enum import StrEnum


class Sampling(StrEnum):
    """Which features of a text lead to it."""

    MINHASH = "affine32"
    """datasketch's MinHash, bit for bit: the minimum of each permutation."""
    BOTTOM = "bottom"
    """The smallest hashes of its shingles: for as much found, little more than half the postings."""
    RARE = "rare"
    """The same, and those shingles last that many stories have."""
