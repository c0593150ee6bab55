"""``anchors.c``: rank stories by the neighbouring shingles that they hold."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

_rank = bind("wirematch_rank_anchors", ctypes.c_int64, Address, Size, *(Address,) * 7)
_place = bind(
    "wirematch_place_anchors", ctypes.c_int64, Address, Size, Address, Address, Size, Address, Address, Address
)  # fmt: skip


_FOUND = struct.Struct("@2PN2P2NPdQq2Q")
"""``Found`` in ``anchors.c``."""


class AnchorPostings(NamedTuple):
    """What was found in the buckets of one text."""

    numbers: NDArray[np.uint64]
    buckets: NDArray[np.intp]
    """Document numbers, and the bucket that holds each."""
    begins: NDArray[np.intp]
    places: NDArray[np.intp]
    """Where the entries of each of b buckets begin in ``places`` (b + 1), and the text's positions."""
    least_score: float
    before: int | None
    shingles: int = 0
    """Of the text."""
    cap: int = 0
    """Stories that a bucket holds at most, 0 to rank no unbroken ones."""


class AnchorRules(ctypes.Structure):
    """Thresholds; see ``wirematch.fingerprint.anchors``."""

    _fields_ = tuple(
        (name, ctypes.c_uint64) for name in ("near", "stretch", "leaders", "reach", "least_unbroken", "unbroken")
    )


class RankedHolders(NamedTuple):
    """Stories, best first, and the leading and the unbroken ones of each stretch of the text: fields of ``Holders``."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]
    ends: NDArray[np.intp]
    leading: NDArray[np.uint64]
    unbroken: NDArray[np.uint64]


def rank(
    texts: Sequence[AnchorPostings], weights: NDArray[np.float64], rules: AnchorRules
) -> list[RankedHolders | None] | None:
    """Rank the stories of each text; ``weights`` are those of all texts' buckets.

    None without compiled kernels, and for a text whose buckets are malformed.
    """
    if _rank is None:
        return None
    kept = [
        (
            np.ascontiguousarray(one.numbers, np.uint64),
            *(np.ascontiguousarray(array, np.int64) for array in (one.buckets, one.begins, one.places)),
        )
        for one in texts
    ]
    sizes = [(len(numbers), len(begins) - 1, len(places)) for numbers, _, begins, places in kept]
    weights_at = accumulate([8 * buckets for _, buckets, _ in sizes], initial=address(weights))
    packed = b"".join(
        [
            _FOUND.pack(
                *map(address, arrays[:2]), size, *map(address, arrays[2:]), buckets, places, at,
                one.least_score, one.before or 0, one.before is not None, one.shingles, one.cap,
            )
            for one, arrays, (size, buckets, places), at in zip(texts, kept, sizes, weights_at, strict=False)
        ]
    )  # fmt: skip
    total = sum([size for size, _, _ in sizes])
    numbers, leading, unbroken = (np.empty(total, np.uint64) for _ in range(3))
    scores, ends, counts = np.empty(total), np.empty(total, np.int64), np.empty(3 * len(texts), np.int64)
    written = map(address, (numbers, scores, ends, leading, unbroken, counts))
    if enough(_rank(packed, len(texts), ctypes.addressof(rules), *written)) < 0:
        return None
    found: list[RankedHolders | None] = []
    begin, told = 0, iter(counts.tolist())
    for (size, _, _), ranked, led, whole in zip(sizes, told, told, told, strict=True):
        end = begin + ranked
        one = RankedHolders(
            numbers[begin:end],
            scores[begin:end],
            ends[begin:end],
            leading[begin : begin + led],
            unbroken[begin : begin + whole],
        )
        found.append(None if ranked < 0 else one)
        begin += size
    return found


def placed(
    looked_up: NDArray[np.uint32], minima: NDArray[np.uint32], places: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]] | None:
    """Return begins and places of the buckets, and the anchors that are in no looked-up bucket.

    See ``wirematch.fingerprint.anchors.Anchors.besides``; None without compiled kernels.
    """
    if _place is None:
        return None
    looked_up, minima = np.ascontiguousarray(looked_up, np.uint32), np.ascontiguousarray(minima, np.uint32)
    places, count = np.ascontiguousarray(places, np.int64), len(minima)
    begins, ordered, rest = (np.empty(size, np.intp) for size in (len(looked_up) + count + 1, count, count))
    written = address(begins), address(ordered), address(rest)
    left = enough(_place(address(looked_up), len(looked_up), address(minima), address(places), count, *written))
    return begins[: len(looked_up) + left + 1], ordered, rest[:left]
