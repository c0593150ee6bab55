"""Signatures without permutations: the smallest hashes of a text's shingles (bottom-k; Broder 1997).

Each hash is a bucket. An article is looked for in the buckets of all its hashes and stored in those of the smallest: a
third of all that there are, by value, so that texts of any length choose alike, but of a short text no fewer than 40
and of a long one no more than 96 (``docs/adr/0018``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.shingles import Shingles

LARGEST_POSTED = np.uint32(2**32 // 3)
LEAST_POSTED, MOST_POSTED = 40, 96
"""Buckets that an article is stored in, where it has so many shingles."""


def bottom_of(shingles: Shingles, most: int) -> NDArray[np.uint32]:
    """The smallest ``most`` hashes of n distinct shingles, in order."""
    return np.sort(mixed(shingles))[:most]


def posted(signature: NDArray[np.uint32]) -> int:
    """How many of a signature's hashes, the first ones, an article is stored under."""
    small = int(np.searchsorted(signature, LARGEST_POSTED))
    return min(len(signature), max(LEAST_POSTED, min(MOST_POSTED, small)))


def mixed(hashes: Shingles) -> Shingles:
    """MurmurHash3's last step (Appleby 2011): which shingles are small has nothing to do with how they were hashed."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
