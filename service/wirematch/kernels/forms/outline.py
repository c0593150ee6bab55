"""``outline.c``: outlines of texts in the kernels' layout, and their similarity."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32, Floats64
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough

_likeness = bind("wirematch_likeness", ctypes.c_int64, Address, Address, Size, Address)


class OutlineStructure(ctypes.Structure):
    """As ``Outline`` in ``outline.h``."""

    _fields_ = (
        ("slots", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("content", ctypes.c_size_t),
        ("count", ctypes.c_size_t),
        ("content_weight", ctypes.c_double),
        ("trigrams", ctypes.c_double),
    )


@dataclass(frozen=True, slots=True, eq=False)
class OutlineTable:
    """An outline in the kernel's layout."""

    native: ctypes.Structure
    at: int
    held: tuple[NDArray[Any], ...]

    @classmethod
    def of(
        cls, slots: NDArray[np.uint32], weights: Floats32, content: int, totals: tuple[float, float]
    ) -> OutlineTable | None:
        """Convert a ``wirematch.matching.profiles.screening.Outline``; None without compiled kernels."""
        if _likeness is None:
            return None
        held = np.ascontiguousarray(slots, np.uint32), np.ascontiguousarray(weights, np.float32)
        if not content <= len(slots) == len(weights):
            raise ValueError("arrays of different texts")
        native = OutlineStructure(*map(address, held), content, len(slots), *totals)
        return cls(native, ctypes.addressof(native), held)


def similarity(submission: OutlineTable, stories: Sequence[OutlineTable]) -> Floats64 | None:
    """See ``wirematch.matching.profiles.screening.similarity``; None without compiled kernels."""
    if _likeness is None:
        return None
    alike = np.empty(len(stories))
    at = addresses([story.at for story in stories])
    found = enough(_likeness(submission.at, at, len(stories), address(alike)))
    return None if found < 0 else alike
