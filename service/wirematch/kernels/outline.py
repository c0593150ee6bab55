"""``outline.c``: the weights of a text's words, its stems and content words, and what screening reads of it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32, Floats64, Hashes32
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough

_outline = bind("wirematch_outline", ctypes.c_int64, Address, Address, Address)
_likeness = bind("wirematch_likeness", ctypes.c_int64, Address, Address, Size, Address)


_ARRAYS = "words", "stems", "content", "spoken", "capitals", "digits", "unspaced", "parts"


class _TextStructure(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in _ARRAYS),
        ("size", ctypes.c_size_t),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
    )


class _Rarity(ctypes.Structure):
    _fields_ = (
        ("hashes", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("begins", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("ceiling", ctypes.c_float),
    )


class _Outlined(ctypes.Structure):
    _fields_ = (
        ("weights", ctypes.c_void_p),
        ("stems", ctypes.c_void_p),
        ("stem_places", ctypes.c_void_p),
        ("vocabulary", ctypes.c_void_p),
        ("vocabulary_weights", ctypes.c_void_p),
        ("vocabulary_places", ctypes.c_void_p),
        ("slots", ctypes.c_void_p),
        ("slot_weights", ctypes.c_void_p),
        ("content_weight", ctypes.c_double),
        ("stem_count", ctypes.c_size_t),
        ("vocabulary_size", ctypes.c_size_t),
        ("content_count", ctypes.c_size_t),
        ("slot_count", ctypes.c_size_t),
        ("plain_count", ctypes.c_size_t),
        ("strange_count", ctypes.c_size_t),
    )


class _Outline(ctypes.Structure):
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
    """The words of a prepared text, where kernels find them."""

    native: ctypes.Structure
    size: int
    held: tuple[NDArray[Any], ...]
    """What ``native`` points to."""

    @classmethod
    def of(
        cls, numbers: Sequence[NDArray[Any]], flags: Sequence[NDArray[np.bool_]], sentences: NDArray[np.int32]
    ) -> TextTable | None:
        """Of n words, ``numbers`` are their hashes, their stems' and their parts; ``flags`` are content, spoken,
        capitals, digits and unspaced. None on the Python path.
        """
        if _outline is None:
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
        return cls(_TextStructure(*at, len(words), sentences_at, len(sentences) - 1), len(words), held)


@dataclass(frozen=True, slots=True, eq=False)
class RarityTable:
    """Weights by stem, where kernels find them."""

    native: ctypes.Structure
    held: tuple[NDArray[Any], ...]

    @classmethod
    def of(cls, hashes: Hashes32, weights: Floats32, ceiling: float) -> RarityTable:
        """Of sorted hashes, and what all others weigh."""
        edges = np.arange(0, (1 << 32) + 1, 1 << 16, dtype=np.uint64)
        begins = np.searchsorted(hashes.astype(np.uint64), edges).astype(np.uint32)
        held = np.ascontiguousarray(hashes, np.uint32), np.ascontiguousarray(weights, np.float32), begins
        return cls(_Rarity(*map(address, held), len(hashes), ceiling), held)


@dataclass(frozen=True, slots=True, eq=False)
class Outlined:
    """What was found of a text of ``n`` words with ``s`` distinct stems and ``v`` distinct content words."""

    weights: Floats32
    stems: Hashes32
    """s, sorted."""
    stem_places: NDArray[np.uint32]
    """Of each of n words its place among the stems."""
    vocabulary: Hashes32
    vocabulary_weights: Floats32
    vocabulary_places: NDArray[np.int64]
    slots: NDArray[np.uint32]
    slot_weights: Floats32
    content_weight: float
    """What the vocabulary weighs in all."""
    strange: float
    """Share of the plain words that no list has; 0 without a list."""


def outline(text: TextTable, rarity: RarityTable | None, weights: Floats32 | None) -> Outlined | None:
    """The outline of a text, whose words ``rarity`` weighs, or else ``weights``. None on the Python path."""
    if _outline is None:
        return None
    size = text.size
    given = np.empty(size, np.float32) if weights is None else np.ascontiguousarray(weights, np.float32).copy()
    numbers, floats = np.empty((5, size), np.uint32), np.empty((3, size), np.float32)
    places = np.empty(size, np.int64)
    at, floats_at, row = address(numbers), address(floats), 4 * size
    out = _Outlined(
        address(given), at, at + row, at + 2 * row, floats_at, address(places), at + 3 * row, floats_at + row
    )
    native_rarity = ctypes.addressof(rarity.native) if rarity is not None else None
    found = _outline(ctypes.addressof(text.native), native_rarity, ctypes.addressof(out))
    if enough(found) < 0:
        return None
    known, content = out.vocabulary_size, out.slot_count
    return Outlined(
        given,
        numbers[0, : out.stem_count],
        numbers[1],
        numbers[2, :known],
        floats[0, :known],
        places[: out.content_count],
        numbers[3:].reshape(-1)[:content],
        floats[1:].reshape(-1)[:content],
        out.content_weight,
        out.strange_count / max(1, out.plain_count),
    )


@dataclass(frozen=True, slots=True, eq=False)
class OutlineTable:
    """What screening reads of a text, where the kernel finds it."""

    native: ctypes.Structure
    at: int
    held: tuple[NDArray[Any], ...]

    @classmethod
    def of(
        cls, slots: NDArray[np.uint32], weights: Floats32, content: int, totals: tuple[float, float]
    ) -> OutlineTable | None:
        """See ``wirematch.matching.screening.Outline``; None on the Python path."""
        if _likeness is None:
            return None
        held = np.ascontiguousarray(slots, np.uint32), np.ascontiguousarray(weights, np.float32)
        if not content <= len(slots) == len(weights):
            raise ValueError("arrays of different texts")
        native = _Outline(*map(address, held), content, len(slots), *totals)
        return cls(native, ctypes.addressof(native), held)


def likeness(submission: OutlineTable, stories: Sequence[OutlineTable]) -> Floats64 | None:
    """See ``wirematch.matching.screening.likeness``; None on the Python path."""
    if _likeness is None:
        return None
    alike = np.empty(len(stories))
    found = enough(_likeness(submission.at, addresses([one.at for one in stories]), len(stories), address(alike)))
    return None if found < 0 else alike
