"""``ranking.c``: candidates in order of the buckets they share with a submission."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

_rank = bind(
    "wirematch_rank", ctypes.c_int64, Address, Address, Size, Address, Size, Address, Address, Address
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
    """Numbers and scores of documents, best first; see ``wirematch.fingerprint.ranking``.

    ``weights`` are those of the bands. None on the Python path, and where a document is in more than 129 bands.
    """
    if _rank is None:
        return None
    numbers, bands = np.ascontiguousarray(numbers, np.uint64), np.ascontiguousarray(bands, np.int64)
    ranked, scores = np.empty(len(numbers), np.uint64), np.empty(len(numbers))
    limits = Limits(least_score, before or 0, before is not None)
    places = ctypes.addressof(limits), address(ranked), address(scores)
    found = enough(_rank(address(numbers), address(bands), len(numbers), address(weights), len(weights), *places))
    return None if found < 0 else (ranked[:found], scores[:found])
