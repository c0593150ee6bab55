"""Signatures without permutations: the smallest hashes of a text's shingles (bottom-k; Broder 1997).

Each hash is a bucket. An article is looked up in the buckets of all its hashes and stored in those of the smallest: the
third of all possible values that is smallest, so that texts of any length choose alike, but at least 40 of a short text
and at most 96 of a long one (``docs/adr/0018``). With ``Sampling.RARE``, shingles that many stories have come last:
they get the largest values in place of their hashes (``docs/adr/0066``). Where that leaves ``GAP`` consecutive shingles
without a bucket, the smallest of them becomes one, a filler (winnowing: Schleimer, Wilkerson & Aiken, SIGMOD 2003). So
of any ``GAP`` consecutive shingles that two texts share, one leads from either text to the other (``docs/adr/0041``).

A text with so few shingles that all are posted also has the hash of all of them together. Only texts with the very
same shingles are in that bucket. So a copy is found even when every other bucket of a short text is full of newer
stories (``docs/adr/0087``).

A signature is the smallest hashes in ascending order, followed by the fillers in ascending order. Fillers are among the
former or larger, and begin after all of a text's hashes or after as many as a signature holds, so that the position
where they begin can be told.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, is_new
from wirematch.fingerprint.common_shingles import are_common, common_filter
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.shingles import Shingles
from wirematch.kernels.fingerprint import bottom as compiled
from wirematch.kernels.library import address

COMMON = np.uint32(0xC0000000)
"""Smallest value of a common shingle (``Sampling.RARE``)."""
LARGEST_POSTED = np.uint32(2**32 // 3)
LEAST_POSTED, MOST_POSTED = 40, 96
"""Least and most buckets that an article is stored in, fillers aside; texts with fewer shingles have fewer."""
LARGEST_OF_RARE, LEAST_OF_RARE = COMMON // np.uint32(3), 52
"""As LARGEST_POSTED and LEAST_POSTED, for ``Sampling.RARE``: a third of the rare shingles, which are fewer in English
news."""
SET_TURNED = 0x5BD1E995
"""Keeps the hash of all values of a signature apart from that of a single value."""
GAP = 8
"""Consecutive shingles of which at least one has a bucket; a power of two. Takes 8 more buckets a story on average; 25
words have about eleven shingles."""
FILLED, MOST_FILLERS = 2_048, 384
"""Gaps are filled among the first 2,048 shingles, about 4,000 words of news, which takes some 310 fillers; those
beyond 384 are dropped. So the buckets of 127 articles fit into one request (``index/buckets.py``)."""


def bottom_of(shingles: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Return the ``most`` smallest distinct values of n shingles, sorted."""
    return distinct(values_of(shingles, sampling))[:most]


