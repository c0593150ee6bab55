"""``landmarks.c``: positions of quotation marks and line ends in an ASCII text."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind

_landmarks = bind("wirematch_landmarks", None, ctypes.c_char_p, Size, Address)


class _Landmarks(ctypes.Structure):
    _fields_ = (
        ("line_ends", ctypes.c_void_p),
        ("double_marks", ctypes.c_void_p),
        ("single_marks", ctypes.c_void_p),
        ("line_end_count", ctypes.c_size_t),
        ("double_mark_count", ctypes.c_size_t),
        ("single_mark_count", ctypes.c_size_t),
        ("long_rows", ctypes.c_int64),
    )


class LandmarksFound(NamedTuple):
    """As ``wirematch.text.landmarks.Landmarks``, without single marks inside or after a word, which open nothing."""

    line_ends: NDArray[np.int32]
    double_marks: NDArray[np.int32]
    single_marks: NDArray[np.int32]
    long_rows: bool


def landmarks(encoded: bytes) -> LandmarksFound | None:
    """Find the landmarks of an ASCII text; None without compiled kernels."""
    if _landmarks is None:
        return None
    size = len(encoded)
    room = np.empty(3 * size, np.int32)
    at = address(room)
    found = _Landmarks(at, at + 4 * size, at + 8 * size)
    _landmarks(encoded, size, ctypes.addressof(found))
    return LandmarksFound(
        room[: found.line_end_count],
        room[size : size + found.double_mark_count],
        room[2 * size : 2 * size + found.single_mark_count],
        bool(found.long_rows),
    )
