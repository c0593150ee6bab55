"""``measured.c`` and ``measuring.c``: what measuring needs of a text, and what two texts share in numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.kernels.library import Address, Size, address, addresses, bind, enough
from wirematch.kernels.outline import Outlined, TextTable
from wirematch.kernels.runs import SeedsStructure
from wirematch.kernels.sentences import SideStructure

VIEWS, SEQUENCES = 7, 4
"""How many; as in ``measured.h``."""
MEASURED = 2 * VIEWS + 2 * SEQUENCES + 9
"""Numbers of a pair; as ``Row`` in ``measuring.c``."""

_bytes = bind("wirematch_measured_bytes", Size, Size, Size, Size, Size)
_measure = bind("wirematch_measure", ctypes.c_int64, Address, Address, Size, Address)
_measure_pairs = bind(
    "wirematch_measure_pairs", ctypes.c_int64, Address, Address, Address, Size, Address, Address
)  # fmt: skip


class Thresholds(ctypes.Structure):
    """When a sentence counts as found, and its order is looked at; see ``wirematch.matching.features``."""

    _fields_ = (("found", ctypes.c_double), ("in_order", ctypes.c_double))


class _Given(ctypes.Structure):
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


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredText:
    """A text in the form in which it is measured against others."""

    native: Any
    at: int
    """Where kernels find it."""
    held: tuple[object, ...]
    """What ``native`` points to."""

    @property
    def side(self) -> SideStructure:
        """For aligning."""
        side: SideStructure = self.native.side
        return side

    @classmethod
    def of(cls, text: TextTable, outlined: Outlined, sentences: NDArray[np.int32]) -> MeasuredText | None:
        """Of a text with its outline; ``sentences`` are m + 1 word positions. None on the Python path."""
        if _measure is None or _bytes is None:
            return None
        stems, content, count = len(outlined.stems), len(outlined.vocabulary_places), len(sentences) - 1
        sentences = np.ascontiguousarray(sentences, np.int32)
        size = _bytes(text.size, stems, content, count)
        block = np.empty(size // 8 + 1, np.uint64)
        given = _Given(
            ctypes.addressof(text.native),
            address(outlined.weights),
            address(outlined.stems),
            address(outlined.stem_places),
            stems,
            address(outlined.vocabulary),
            address(outlined.vocabulary_weights),
            address(outlined.vocabulary_places),
            len(outlined.vocabulary),
            content,
            address(sentences),
            count,
        )
        native = _Measured()
        at = ctypes.addressof(native)
        found = enough(_measure(ctypes.addressof(given), address(block), size, at))
        return None if found < 0 else cls(native, at, (text, outlined, sentences, block))


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
