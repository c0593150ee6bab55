"""``ranking.c``: rank candidates by the buckets that they share with a submission."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, addresses, bind, enough

_MOST_BANDS = 1 << 14

_rank = bind(
    "wirematch_rank", ctypes.c_int64, Address, Address, Size, Address, Size, Address, Address, Address
)  # fmt: skip
_widest = bind("wirematch_widest", ctypes.c_int64, Address, Size, Size)
_count_bands = bind("wirematch_count_bands", None, Address, Size, Size, Address)
_rank_lots = bind(
    "wirematch_rank_lots", ctypes.c_int64, Address, Size, Address, Size, Address, Address, Address, Address
)  # fmt: skip


class Limits(ctypes.Structure):
    """As in ``ranking.h``."""

    _fields_ = (("least_score", ctypes.c_double), ("before", ctypes.c_uint64), ("leaves_out", ctypes.c_int64))


def rank(
    numbers: NDArray[np.uint64],
    bands: NDArray[np.intp],
    weights: NDArray[np.float64],
    least_score: float,
    before: int | None,
) -> tuple[NDArray[np.uint64], NDArray[np.float64]] | None:
    """Return numbers and scores of documents, best first; see ``wirematch.fingerprint.ranking``.

    ``weights`` are those of the bands. None without compiled kernels, and if a document is in more than 129 bands.
    """
    if _rank is None:
        return None
    numbers, bands = np.ascontiguousarray(numbers, np.uint64), np.ascontiguousarray(bands, np.int64)
    ranked, scores = np.empty(len(numbers), np.uint64), np.empty(len(numbers))
    limits = Limits(least_score, before or 0, before is not None)
    places = ctypes.addressof(limits), address(ranked), address(scores)
    found = enough(_rank(address(numbers), address(bands), len(numbers), address(weights), len(weights), *places))
    return None if found < 0 else (ranked[:found], scores[:found])


class PostingLots:
    """The postings of several submissions, ranked together; given as numbers and bands of each."""

    def __init__(self, lots: Sequence[tuple[NDArray[np.uint64], NDArray[np.intp]]]) -> None:
        self._kept = [
            (np.ascontiguousarray(numbers, np.uint64), np.ascontiguousarray(bands, np.int64)) for numbers, bands in lots
        ]
        self._lots = addresses(
            [part for one, bands in self._kept for part in (address(one), address(bands), len(one))]
        )  # a size_t is as wide as a pointer

    def band_sizes(self) -> NDArray[np.int64] | None:
        """Return the postings per band of each lot, shape (lots, bands); None without compiled kernels."""
        if _widest is None or _count_bands is None or not self._kept:
            return None
        bands = _widest(self._lots, len(self._kept), _MOST_BANDS)
        if bands < 0:
            return None
        sizes = np.empty((len(self._kept), bands), np.int64)
        _count_bands(self._lots, len(self._kept), bands, address(sizes))
        return sizes

    def rank(
        self, weights: NDArray[np.float64], limits: Sequence[tuple[float, int | None]]
    ) -> list[tuple[NDArray[np.uint64], NDArray[np.float64]] | None]:
        """As :func:`rank` for each lot, with its least score and ``before``; ``weights`` is shaped as the sizes."""
        assert _rank_lots is not None
        total = sum(len(one) for one, _ in self._kept)
        numbers, scores, found = np.empty(total, np.uint64), np.empty(total), np.empty(len(self._kept), np.int64)
        given = (Limits * len(limits))(*(Limits(least, before or 0, before is not None) for least, before in limits))
        places = ctypes.addressof(given), address(numbers), address(scores), address(found)
        enough(_rank_lots(self._lots, len(self._kept), address(weights), weights.shape[1], *places))
        ranked: list[tuple[NDArray[np.uint64], NDArray[np.float64]] | None] = []
        begin = 0
        for (one, _), count in zip(self._kept, found.tolist(), strict=True):
            end = begin + count
            ranked.append(None if count < 0 else (numbers[begin:end], scores[begin:end]))
            begin += len(one)
        return ranked
