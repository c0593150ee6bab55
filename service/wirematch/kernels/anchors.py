"""``anchors.c``: rank stories by the neighbouring shingles that they hold."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.ranking import Limits

_rank = bind(
    "wirematch_rank_anchors", ctypes.c_int64, Address, Address, Size, Address, Size, Address, Address, Address,
    Address
)  # fmt: skip
_place = bind(
    "wirematch_place_anchors", ctypes.c_int64, Address, Size, Address, Address, Size, Address, Address, Address
)  # fmt: skip


class _Buckets(ctypes.Structure):
    _fields_ = (
        ("begins", ctypes.c_void_p),
        ("places", ctypes.c_void_p),
        ("buckets", ctypes.c_size_t),
        ("place_count", ctypes.c_size_t),
        ("weights", ctypes.c_void_p),
    )


def rank(  # noqa: PLR0913 - what a ranking is of
    numbers: NDArray[np.uint64],
    buckets: NDArray[np.intp],
    begins: NDArray[np.intp],
    places: NDArray[np.intp],
    weights: NDArray[np.float64],
    near: int,
    least_score: float,
    before: int | None,
) -> tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.intp]] | None:
    """Return numbers, scores and window ends of stories, best first; see ``wirematch.fingerprint.anchors``.

    ``begins`` (b + 1) tells where each bucket's entries in ``places`` begin; ``weights`` are those of the buckets.
    None without compiled kernels and for malformed input.
    """
    if _rank is None:
        return None
    numbers, buckets = np.ascontiguousarray(numbers, np.uint64), np.ascontiguousarray(buckets, np.int64)
    begins, places = np.ascontiguousarray(begins, np.int64), np.ascontiguousarray(places, np.int64)
    most = len(numbers)
    ranked, scores, ends = np.empty(most, np.uint64), np.empty(most), np.empty(most, np.int64)
    held = _Buckets(address(begins), address(places), len(begins) - 1, len(places), address(weights))
    limits = Limits(least_score, before or 0, before is not None)
    written = ctypes.addressof(limits), address(ranked), address(scores), address(ends)
    found = enough(_rank(address(numbers), address(buckets), most, ctypes.addressof(held), near, *written))
    return None if found < 0 else (ranked[:found], scores[:found], ends[:found])


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
