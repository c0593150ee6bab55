"""``scores.c``: score a submission against many stories in one call."""

from __future__ import annotations

import ctypes
import struct
import threading
from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.forms.form import Form
from wirematch.kernels.library import Address, address, addresses, bind, enough
from wirematch.kernels.pairs.alignment import HowMuch, Rules
from wirematch.kernels.pairs.measuring import MeasuredText
from wirematch.kernels.scoring.event import PAIR, EventTable
from wirematch.kernels.scoring.model import ModelTable
from wirematch.kernels.scoring.parts import FOUND, PartRules
from wirematch.kernels.scoring.screening import ScreeningRules

MEASURED = 1
"""A value of ``choices``, as in ``screening.c``."""
KEPT = 1 << 20
"""Bytes of scratch that each thread keeps: enough to measure texts of some ten thousand words."""
SCORED = np.dtype([("probability", np.float64), ("of_part", np.float64), ("part", FOUND), ("passages", np.int64, (3,))])
"""``ScoreFound`` in ``scores.c``: probabilities of the whole and of a part, the part, and the words in passages."""
_PROBABILITIES, _PART_MEASURED, _PASSAGES = struct.Struct("@2d"), struct.Struct("@64xq"), struct.Struct("@80x2q")
"""Single fields of ``SCORED``, read with struct: numpy takes as long for one number as for many."""
_EXCERPT = struct.Struct("@24xq")
"""A single field of ``PAIR``."""

_score = bind(
    "wirematch_score",
    ctypes.c_int64,
    Address, Address, Address, Address, Address,
)  # fmt: skip
_ASKED = struct.Struct("@4PN2PN7P")
"""``ScoringAsked`` in ``scores.c``."""


class _ScoringRules(ctypes.Structure):
    _fields_ = (
        ("screening", ctypes.c_void_p),
        ("parts", ctypes.c_void_p),
        ("passages", ctypes.c_void_p),
        ("model", ctypes.c_void_p),
        *((name, ctypes.c_double) for name in ("threshold", "least_with_part", "of_part", "without_own")),
    )


class ScoringRules:
    """See ``wirematch.matching.scoring``."""

    def __init__(  # noqa: PLR0913 - all that pairs are scored by
        self,
        screening: ScreeningRules,
        parts: PartRules,
        passages: Rules,
        model: ModelTable,
        *,
        threshold: float,
        least_with_part: float,
        of_part: float,
        without_own: float,
    ) -> None:
        """Least probabilities: between ``least_with_part`` and ``threshold``, that of a derived whole, look for a part.

        ``of_part`` is that of a derived part, ``without_own`` that of one without words of its own.
        """
        self.columns = parts.columns
        self._held = screening, parts, passages, model
        at = ctypes.addressof(screening), parts.at, ctypes.addressof(passages), model.at
        self._native = _ScoringRules(*at, threshold, least_with_part, of_part, without_own)
        self.at = ctypes.addressof(self._native)
        """Address for kernels."""


