"""``forest.c``: evaluate boosted trees on many pairs."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.library import Address, Size, address, bind, enough

MOST_LEAVES = 16
"""As in ``forest.c``."""

_score = bind("wirematch_score_forest", ctypes.c_int64, Address, Address, Size, Address)


class _Forest(ctypes.Structure):
    _fields_ = (
        ("begins", ctypes.c_void_p),
        ("thresholds", ctypes.c_void_p),
        ("trees", ctypes.c_void_p),
        ("ruled_out", ctypes.c_void_p),
        ("values", ctypes.c_void_p),
        ("test_count", ctypes.c_size_t),
        ("tree_count", ctypes.c_size_t),
        ("columns", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ForestTable:
    """A forest of ``wirematch.matching.model.trees`` in the kernel's layout."""

    native: ctypes.Structure
    columns: int
    held: tuple[NDArray[Any], ...]

    @classmethod
    def of(
        cls,
        feature: NDArray[np.intp],
        threshold: Floats64,
        ruled_out: NDArray[np.uint16],
        values: Floats64,
        columns: int,
    ) -> ForestTable | None:
        """Convert a ``wirematch.matching.model.trees.Forest``; None without compiled kernels."""
        if _score is None:
            return None
        if not feature.shape == threshold.shape == ruled_out.shape or values.shape != (feature.shape[1], MOST_LEAVES):
            raise ValueError("arrays of different trees")
        real = threshold < np.inf  # the rest is padding
        trees = np.broadcast_to(np.arange(len(values)), feature.shape)[real]
        order = np.lexsort((threshold[real], feature[real]))
        begins = np.searchsorted(feature[real][order], np.arange(columns + 1))
        held: tuple[NDArray[Any], ...] = (
            begins.astype(np.int64),
            np.ascontiguousarray(threshold[real][order]),
            trees[order].astype(np.uint32),
            np.ascontiguousarray(ruled_out[real][order], np.uint16),
            np.ascontiguousarray(values, np.float64),
        )
        return cls(_Forest(*map(address, held), len(order), len(values), columns), columns, held)

    def scores(self, rows: Floats64) -> Floats64 | None:
        """Return the sums over all trees for m rows; None without compiled kernels."""
        if _score is None:
            return None
        rows = np.ascontiguousarray(rows, np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.columns:
            raise ValueError("rows of other columns")
        scores = np.empty(len(rows))
        found = enough(_score(ctypes.addressof(self.native), address(rows), len(rows), address(scores)))
        return None if found < 0 else scores
