"""``measured.c`` and ``measuring.c``: a text as measuring needs it, and the features of pairs."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough
from wirematch.kernels.pairs.runs import SeedsStructure
from wirematch.kernels.pairs.sentences import SideStructure

VIEWS, SEQUENCES = 7, 4
"""Numbers of views and sequences; as in ``measured.h``."""
NUMBERS = 2 * VIEWS + 2 * SEQUENCES + 9 + 5 + 2
"""Numbers computed for a pair; as ``Numbers`` in ``measuring.c``."""

_measure_pairs = bind(
    "wirematch_measure_pairs", ctypes.c_int64, Address, Address, Address, Size, Address, Address
)  # fmt: skip


class _MeasuringRules(ctypes.Structure):
    _fields_ = (
        ("found", ctypes.c_double),
        ("in_order", ctypes.c_double),
        ("columns", ctypes.c_void_p),
        ("column_count", ctypes.c_size_t),
    )


class MeasuringRules:
    """Thresholds for sentences, and a selection of the NUMBERS of a pair; see ``wirematch.matching.pairs.features``."""

    def __init__(self, *, found: float, in_order: float, columns: Sequence[int]) -> None:
        """Raises ValueError for a column out of range."""
        if any(not 0 <= column < NUMBERS for column in columns):
            raise ValueError("a number that nobody measures")
        self.columns = len(columns)
        self._held = np.array(columns, np.int64)
        self._native = _MeasuringRules(found, in_order, address(self._held), self.columns)
        self.at = ctypes.addressof(self._native)
        """Address for the kernels."""


class GivenStructure(ctypes.Structure):
    """As ``Given`` in ``measured.h``."""

    _fields_ = (
        ("text", ctypes.c_void_p),
        ("weights", ctypes.c_void_p),
        ("stems", ctypes.c_void_p),
        ("stem_places", ctypes.c_void_p),
        ("stem_count", ctypes.c_size_t),
        ("vocabulary", ctypes.c_void_p),
        ("vocabulary_weights", ctypes.c_void_p),
        ("vocabulary_places", ctypes.c_void_p),
        ("vocabulary_size", ctypes.c_size_t),
        ("content_count", ctypes.c_size_t),
        ("sentences", ctypes.c_void_p),
        ("sentence_count", ctypes.c_size_t),
    )


class _Sequence(ctypes.Structure):
    _fields_ = (("words", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Measured(ctypes.Structure):
    _fields_ = (
        ("side", SideStructure),
        ("seeds", SeedsStructure),
        ("view_keys", ctypes.c_void_p),
        ("name_weights", ctypes.c_void_p),
        ("view_edges", ctypes.c_size_t * (VIEWS + 1)),
        ("view_totals", ctypes.c_double * VIEWS),
        ("sequences", _Sequence * SEQUENCES),
        ("own_before", ctypes.c_void_p),
        ("sentence_shares", ctypes.c_void_p),
        ("spoken", ctypes.c_size_t),
    )


class MeasuredText:
    """A text in the form in which pairs are measured; the native structure begins a block of memory."""

    __slots__ = ("_held", "at")

    def __init__(self, block: NDArray[np.uint64], at: int, of: object) -> None:
        """``block`` begins at ``at``; ``of`` is kept alive because the block points into it."""
        self._held = block, of
        self.at = at
        """Address for the kernels."""

    @property
    def side(self) -> SideStructure:
        """The part that aligning needs."""
        side: SideStructure = _Measured.from_address(self.at).side
        return side


def measure_pairs(
    submissions: Sequence[MeasuredText], stories: Sequence[MeasuredText], in_event: Floats64, rules: MeasuringRules
) -> Floats64 | None:
    """Return the selected columns for m pairs, m x c; ``in_event`` has the m x 2 features of their events.

    None without compiled kernels.
    """
    if _measure_pairs is None:
        return None
    if not len(submissions) == len(stories) == len(in_event):
        raise ValueError("not as many of each")
    rows = np.empty((len(stories), rules.columns))
    one, other = (addresses([text.at for text in texts]) for texts in (submissions, stories))
    in_event = np.ascontiguousarray(in_event, np.float64)
    found = enough(_measure_pairs(one, other, address(in_event), len(stories), rules.at, address(rows)))
    return None if found < 0 else rows
