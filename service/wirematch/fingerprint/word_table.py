"""A hash table for looking up thousands of short words at once: linear probing, in numpy arrays.

A dictionary needs a string object, its hash and two memory reads for each word. Here the bytes of a word, as they stand
in the text, are its key, and a batch of texts takes a few array operations.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

KEY_BYTES = 16
"""Longest word that can be a key: two 8-byte numbers."""
MOST_KEPT = 131_072
"""Words kept, 6 MB. A full table is cleared: common words return within a few texts."""

_SLOT_BITS = 18
LAST_SLOT = (1 << _SLOT_BITS) - 1
REACH = 16
"""Slots probed for a word. If others occupy them all, which an attacker could arrange, it is not kept."""

PieceKeys = NDArray[np.uint64]
Codes = NDArray[np.int64]

_LOW_BYTES = np.array([(1 << 8 * min(8, size)) - 1 for size in range(KEY_BYTES + 1)], np.uint64)
_HIGH_BYTES = np.array([(1 << 8 * max(0, size - 8)) - 1 for size in range(KEY_BYTES + 1)], np.uint64)
# Odd numbers without a pattern (primes of 64-bit xxHash), so that every byte of a key affects its slot.
_PRIME_1 = np.uint64(0x9E3779B185EBCA87)
_PRIME_2 = np.uint64(0xC2B2AE3D27D4EB4F)


def keys_of(text: bytes | bytearray, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> tuple[PieceKeys, PieceKeys]:
    """Return the first and second eight bytes of n words of ``text``, padded with zeros.

    No word may be longer than ``KEY_BYTES``, and at least as many bytes must follow the last one.
    """
    low = _eights(text, 0).take(starts) & _LOW_BYTES.take(sizes)
    high = _eights(text, 8).take(starts) & _HIGH_BYTES.take(sizes)
    return low, high


def _eights(text: bytes | bytearray, offset: int) -> PieceKeys:
    """View of ``text`` with the eight bytes ``offset`` after each position."""
    return np.ndarray((len(text) - KEY_BYTES + 1,), "<u8", text, offset, strides=(1,))


class WordTable:
    """Word key -> code, filled on access. Thread-safe. Words are not empty, so the low half of a key is never 0."""

    def __init__(self) -> None:
        self._low = np.zeros(LAST_SLOT + 1, np.uint64)
        self._high = np.zeros(LAST_SLOT + 1, np.uint64)
        self._codes = np.zeros(LAST_SLOT + 1, np.int64)
        self._kept = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Number of words kept."""
        return self._kept

    def look_up(self, low: PieceKeys, high: PieceKeys, read: Callable[[int], int]) -> Codes:
        """Return the codes of n words; ``read`` computes the code of the word at a position that is not known yet."""
        slots = slots_of(low, high)
        with self._lock:
            codes, unknown = self._find(low, high, slots)
            met: dict[tuple[int, int], int] = {}
            for place in unknown.tolist():
                key = int(low[place]), int(high[place])
                if key not in met:
                    met[key] = read(place)
                    self._keep(key, int(slots[place]), met[key])
                codes[place] = met[key]
        return codes

    def _find(self, low: PieceKeys, high: PieceKeys, slots: NDArray[np.int64]) -> tuple[Codes, NDArray[np.intp]]:
        """Return the codes of known words, and the positions of the others."""
        codes = self._codes.take(slots)
        there = self._low.take(slots)
        rest = np.flatnonzero((there != low) | (self._high.take(slots) != high))
        slots, there = slots[rest], there[rest]
        unknown = []
        for _ in range(REACH - 1):
            taken = there != 0
            unknown.append(rest[~taken])
            rest, slots = rest[taken], (slots[taken] + 1) & LAST_SLOT
            if not len(rest):
                break
            there = self._low.take(slots)
            same = (there == low[rest]) & (self._high.take(slots) == high[rest])
            codes[rest[same]] = self._codes.take(slots[same])
            rest, slots, there = rest[~same], slots[~same], there[~same]
        return codes, np.sort(np.concatenate([*unknown, rest]))

    def _keep(self, key: tuple[int, int], slot: int, code: int) -> None:
        if self._kept >= MOST_KEPT:
            self._low.fill(0)
            self._kept = 0
        for place in range(slot, slot + REACH):
            at = place & LAST_SLOT
            if not self._low[at]:
                self._low[at], self._high[at], self._codes[at] = *key, code
                self._kept += 1
                return


def slots_of(low: PieceKeys, high: PieceKeys) -> NDArray[np.int64]:
    """Preferred slot of each of n words."""
    mixed = (high * _PRIME_2 + low) * _PRIME_1
    mixed ^= mixed >> np.uint64(29)
    mixed *= _PRIME_1
    return (mixed >> np.uint64(64 - _SLOT_BITS)).view(np.int64)
