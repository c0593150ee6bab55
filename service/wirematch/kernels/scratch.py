"""Per-thread buffers for kernels: allocating arrays costs more than some kernels."""

from __future__ import annotations

import ctypes
import threading

import numpy as np

from wirematch.kernels.library import address

MOST_PERMUTATIONS = 1_024
KEPT = 65_536
"""Bytes of text for which a buffer is kept, 3 MB a thread; longer texts get one of their own."""
PLACES_A_BYTE, PLACES_BESIDES = 5, 8
"""As in ``skeleton_from_text.c``."""


class ReadingResult(ctypes.Structure):
    """As in ``reading.c``."""

    _fields_ = (
        ("numbers", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("ends", ctypes.c_void_p),
        ("capitals", ctypes.c_void_p),
        ("room", ctypes.c_size_t),
        ("unknown", ctypes.c_void_p),
        ("unknown_room", ctypes.c_size_t),
        ("unknown_size", ctypes.c_size_t),
    )


class ShinglesResult(ctypes.Structure):
    """As in ``minhash.c``."""

    _fields_ = (("sorted", ctypes.c_void_p), ("in_order", ctypes.c_void_p), ("in_order_size", ctypes.c_size_t))


class Scratch:
    """Buffers for a text of up to ``room`` bytes, and their addresses."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.numbers, self.starts, self.ends = (np.empty(room, np.int32) for _ in range(3))
        self.capitals = np.empty(room, np.bool_)
        self.unknown = np.empty(2 * room, np.uint8)
        """Words separated by zeros; none is empty."""
        self.letters = np.empty(room, np.uint8)
        """The letters of a single text."""
        self.shingles, self.in_order = np.empty(room, np.uint32), np.empty(room, np.uint32)
        self.places = np.empty(PLACES_A_BYTE * (room + PLACES_BESIDES), np.int32)
        """Positions found by ``skeleton_from_text.c``."""
        self.minima = np.empty(MOST_PERMUTATIONS, np.uint32)
        self.numbers_at, self.minima_at = address(self.numbers), address(self.minima)
        self.places_at = address(self.places)
        self.letters_at = address(self.letters)
        self.made = ShinglesResult(address(self.shingles), address(self.in_order), 0)
        self.made_at = ctypes.addressof(self.made)
        self.reading = ReadingResult(
            self.numbers_at,
            address(self.starts),
            address(self.ends),
            address(self.capitals),
            room,
            address(self.unknown),
            len(self.unknown),
            0,
        )
        self.reading_at = ctypes.addressof(self.reading)


_kept = threading.local()


def scratch_for(size: int) -> Scratch:
    """Return this thread's buffers, or new ones for a long text."""
    if size > KEPT:
        return Scratch(size)
    scratch: Scratch | None = getattr(_kept, "scratch", None)
    if scratch is None:
        scratch = _kept.scratch = Scratch(KEPT)
    return scratch