def distinct(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Sorted distinct values; as ``np.unique``, which takes three times as long for arrays this small."""
    ordered = np.sort(values)
    return ordered[is_new(ordered)]


def values_of(shingles: Shingles, sampling: str) -> NDArray[np.uint32]:
    """Return the values by which n shingles are chosen, smallest first: their hashes.

    With ``Sampling.RARE``, hashes of common shingles are mapped to the upper quarter of all values and the others below
    it; a few in 2^32 pairs of shingles then have the same value.
    """
    hashes = mixed(shingles)
    if sampling != Sampling.RARE:
        return hashes
    quarters = hashes >> np.uint32(2)
    return np.where(are_common(shingles), quarters | COMMON, hashes - quarters)


def signature_of(in_order: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Return the signature of n >= 1 shingles in the order of a text: smallest values and fillers."""
    made = compiled.signature(in_order, _bounds(most, sampling))
    return with_set_hash(signature_in_python(in_order, most, sampling) if made is None else made, most)


def with_set_hash(signature: NDArray[np.uint32], most: int) -> NDArray[np.uint32]:
    """Add the hash of all values to a signature that has so few that it has all of them, and one more is posted."""
    if len(signature) >= min(most, LEAST_POSTED):
        return signature
    together = mixed(np.array([signature.sum(dtype=np.uint64) & 0xFFFFFFFF], np.uint32), SET_TURNED ^ len(signature))
    return distinct(np.concatenate((signature, together)))


@cache
def _bounds(most: int, sampling: str) -> compiled.Bounds:
    common = address(common_filter()) if sampling == Sampling.RARE else None
    largest, least = limits(sampling)
    return compiled.Bounds(most, int(largest), least, MOST_POSTED, GAP, FILLED, MOST_FILLERS, common)


def limits(sampling: str) -> tuple[np.uint32, int]:
    """Return the value below which all shingles are posted, and how many are posted at least."""
    return (LARGEST_OF_RARE, LEAST_OF_RARE) if sampling == Sampling.RARE else (LARGEST_POSTED, LEAST_POSTED)


def signature_in_python(in_order: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Reference implementation of the kernel."""
    values = values_of(in_order, sampling)
    smallest = distinct(values)[:most]
    return with_fillers(smallest, fillers_of(smallest, values, sampling))


def with_fillers(smallest: NDArray[np.uint32], fillers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The signature made of the smallest hashes and the fillers, both sorted."""
    return np.concatenate((smallest, fillers)) if len(fillers) else smallest


def fillers_of(smallest: NDArray[np.uint32], values: NDArray[np.uint32], sampling: str) -> NDArray[np.uint32]:
    """Return the fillers, sorted, of a text with n values in order; ``smallest`` has MOST_POSTED of them or all."""
    return filling(values[:FILLED], int(smallest[posted(smallest, sampling) - 1]))[:MOST_FILLERS]


def signature_of_hidden(shingles: Shingles, fillers: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Return the signature of n >= 1 shingles whose order is not known, with the ``fillers`` that were kept.

    If these were chosen by another sampling, some may be among the smallest, which are posted anyway: they are left
    out, or the text would be in their buckets twice.
    """
    smallest, values = bottom_of(shingles, most, sampling), distinct(values_of(fillers, sampling))
    filling_gaps = values[values > smallest[posted(smallest, sampling) - 1]][:MOST_FILLERS]
    return with_set_hash(with_fillers(smallest, filling_gaps), most)


def filling(hashes: NDArray[np.uint32], above: int) -> NDArray[np.uint32]:
    """Return the minima of all GAP consecutive hashes that lie entirely above a bound; sorted, distinct."""
    if len(hashes) < GAP:
        return hashes[:0]
    lowest, size = hashes, 1
    while size < GAP:
        lowest, size = np.minimum(lowest[:-size], lowest[size:]), 2 * size
    return distinct(lowest[lowest > above])


def among(values: NDArray[np.uint32], known: NDArray[np.uint32]) -> Flags:
    """Flag the values that are in the sorted ``known``; as ``np.isin``, in a third of the time for so few."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[places] == values)


def split_signature(
    signature: NDArray[np.uint32], most: int, sampling: str
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Split a signature into the hashes under which the article is stored and those by which it is only looked up.

    ``most`` is the largest number of smallest hashes in a signature.
    """
    parts, count = joined_signature(signature, most, sampling)
    return parts[:count], parts[count:]


def joined_signature(signature: NDArray[np.uint32], most: int, sampling: str) -> tuple[NDArray[np.uint32], int]:
    """Both parts of ``split_signature``, concatenated, and the length of the first."""
    made = compiled.split_signature(signature, _bounds(most, sampling))
    if made is not None:
        return made
    posted, asked = split_signature_in_python(signature, most, sampling)
    return np.concatenate((posted, asked)), len(posted)


def split_signature_in_python(
    signature: NDArray[np.uint32], most: int, sampling: str
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Reference implementation of the kernel."""
    size = min(most, len(signature))
    falls = np.flatnonzero(signature[1:size] <= signature[: max(0, size - 1)])
    if len(falls):
        size = int(falls[0]) + 1
    smallest, fillers = signature[:size], signature[size:]
    count = posted(smallest, sampling)
    if not len(fillers):
        return smallest[:count], smallest[count:]
    rest = smallest[count:]
    return np.concatenate((smallest[:count], fillers)), rest[~among(rest, fillers)]


def posted(signature: NDArray[np.uint32], sampling: str) -> int:
    """How many of a text's smallest hashes it is stored under, fillers aside."""
    largest, least = limits(sampling)
    small = int(np.searchsorted(signature, largest))
    return min(len(signature), max(least, min(MOST_POSTED, small)))


def anchored(in_order: Shingles, sampling: str) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Return hashes and positions of the shingles under which a story of any length that has them may be posted."""
    made = compiled.anchors(in_order, _bounds(1, sampling))
    return anchored_in_python(in_order, sampling) if made is None else made


def anchored_in_python(in_order: Shingles, sampling: str) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Reference implementation of the kernel."""
    values, (largest, _) = values_of(in_order, sampling), limits(sampling)
    places = np.flatnonzero((values < largest) | among(values, filling(values, int(largest) - 1)))
    return values[places], places


def mixed(hashes: Shingles, turned: int = 0) -> Shingles:
    """Apply MurmurHash3's finalizer (Appleby 2011), so that which shingles are small is independent of their hashing.

    The bits of ``turned`` are flipped first.
    """
    made = compiled.mixed(hashes, turned)
    return mixed_in_python(hashes, turned) if made is None else made


def mixed_in_python(hashes: Shingles, turned: int) -> Shingles:
    """Reference implementation of the kernel."""
    hashes = hashes ^ np.uint32(turned)
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
