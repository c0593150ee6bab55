"""``phrases.h``: the phrases of a text, which ``form.c`` finds."""

from __future__ import annotations

import ctypes


class PhrasesStructure(ctypes.Structure):
    """As ``Phrases`` in ``phrases.h``."""

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
