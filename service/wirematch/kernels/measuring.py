"""``measured.c`` and ``measuring.c``: what measuring needs of a text, and what two texts share in numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough
from wirematch.kernels.runs import SeedsStructure
from wirematch.kernels.sentences import SideStructure

VIEWS, SEQUENCES = 7, 4
"""How many; as in ``measured.h``."""
MEASURED = 2 * VIEWS + 2 * SEQUENCES + 9
"""Numbers of a pair; as ``Row`` in ``measuring.c``."""

_measure_pairs = bind(
    "wirematch_measure_pairs", ctypes.c_int64, Address, Address, Address, Size, Address, Address
)  # fmt: skip


class Thresholds(ctypes.Structure):
    """When a sentence counts as found, and its order is looked at; see ``wirematch.matching.features``."""

    _fields_ = (("found", ctypes.c_double), ("in_order", ctypes.c_double))


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
    """A text in the form in which it is measured against others, at the head of a block of memory."""

    __slots__ = ("_held", "at")

    def __init__(self, block: NDArray[np.uint64], at: int, of: object) -> None:
        """``of`` is what the block points to, which begins at ``at``."""
        self._held = block, of
        self.at = at
        """Where kernels find it."""

    @property
    def side(self) -> SideStructure:
        """For aligning."""
        side: SideStructure = _Measured.from_address(self.at).side
        return side


def measure_pairs(
    pairs: Sequence[tuple[MeasuredText, MeasuredText]], turned: Flags, thresholds: Thresholds
) -> Floats64 | None:
    """Of m pairs of a shorter and a longer text, of which the longer is the submission where ``turned`` says so, the
    m x MEASURED numbers that ``wirematch.matching.features`` names. None on the Python path.
    """
    if _measure_pairs is None:
        return None
    rows = np.empty((len(pairs), MEASURED))
    shorter, longer = (addresses([pair[side].at for pair in pairs]) for side in (0, 1))
    turned = np.ascontiguousarray(turned, np.bool_)
    where = address(turned), len(pairs), ctypes.addressof(thresholds), address(rows)
    found = enough(_measure_pairs(shorter, longer, *where))
    return None if found < 0 else rows
