"""``bottom.c``: the smallest hashes of a text's shingles, and those that fill gaps between them."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

_bottom = bind("wirematch_bottom", ctypes.c_int64, Address, Size, Address, Address)


class Bounds(ctypes.Structure):
    """What a signature is bounded by; see ``wirematch.fingerprint.bottom``."""

    _fields_ = (
        ("most", ctypes.c_size_t),
        ("largest", ctypes.c_size_t),
        ("least_posted", ctypes.c_size_t),
        ("most_posted", ctypes.c_size_t),
        ("gap", ctypes.c_size_t),
        ("filled", ctypes.c_size_t),
        ("most_fillers", ctypes.c_size_t),
    )


def signature(in_order: NDArray[np.uint32], bounds: Bounds) -> NDArray[np.uint32] | None:
    """The signature of n shingles in the order of a text; None on the Python path, and without a shingle."""
    if _bottom is None:
        return None
    in_order = np.ascontiguousarray(in_order, np.uint32)
    made = np.empty(bounds.most + bounds.most_fillers, np.uint32)
    size = enough(_bottom(address(in_order), len(in_order), ctypes.byref(bounds), address(made)))
    return None if size < 0 else made[:size].copy()
