"""Signatures without permutations: the smallest hashes of a text's shingles (bottom-k; Broder 1997).

Each hash is a bucket. An article is looked for in the buckets of all its hashes and stored in those of the smallest: a
third of all that there are, by value, so that texts of any length choose alike, but of a short text no fewer than 40
and of a long one no more than 96 (``docs/adr/0018``). By ``Sampling.RARE`` shingles that many stories have come last:
they have the greatest values in place of their hashes (``docs/adr/0066``). Where that leaves ``GAP`` shingles in a row
without a bucket, the smallest of these is one, too (winnowing: Schleimer, Wilkerson & Aiken, SIGMOD 2003). So of any
``GAP`` shingles in a row that two texts share, one leads from the one to the other (``docs/adr/0041``).

A signature is the smallest hashes in order, and behind them those that fill gaps, in order. The latter are among the
former or above them, and come after all of a text's hashes or after as many as a signature has: so where they begin is
known.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, is_new
from wirematch.fingerprint.common_shingles import are_common, common_filter
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.shingles import Shingles
from wirematch.kernels import bottom as compiled
from wirematch.kernels.library import address

COMMON = np.uint32(0xC0000000)
"""Where the values of common shingles begin (``Sampling.RARE``)."""
LARGEST_POSTED = np.uint32(2**32 // 3)
LEAST_POSTED, MOST_POSTED = 40, 96
"""Buckets that an article is stored in, where it has so many shingles, but for those that fill gaps."""
LARGEST_OF_RARE, LEAST_OF_RARE = COMMON // np.uint32(3), 52
"""The same of ``Sampling.RARE``: a third of the rare shingles, of which there are fewer in English news."""
GAP = 8
"""So many shingles in a row are never all without a bucket; a power of two. That takes 8 more buckets a story on
average, and 25 words in a row have about eleven shingles."""
FILLED, MOST_FILLERS = 2_048, 384
"""Gaps are filled among so many shingles of a text, the first 4,000 words of news, by no more hashes: some 310 where it
is as long. So the buckets of 127 articles go into one request (``index/buckets.py``)."""


def bottom_of(shingles: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """The smallest ``most`` values of n shingles, in order, each once."""
    return distinct(values_of(shingles, sampling))[:most]


def distinct(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Sorted, each once; as ``np.unique``, which takes three times as long for so few."""
    ordered = np.sort(values)
    return ordered[is_new(ordered)]


def values_of(shingles: Shingles, sampling: str) -> NDArray[np.uint32]:
    """By what each of n shingles is chosen, the smallest first: its hash.

    Of ``Sampling.RARE``, hashes of common shingles are laid out over the upper quarter of all values, and those of the
    others below it. Then a few in 2^32 pairs of shingles have the same value.
    """
    hashes = mixed(shingles)
    if sampling != Sampling.RARE:
        return hashes
    quarters = hashes >> np.uint32(2)
    return np.where(are_common(shingles), quarters | COMMON, hashes - quarters)


