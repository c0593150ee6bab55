"""Shingles: hashes of pairs of content words, the features that a text shares with its rewrites."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint32]

SHINGLES = "content-pairs"
"""Name of this kind of shingles in the index's fingerprint record."""

# Constants of 32-bit xxHash (section 1 of its specification).
_PRIME_2 = np.uint32(2_246_822_519)
_PRIME_3 = np.uint32(3_266_489_917)
_PRIME_4 = np.uint32(668_265_263)
_START = np.uint32((374_761_393 + 8) % 2**32)
"""Its fifth prime plus the length of the input."""


def hash_pairs(first: Shingles, second: Shingles) -> Shingles:
    """Return the 32-bit xxHash of n pairs: eight bytes each, both numbers little-endian and concatenated.

    Neighbouring content words survive rewording: function words come and go and endings change, but a subject keeps its
    verb and a number its unit. In scripts without spaces, terms are overlapping pairs of characters already, so that
    their pairs are runs of three.
    """
    mixed = _mix(_mix(np.full(len(first), _START, np.uint32), first), second)
    mixed ^= mixed >> np.uint32(15)
    mixed *= _PRIME_2
    mixed ^= mixed >> np.uint32(13)
    mixed *= _PRIME_3
    mixed ^= mixed >> np.uint32(16)
    return mixed


def _mix(state: Shingles, lane: Shingles) -> Shingles:
    state = state + lane * _PRIME_3
    rotated: Shingles = (state << np.uint32(17)) | (state >> np.uint32(15))
    return rotated * _PRIME_4
