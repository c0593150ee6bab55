"""``scoring.c``: how likely a submission and many stories derive one from the other, in one call."""

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
from wirematch.kernels.event import PAIR, EventTable
from wirematch.kernels.form import Form
from wirematch.kernels.library import Address, address, addresses, bind, enough
from wirematch.kernels.measuring import MeasuredText
from wirematch.kernels.model import ModelTable
from wirematch.kernels.parts import FOUND, PartRules
from wirematch.kernels.passages import HowMuch
from wirematch.kernels.screening import ScreeningRules
from wirematch.kernels.sentences import Rules

MEASURED = 1
"""A choice, as in ``screening.c``."""
KEPT = 1 << 20
"""Bytes of room that each thread keeps: texts of some ten thousand words are measured there."""
SCORED = np.dtype([("probability", np.float64), ("of_part", np.float64), ("part", FOUND), ("passages", np.int64, (3,))])
"""As ``ScoreFound`` in ``scoring.c``: probabilities of the whole and of a part, the part, and what is in passages."""
_PROBABILITIES, _PART_MEASURED, _PASSAGES = struct.Struct("@2d"), struct.Struct("@64xq"), struct.Struct("@80x2q")
"""Of a record of these, read by themselves: numpy takes as long for one number as for many."""
_EXCERPT = struct.Struct("@24xq")
"""The same of one of ``PAIR``."""

_score = bind(
    "wirematch_score",
    ctypes.c_int64,
    Address, Address, Address, Address, Address,
)  # fmt: skip
_ASKED = struct.Struct("@4PN2PN7P")
"""``ScoringAsked`` in ``scoring.c``."""


class _ScoringRules(ctypes.Structure):
    _fields_ = (
        ("screening", ctypes.c_void_p),
        ("parts", ctypes.c_void_p),
        ("passages", ctypes.c_void_p),
        ("model", ctypes.c_void_p),
        *((name, ctypes.c_double) for name in ("decision", "least_with_part", "of_part", "without_own")),
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
        decision: float,
        least_with_part: float,
        of_part: float,
        without_own: float,
    ) -> None:
        """Probabilities: what makes a whole derived, or doubtful; the least of a part, and of one without own words."""
        self.columns = parts.columns
        self._held = screening, parts, passages, model
        at = ctypes.addressof(screening), parts.at, ctypes.addressof(passages), model.at
        self._native = _ScoringRules(*at, decision, least_with_part, of_part, without_own)
        self.at = ctypes.addressof(self._native)
        """Where kernels find them."""


class ScoredPairs:
    """Of each of m stories what was found; an array is made only when somebody asks."""

    def __init__(self, count: int, columns: int) -> None:
        """Of so many stories, and features of each."""
        self._count, self._columns = count, columns
        self.choices = self.told = b""
        self._begins, size = _layout(count, columns)
        self._block = np.empty(size, np.uint64)
        at = address(self._block)
        self.places = [at + begin for begin in self._begins]
        """Where the kernel writes each array, in the order below."""

    @cached_property
    def pairs(self) -> NDArray[np.void]:
        """Records of ``PAIR``: what the event says."""
        return self._array(0, PAIR)

    @cached_property
    def alike(self) -> Floats64:
        """How much the texts have in common."""
        return self._array(1, np.dtype(np.float64))

    @cached_property
    def found(self) -> NDArray[np.void]:
        """Records of ``SCORED``, which say something of what was measured."""
        return self._array(2, SCORED)

    @cached_property
    def rows(self) -> Floats64:
        """M x f features, of what was measured."""
        return self._array(3, np.dtype(np.float64), self._columns).reshape(self._count, self._columns)

    @cached_property
    def part_rows(self) -> Floats64:
        """The same of the parts of which ``found`` says that they were measured."""
        return self._array(4, np.dtype(np.float64), self._columns).reshape(self._count, self._columns)

    def read_told(self) -> None:
        """What the kernel tells of all: ``choices``, as ``screen`` says, and ``told``, what ``Told`` says of each."""
        both = ctypes.string_at(self.places[5], 2 * self._count)
        self.choices, self.told = both[: self._count], both[self._count :]

    def probabilities(self, place: int) -> tuple[float, float | None]:
        """Of a story that was measured; and of its part, where that was measured."""
        at = self._begins[2] + SCORED.itemsize * place
        whole, of_part = _PROBABILITIES.unpack_from(self._block.data, at)
        [measured] = _PART_MEASURED.unpack_from(self._block.data, at)
        return whole, of_part if measured else None

    def how_much(self, place: int) -> HowMuch | None:
        """Of the submission is in passages of a story that may be derived; None where that is not known."""
        covered, taken = _PASSAGES.unpack_from(self._block.data, self._begins[2] + SCORED.itemsize * place)
        return None if covered < 0 else HowMuch(covered, taken)

    def is_excerpted(self, place: int) -> bool:
        """Whether the submission holds an excerpt of it."""
        [excerpt] = _EXCERPT.unpack_from(self._block.data, self._begins[0] + PAIR.itemsize * place)
        return bool(excerpt)

    def _array(self, number: int, kind: np.dtype[Any], each: int = 1) -> NDArray[Any]:
        return np.frombuffer(self._block, kind, each * self._count, self._begins[number])


@lru_cache(maxsize=256)
def _layout(count: int, columns: int) -> tuple[Sequence[int], int]:
    """Where each array begins in a block, and how many numbers of 64 bits that has."""
    sizes = PAIR.itemsize, 8, SCORED.itemsize, 8 * columns, 8 * columns, 1, 1
    *begins, size = accumulate((size * count for size in sizes), initial=0)
    return begins, (size >> 3) + 1


class Told(IntEnum):
    """What a kernel tells of a pair; as in ``scoring.c``."""

    NOT_DERIVED = 0
    PERHAPS_DERIVED = 1
    """As a whole, as an excerpt, or as a part of which enough lies in passages."""
    LEFT = 2
    """Nothing: both texts have what everybody has, which has to be cut out."""


class _Room(threading.local):
    """Memory that what is made of one text overwrites of another."""

    def __init__(self) -> None:
        self.block = np.empty(KEPT >> 3, np.uint64)
        self.at = address(self.block)


_room = _Room()


def score(
    table: EventTable, mine: MeasuredText, stories: Sequence[Form], places: Sequence[int], rules: ScoringRules
) -> ScoredPairs | None:
    """The submission of ``table``, measured in ``mine``, with each of m stories, each a neighbour by place, or none.

    That is -1. None where Python has to do it.
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
    # Another thread may measure a story, too, and replace what it has.
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
    """So many bytes at least, where they are and how many."""
    if size <= KEPT:
        return _room.block, _room.at, KEPT
    block = np.empty((size >> 3) + 1, np.uint64)
    return block, address(block), block.nbytes
