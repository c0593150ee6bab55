"""``rarity.c``: a table of weights by stem."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32, Hashes32
from wirematch.kernels.large_pages import on_large_pages
from wirematch.kernels.library import Address, address, bind

_SHELF_BYTES, _STEMS_A_SHELF = 64, 4
"""As in ``rarity.h``; a shelf holds eight stems, so with four on average few do not fit."""
_fill = bind("wirematch_fill_shelves", None, Address, Address)


class _Rarity(ctypes.Structure):
    _fields_ = (
        ("hashes", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("ceiling", ctypes.c_float),
        ("shelf_bits", ctypes.c_uint32),
        ("shelves", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True, eq=False)
class RarityTable:
    """Weights by stem, in the kernels' layout."""

    native: ctypes.Structure
    at: int
    held: tuple[NDArray[Any], ...]

    @classmethod
    def of(cls, hashes: Hashes32, weights: Floats32, ceiling: float) -> RarityTable:
        """Build from sorted hashes and their weights; all other stems weigh ``ceiling``."""
        bits = max(1, (len(hashes) // _STEMS_A_SHELF).bit_length())
        shelves = on_large_pages(_SHELF_BYTES << bits)
        held = np.ascontiguousarray(hashes, np.uint32), np.ascontiguousarray(weights, np.float32), shelves
        native = _Rarity(address(held[0]), address(held[1]), len(hashes), ceiling, bits, address(shelves))
        if _fill is not None:
            _fill(ctypes.addressof(native), address(shelves))
        return cls(native, ctypes.addressof(native), held)
