"""``model.c``: from features to probabilities, for many pairs at once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.arrays import Floats64
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.scoring.forest import ForestTable

_probabilities = bind("wirematch_probabilities", ctypes.c_int64, Address, Address, Size, Address)


class _Readers(ctypes.Structure):
    _fields_ = (
        ("columns", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("means", ctypes.c_void_p),
        ("scales", ctypes.c_void_p),
        ("count", ctypes.c_size_t),
        ("intercept", ctypes.c_double),
    )


class _Model(ctypes.Structure):
    _fields_ = (
        ("readers", _Readers),
        ("rewrites", ctypes.c_void_p),
        ("rewrites_columns", ctypes.c_void_p),
        ("most", ctypes.c_double),
        ("of_rewrites", ctypes.c_double),
        ("voices", ctypes.c_int64),
        ("slope", ctypes.c_double),
        ("of_voices", ctypes.c_double),
        ("intercept", ctypes.c_double),
        ("columns", ctypes.c_size_t),
    )


@dataclass(frozen=True, slots=True)
class ReadersTable:
    """A logistic regression over r features: column, weight, mean and scale of each."""

    columns: Sequence[int]
    weights: Sequence[float]
    means: Sequence[float]
    scales: Sequence[float]
    intercept: float


@dataclass(frozen=True, slots=True)
class Combined:
    """How both stages combine; see ``Balance`` and ``Calibration`` in ``matching.model.derivation``."""

    most: float
    of_rewrites: float
    slope: float
    of_voices: float
    intercept: float


class ModelTable:
    """A model over rows of ``columns`` features, in the kernel's layout."""

    def __init__(
        self,
        readers: ReadersTable,
        rewrites: tuple[ForestTable, Sequence[int]],
        combined: Combined,
        *,
        voices: int,
        columns: int,
    ) -> None:
        """``rewrites`` are the trees and the columns that they test; ``voices`` is the column of that feature."""
        forest, tested = rewrites
        if not len(readers.columns) == len(readers.weights) == len(readers.means) == len(readers.scales):
            raise ValueError("not as many of each")
        if len(tested) != forest.columns:
            raise ValueError("columns of another forest")
        of_readers = (
            np.array(readers.columns, np.int64),
            *(np.array(part, np.float64) for part in (readers.weights, readers.means, readers.scales)),
        )
        of_trees = np.array(tested, np.int64)
        self._held = of_readers, of_trees, forest
        self._columns = columns
        self._native = _Model(
            _Readers(*map(address, of_readers), len(readers.columns), readers.intercept),
            ctypes.addressof(forest.native),
            address(of_trees),
            combined.most,
            combined.of_rewrites,
            voices,
            combined.slope,
            combined.of_voices,
            combined.intercept,
            columns,
        )
        self.at = ctypes.addressof(self._native)
        """Address for the kernels."""

    def probabilities(self, rows: Floats64) -> Floats64 | None:
        """Return the probability for each of m rows; None without compiled kernels."""
        if _probabilities is None:
            return None
        if rows.ndim != 2 or rows.shape[1] != self._columns:
            raise ValueError("rows of other columns")
        rows = np.ascontiguousarray(rows, np.float64)
        found = np.empty(len(rows))
        answer = enough(_probabilities(self.at, address(rows), len(rows), address(found)))
        return None if answer < 0 else found
