"""How a text's buckets are chosen; the fingerprint record of an index names one of these ways."""

from __future__ import annotations

from enum import StrEnum


class Sampling(StrEnum):
    """Which features of a text become its buckets."""

    MINHASH = "affine32"
    """datasketch's MinHash, bit for bit: the minimum of each permutation."""
    BOTTOM = "bottom"
    """The smallest hashes of its shingles: finds as much with little more than half the postings."""
    RARE = "rare"
    """As BOTTOM, with shingles that many stories have last."""