class ScoredPairs:
    """What was found of each of m stories; arrays are created on demand."""

    def __init__(self, count: int, columns: int) -> None:
        """Allocate for ``count`` stories with ``columns`` features each."""
        self._count, self._columns = count, columns
        self.choices = self.told = b""
        self._begins, size = _layout(count, columns)
        self._block = np.empty(size, np.uint64)
        at = address(self._block)
        self.places = [at + begin for begin in self._begins]
        """Addresses at which the kernel writes each array, in the order of the properties below."""

    @cached_property
    def pairs(self) -> NDArray[np.void]:
        """M records of ``PAIR``: each pair in its event."""
        return self._array(0, PAIR)

    @cached_property
    def alike(self) -> Floats64:
        """M similarities of the texts."""
        return self._array(1, np.dtype(np.float64))

    @cached_property
    def found(self) -> NDArray[np.void]:
        """M records of ``SCORED``; only those of measured pairs mean anything."""
        return self._array(2, SCORED)

    @cached_property
    def rows(self) -> Floats64:
        """M x f features; only rows of measured pairs mean anything."""
        return self._array(3, np.dtype(np.float64), self._columns).reshape(self._count, self._columns)

    @cached_property
    def part_rows(self) -> Floats64:
        """M x f features of parts; only rows of which ``found`` says that the part was measured mean anything."""
        return self._array(4, np.dtype(np.float64), self._columns).reshape(self._count, self._columns)

    def read_told(self) -> None:
        """Read what the kernel says of each pair: ``choices``, as in ``screen``, and ``told``, values of ``Told``."""
        both = ctypes.string_at(self.places[5], 2 * self._count)
        self.choices, self.told = both[: self._count], both[self._count :]

    def probabilities(self, place: int) -> tuple[float, float | None]:
        """Probabilities of a measured story, and of its part; None if no part was measured."""
        at = self._begins[2] + SCORED.itemsize * place
        whole, of_part = _PROBABILITIES.unpack_from(self._block.data, at)
        [measured] = _PART_MEASURED.unpack_from(self._block.data, at)
        return whole, of_part if measured else None

    def how_much(self, place: int) -> HowMuch | None:
        """How much of the submission is in passages of a story that may be derived; None if unknown."""
        covered, taken = _PASSAGES.unpack_from(self._block.data, self._begins[2] + SCORED.itemsize * place)
        return None if covered < 0 else HowMuch(covered, taken)

    def is_excerpted(self, place: int) -> bool:
        """Whether the submission holds an excerpt of the story."""
        [excerpt] = _EXCERPT.unpack_from(self._block.data, self._begins[0] + PAIR.itemsize * place)
        return bool(excerpt)

    def _array(self, number: int, kind: np.dtype[Any], each: int = 1) -> NDArray[Any]:
        return np.frombuffer(self._block, kind, each * self._count, self._begins[number])


@lru_cache(maxsize=256)
def _layout(count: int, columns: int) -> tuple[Sequence[int], int]:
    """Return where each array begins in a block, and the block's size in numbers of 64 bits."""
    sizes = PAIR.itemsize, 8, SCORED.itemsize, 8 * columns, 8 * columns, 1, 1
    *begins, size = accumulate((size * count for size in sizes), initial=0)
    return begins, (size >> 3) + 1


class Told(IntEnum):
    """What the kernel says of a pair; as in ``scores.c``."""

    NOT_DERIVED = 0
    PERHAPS_DERIVED = 1
    """As a whole, for an excerpt, or for a part of which enough lies in passages."""
    LEFT = 2
    """Left to the caller: both texts have words that everybody has, which must be cut out first."""


class _Room(threading.local):
    """A thread's scratch, overwritten with each text."""

    def __init__(self) -> None:
        self.block = np.empty(KEPT >> 3, np.uint64)
        self.at = address(self.block)


_room = _Room()


def score(
    table: EventTable, mine: MeasuredText, stories: Sequence[Form], places: Sequence[int], rules: ScoringRules
) -> ScoredPairs | None:
    """Score the submission of ``table`` against m stories; None where Python has to do it.

    ``mine`` is its measured form, ``places`` each story's index among the neighbours in ``table``, or -1.
    """
    if _score is None:
        return None
    submission, count = table.submission, len(stories)
    numbers = (8 * table.phrases + 4 * submission.size + 15) & ~7
    room, at, size = _room_of(numbers + max([one.measured_bytes for one in stories]))
    where = np.array(places, np.int64)
    found = ScoredPairs(count, rules.columns)
    texts = submission.at, mine.at, table.at, address(where), count
    asked = _ASKED.pack(*texts, at, at + numbers, size - numbers, *found.places)
    forms = addresses([one.at for one in stories])
    # Held here, as another thread may measure a story and replace its measured form.
    kept = [one.measured if one.measured_before else one.kept for one in stories]
    measured = addresses([0 if one is None else one.at for one in kept])
    answer = enough(_score(asked, table.neighbours_at, forms, measured, rules.at))
    del room, kept  # no sooner
    if answer < 0:
        return None
    found.read_told()
    for one, choice in zip(stories, found.choices, strict=True):
        if choice == MEASURED:
            one.measured_before = True
    return found


def _room_of(size: int) -> tuple[NDArray[np.uint64], int, int]:
    """Return at least ``size`` bytes of scratch: the array, its address and its size."""
    if size <= KEPT:
        return _room.block, _room.at, KEPT
    block = np.empty((size >> 3) + 1, np.uint64)
    return block, address(block), block.nbytes