def signature_of(in_order: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Of n shingles in the order of a text, at least one: the smallest and what fills gaps."""
    made = compiled.signature(in_order, _bounds(most, sampling))
    return signature_in_python(in_order, most, sampling) if made is None else made


@cache
def _bounds(most: int, sampling: str) -> compiled.Bounds:
    common = address(common_filter()) if sampling == Sampling.RARE else None
    largest, least = limits(sampling)
    return compiled.Bounds(most, int(largest), least, MOST_POSTED, GAP, FILLED, MOST_FILLERS, common)


def limits(sampling: str) -> tuple[np.uint32, int]:
    """Below what value all shingles are posted, and how many are at the least."""
    return (LARGEST_OF_RARE, LEAST_OF_RARE) if sampling == Sampling.RARE else (LARGEST_POSTED, LEAST_POSTED)


def signature_in_python(in_order: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """What the kernel is held to."""
    values = values_of(in_order, sampling)
    smallest = distinct(values)[:most]
    return with_fillers(smallest, fillers_of(smallest, values, sampling))


def with_fillers(smallest: NDArray[np.uint32], fillers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The signature of these smallest hashes and of what fills gaps between them, both sorted."""
    return np.concatenate((smallest, fillers)) if len(fillers) else smallest


def fillers_of(smallest: NDArray[np.uint32], values: NDArray[np.uint32], sampling: str) -> NDArray[np.uint32]:
    """What fills gaps in a text with n values in order, of which the smallest are known, MOST_POSTED or all; sorted."""
    return filling(values[:FILLED], int(smallest[posted(smallest, sampling) - 1]))[:MOST_FILLERS]


def signature_of_hidden(shingles: Shingles, fillers: Shingles, most: int, sampling: str) -> NDArray[np.uint32]:
    """Of n shingles, at least one, whose order nobody knows: the smallest, and those that are known to fill gaps.

    Another sampling may have chosen these. Then some are among the smallest that are posted anyway, and fill no gap:
    the text would be twice in their buckets.
    """
    smallest, values = bottom_of(shingles, most, sampling), distinct(values_of(fillers, sampling))
    return with_fillers(smallest, values[values > smallest[posted(smallest, sampling) - 1]][:MOST_FILLERS])


def filling(hashes: NDArray[np.uint32], above: int) -> NDArray[np.uint32]:
    """Of n hashes in the order of a text the smallest of every GAP in a row that are all above a bound; sorted."""
    if len(hashes) < GAP:
        return hashes[:0]
    lowest, size = hashes, 1
    while size < GAP:
        lowest, size = np.minimum(lowest[:-size], lowest[size:]), 2 * size
    return distinct(lowest[lowest > above])


def among(values: NDArray[np.uint32], known: NDArray[np.uint32]) -> Flags:
    """Which of n values are among some sorted ones; as ``np.isin``, in a third of the time of so few."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[places] == values)


def parted(signature: NDArray[np.uint32], most: int, sampling: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The hashes under which an article with this signature is stored, and those by which it is only looked for.

    ``most`` is how many of the smallest a signature has at the most.
    """
    made = compiled.parted(signature, _bounds(most, sampling))
    if made is None:
        return parted_in_python(signature, most, sampling)
    parts, count = made
    return parts[:count], parts[count:]


def parts_of(signature: NDArray[np.uint32], most: int, sampling: str) -> NDArray[np.uint32]:
    """Both, one after the other."""
    made = compiled.parted(signature, _bounds(most, sampling))
    return np.concatenate(parted_in_python(signature, most, sampling)) if made is None else made[0]


def parted_in_python(
    signature: NDArray[np.uint32], most: int, sampling: str
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """What the kernel is held to."""
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
    """How many of a text's smallest hashes, the first ones, it is stored under whatever their order in the text."""
    largest, least = limits(sampling)
    small = int(np.searchsorted(signature, largest))
    return min(len(signature), max(least, min(MOST_POSTED, small)))


def anchored(in_order: Shingles, sampling: str) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """Of n shingles in the order of a text those that a story of any length may be posted under: hashes and places."""
    made = compiled.anchors(in_order, _bounds(1, sampling))
    return anchored_in_python(in_order, sampling) if made is None else made


def anchored_in_python(in_order: Shingles, sampling: str) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """What the kernel is held to."""
    values, (largest, _) = values_of(in_order, sampling), limits(sampling)
    places = np.flatnonzero((values < largest) | among(values, filling(values, int(largest) - 1)))
    return values[places], places


def mixed(hashes: Shingles, turned: int = 0) -> Shingles:
    """MurmurHash3's last step (Appleby 2011): which shingles are small has nothing to do with how they were hashed.

    Before it, the bits of ``turned`` are turned.
    """
    made = compiled.mixed(hashes, turned)
    return mixed_in_python(hashes, turned) if made is None else made


def mixed_in_python(hashes: Shingles, turned: int) -> Shingles:
    """What the kernel is held to."""
    hashes = hashes ^ np.uint32(turned)
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
