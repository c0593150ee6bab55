"""``phrases.c``: the phrases of a text."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Hashes32
from wirematch.kernels.library import Address, Size, address, bind, enough

_phrases = bind("wirematch_phrases", ctypes.c_int64, Address, Address, Size, Address)


class _PhrasesFound(ctypes.Structure):
    _fields_ = (
        ("keys", ctypes.c_void_p),
        ("sample", ctypes.c_void_p),
        ("own", ctypes.c_void_p),
        ("spoken", ctypes.c_void_p),
        ("fours", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
        ("sample_count", ctypes.c_size_t),
        ("own_threes", ctypes.c_int64),
        ("own_fours", ctypes.c_int64),
    )


class _Phrases(ctypes.Structure):
    _fields_ = (
        ("keys", ctypes.c_void_p),
        ("own", ctypes.c_void_p),
        ("spoken", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
        ("fours", ctypes.c_void_p),
        ("four_count", ctypes.c_size_t),
        ("sample", ctypes.c_void_p),
        ("sample_count", ctypes.c_size_t),
        ("quoted", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("own_sizes", ctypes.c_int64 * 2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class PhraseTable:
    """The ``p`` phrases of a text; see ``wirematch.matching.phrases.Phrases``."""

    keys: Hashes32
    own: Flags
    spoken: Flags
    fours: NDArray[np.int64]
    sample: Hashes32
    own_sizes: tuple[int, int]
    quoted: Flags
    """Of each word of the text."""
    native: ctypes.Structure
    at: int
    """Where kernels find it."""

    @classmethod
    def of(cls, words: Hashes32, spoken: Flags) -> PhraseTable | None:
        """Of n words' hashes, with n flags for those that somebody is quoted with. None on the Python path."""
        if _phrases is None:
            return None
        words, quoted = np.ascontiguousarray(words, np.uint32), np.ascontiguousarray(spoken, np.bool_)
        if len(words) != len(quoted):
            raise ValueError("arrays of different texts")
        size = len(words)
        fours = np.empty(max(0, size - 3), np.int64)
        numbers, flags = np.empty(3 * size, np.uint32), np.empty(4 * size, np.bool_)
        at, flags_at, fours_at = address(numbers), address(flags), address(fours)
        found = _PhrasesFound(at, at + 8 * size, flags_at, flags_at + 2 * size, fours_at)
        count = enough(_phrases(address(words), address(quoted), size, ctypes.addressof(found)))
        if count < 0:
            return None
        native = _Phrases(
            at, flags_at, flags_at + 2 * size, count, fours_at, len(fours), at + 8 * size, found.sample_count,
            address(quoted), size, (found.own_threes, found.own_fours),
        )  # fmt: skip
        return cls(
            keys=numbers[:count],
            own=flags[:count],
            spoken=flags[2 * size : 2 * size + count],
            fours=fours,
            sample=numbers[2 * size : 2 * size + found.sample_count],
            own_sizes=(found.own_threes, found.own_fours),
            quoted=quoted,
            native=native,
            at=ctypes.addressof(native),
        )
