"""``runs.c``: runs of words that two texts share."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

RUN = np.dtype([("start", np.int32), ("story_start", np.int32), ("length", np.int32)])
"""As in ``runs.h``."""

_seeds = bind("wirematch_seeds", ctypes.c_int64, Address, Size, Size, Address, Address, Address)
_runs = bind("wirematch_runs", ctypes.c_int64, Address, Address, Size, Size, Address)


class SeedsStructure(ctypes.Structure):
    """As ``Seeds`` in ``runs.h``."""

    _fields_ = (
        ("words", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("ordered", ctypes.c_void_p),
        ("places", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SeedTable:
    """A text with ``s`` seeds hashed: in order and sorted, with the positions of the sorted ones."""

    words: NDArray[np.uint32]
    hashes: NDArray[np.uint64]
    ordered: NDArray[np.uint64]
    places: NDArray[np.int64]
    native: ctypes.Structure

    @classmethod
    def of(cls, words: NDArray[np.uint32], seed: int) -> SeedTable | None:
        """Index the runs of ``seed`` words; None without compiled kernels."""
        if _seeds is None:
            return None
        words = np.ascontiguousarray(words, np.uint32)
        count = max(0, len(words) - seed + 1)
        hashes, ordered, places = np.empty(count, np.uint64), np.empty(count, np.uint64), np.empty(count, np.int64)
        where = address(words), address(ordered), address(places)
        if enough(_seeds(where[0], len(words), seed, address(hashes), where[1], where[2])) != count:
            return None
        return cls(words, hashes, ordered, places, SeedsStructure(where[0], len(words), where[1], where[2], count))


def find_runs(mine: SeedTable, theirs: SeedTable, seed: int, most_places: int) -> NDArray[np.void] | None:
    """Return records of ``RUN``, in order; both texts must have seeds. None without compiled kernels."""
    if _runs is None:
        return None
    runs = np.empty(len(mine.hashes), RUN)
    found = enough(
        _runs(ctypes.addressof(mine.native), ctypes.addressof(theirs.native), seed, most_places, address(runs))
    )
    return None if found < 0 else runs[:found].copy()
