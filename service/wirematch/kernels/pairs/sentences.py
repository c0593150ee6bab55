"""``sentences.c``: overlap of the sentences of two texts."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.library import Address, Size, address, bind, enough

_intern = bind("wirematch_intern", ctypes.c_int64, Address, Size, Address, Address)
_overlap = bind("wirematch_overlap_sentences", ctypes.c_int64, Address, Address, Address, Address)


class SideStructure(ctypes.Structure):
    """As ``Side`` in ``sentences.h``."""

    _fields_ = (
        ("vocabulary", ctypes.c_void_p),
        ("vocabulary_weights", ctypes.c_void_p),
        ("vocabulary_size", ctypes.c_size_t),
        ("entry_sentences", ctypes.c_void_p),
        ("entry_places", ctypes.c_void_p),
        ("entry_count", ctypes.c_size_t),
        ("sentence_weights", ctypes.c_void_p),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
        ("stem_places", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("parts", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("stems", ctypes.c_void_p),
        ("stem_count", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A text of ``n`` words in ``m`` sentences, prepared for comparison by sentences."""

    native: ctypes.Structure
    sentences: int
    words: int
    held: tuple[object, ...]
    """The arrays that ``native`` points to."""

    @classmethod
    def of(  # noqa: PLR0913 - a text from all sides
        cls,
        vocabulary: NDArray[np.uint32],
        vocabulary_weights: Floats32,
        entries: tuple[NDArray[np.intp], NDArray[np.intp]],
        sentence_weights: Floats32,
        sentences: NDArray[np.int32],
        stems: NDArray[np.uint32],
        weights: Floats32,
        parts: NDArray[np.int32],
    ) -> Side | None:
        """Convert the arrays of a profile, ``entries`` ordered by sentence; None without compiled kernels."""
        if _intern is None:
            return None
        distinct, places = np.empty(len(stems), np.uint32), np.empty(len(stems), np.uint32)
        stems = np.ascontiguousarray(stems, np.uint32)
        count = enough(_intern(address(stems), len(stems), address(distinct), address(places)))
        held = (
            np.ascontiguousarray(vocabulary, np.uint32),
            np.ascontiguousarray(vocabulary_weights, np.float32),
            np.ascontiguousarray(entries[0], np.uint32),
            np.ascontiguousarray(entries[1], np.uint32),
            np.ascontiguousarray(sentence_weights, np.float32),
            np.ascontiguousarray(sentences, np.int32),
            places,
            np.ascontiguousarray(weights, np.float32),
            np.ascontiguousarray(parts, np.int32),
            distinct,
        )
        at = [address(array) for array in held]
        native = SideStructure(
            at[0], at[1], len(held[0]), at[2], at[3], len(held[2]), at[4], at[5], len(held[4]),
            at[6], at[7], at[8], len(stems), at[9], count,
        )  # fmt: skip
        if not len(held[5]) == len(held[4]) + 1 or not len(held[7]) == len(held[8]) == len(stems):
            raise ValueError("arrays of different texts")
        return cls(native, len(held[4]), len(stems), held)


def overlap_sentences(mine: Side, theirs: Side) -> tuple[Floats32, Floats32] | None:
    """Return the shares of my i sentences found in their j, and of theirs found in mine; both i x j.

    None without compiled kernels.
    """
    if _overlap is None:
        return None
    shape = mine.sentences, theirs.sentences
    in_story, in_submission = np.empty(shape, np.float32), np.empty(shape, np.float32)
    sides = ctypes.addressof(mine.native), ctypes.addressof(theirs.native)
    found = enough(_overlap(*sides, address(in_story), address(in_submission)))
    return None if found < 0 else (in_story, in_submission)
