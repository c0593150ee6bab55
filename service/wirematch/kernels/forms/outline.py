"""``outline.c``: texts and their outlines in the kernels' layout, and the similarity of outlines."""

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


_ARRAYS = "words", "stems", "content", "spoken", "capitals", "digits", "unspaced", "parts"


class TextStructure(ctypes.Structure):
    """As ``Text`` in ``text.h``."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        ("size", ctypes.c_size_t),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
    )


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
class TextTable:
    """The words of a prepared text in the kernels' layout."""

    native: ctypes.Structure
    at: int
    """Address for the kernels."""
    size: int
    held: tuple[NDArray[Any], ...]
    """The arrays that ``native`` points to."""

    @classmethod
    def of(
        cls, numbers: Sequence[NDArray[Any]], flags: Sequence[NDArray[np.bool_]], sentences: NDArray[np.int32]
    ) -> TextTable | None:
        """Convert n words; ``numbers`` are hashes, stems' hashes and parts, ``flags`` are content, spoken, capitals,
        digits and unspaced. None without compiled kernels.
        """
        if _likeness is None:
            return None
        words, stems, parts = numbers
        held = (
            np.ascontiguousarray(words, np.uint32),
            np.ascontiguousarray(stems, np.uint32),
            *(np.ascontiguousarray(flag, np.bool_) for flag in flags),
            np.ascontiguousarray(parts, np.int32),
            np.ascontiguousarray(sentences, np.int32),
        )
        if any(len(array) != len(words) for array in held[:-1]):
            raise ValueError("arrays of different texts")
        *at, sentences_at = map(address, held)
        native = TextStructure(*at, len(words), sentences_at, len(sentences) - 1)
        return cls(native, ctypes.addressof(native), len(words), held)


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
