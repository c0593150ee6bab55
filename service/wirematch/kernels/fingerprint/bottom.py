"""``bottom.c``: bottom-k signatures of shingles with gap fillers, their postings, and anchors."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.library import Address, Size, address, bind, enough

_bottom = bind("wirematch_bottom", ctypes.c_int64, Address, Size, Address, Address)
_split = bind("wirematch_split_signature", ctypes.c_int64, Address, Address, Address, Address)
_anchors = bind("wirematch_anchors", ctypes.c_int64, Address, Size, Address, Address, Address)
_mix = bind("wirematch_mix", None, Address, Size, ctypes.c_uint32, Address)


class Bounds(ctypes.Structure):
    """Parameters of a signature; see ``wirematch.fingerprint.bottom``."""

    _fields_ = (
        ("most", ctypes.c_size_t),
        ("largest", ctypes.c_size_t),
        ("least_posted", ctypes.c_size_t),
        ("most_posted", ctypes.c_size_t),
        ("gap", ctypes.c_size_t),
        ("filled", ctypes.c_size_t),
        ("most_fillers", ctypes.c_size_t),
        ("common", Address),
    )


def signature(in_order: NDArray[np.uint32], bounds: Bounds) -> NDArray[np.uint32] | None:
    """Return the signature of n shingles in text order; None without a shingle, and on the Python path."""
    if _bottom is None:
        return None
    in_order = np.ascontiguousarray(in_order, np.uint32)
    made = np.empty(bounds.most + bounds.most_fillers, np.uint32)
    size = enough(_bottom(address(in_order), len(in_order), ctypes.byref(bounds), address(made)))
    return None if size < 0 else made[:size].copy()


def split_signature(signature: NDArray[np.uint32], bounds: Bounds) -> tuple[NDArray[np.uint32], int] | None:
    """Split a signature: hashes that are posted, then those only looked up, and the number of the former.

    None on the Python path.
    """
    if _split is None:
        return None
    signature = np.ascontiguousarray(signature, np.uint32)
    parts, size = np.empty(len(signature), np.uint32), Size(len(signature))
    count = _split(address(signature), ctypes.byref(size), ctypes.byref(bounds), address(parts))
    return None if count < 0 else (parts[: size.value], count)


def anchors(in_order: NDArray[np.uint32], bounds: Bounds) -> tuple[NDArray[np.uint32], NDArray[np.intp]] | None:
    """Return which of n shingles in text order to look up, as hashes and indices; None on the Python path."""
    if _anchors is None:
        return None
    in_order = np.ascontiguousarray(in_order, np.uint32)
    size = len(in_order)
    hashes, places = np.empty(size, np.uint32), np.empty(size, np.intp)
    found = enough(_anchors(address(in_order), size, ctypes.byref(bounds), address(hashes), address(places)))
    return None if found < 0 else (hashes[:found], places[:found])


def mixed(values: NDArray[np.uint32], turned: int) -> NDArray[np.uint32] | None:
    """MurmurHash3's finalizer of ``values ^ turned``; None on the Python path, and unless contiguous uint32."""
    if _mix is None or values.dtype != np.uint32 or not values.flags.c_contiguous:
        return None
    made = np.empty(values.shape, np.uint32)
    _mix(address(values), values.size, turned, address(made))
    return made
