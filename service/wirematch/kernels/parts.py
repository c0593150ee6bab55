"""``parts.c``: the parts of many pairs in which one text tells what the other tells, and what is measured of them."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.event import EventRules, EventTable
from wirematch.kernels.form import Form
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.measuring import MeasuredText, MeasuringRules
from wirematch.kernels.topic import TopicRules

_parts = bind("wirematch_parts", ctypes.c_int64, Address, Size, Address, Address, Address)

FOUND = np.dtype(
    [("stretches", np.int64, (2, 2)), ("everybodys", np.float64), ("shorter", np.int64), ("measured", np.int64)]
)
"""Half-open stretches of words of both texts, below 0 for all of one; which share is everybody's of what both have as
their own, below 0 where they have nothing; words of the shorter part; whether it was measured."""


class AskedOfKernel(NamedTuple):
    """A submission and a story in an event."""

    submission: Form
    story: Form
    mine: MeasuredText
    theirs: MeasuredText
    event: EventTable
    close: int
    """Neighbours that depend on the story, as bits."""

    def places(self) -> tuple[int, ...]:
        """As ``PartAsked`` in ``parts.c``."""
        return self.submission.at, self.story.at, self.mine.at, self.theirs.at, self.event.at, self.close


class _PartRules(ctypes.Structure):
    _fields_ = (
        ("topic", TopicRules),
        ("event", ctypes.c_void_p),
        ("measuring", ctypes.c_void_p),
        ("most_everybodys", ctypes.c_double),
        ("least_without_own", ctypes.c_int64),
        ("most_sentences", ctypes.c_int64),
    )


class PartRules:
    """See ``wirematch.matching.parts``."""

    def __init__(  # noqa: PLR0913 - all that a part is looked at by
        self,
        topic: TopicRules,
        event: EventRules,
        measuring: MeasuringRules,
        *,
        most_everybodys: float,
        least_without_own: int,
        most_sentences: int,
    ) -> None:
        self.columns = measuring.columns
        self._held = event, measuring
        numbers = most_everybodys, least_without_own, most_sentences
        self._native = _PartRules(topic, event.at, measuring.at, *numbers)
        self.at = ctypes.addressof(self._native)
        """Where kernels find them."""


def parts(asked: Sequence[AskedOfKernel], rules: PartRules) -> tuple[NDArray[np.void], Floats64] | None:
    """Of m pairs records of ``FOUND``, and m rows of numbers, which say something where a part was measured.

    None on the Python path; ValueError for an event of another submission.
    """
    if _parts is None:
        return None
    # The table has a number for each phrase of its submission, and of a longer text it would be read beyond its end.
    if any(one.event.submission is not one.submission for one in asked):
        raise ValueError("an event of another text")
    places = np.array([one.places() for one in asked], np.uint64)
    found, rows = np.empty(len(asked), FOUND), np.empty((len(asked), rules.columns))
    answer = enough(_parts(address(places), len(asked), rules.at, address(found), address(rows)))
    return None if answer < 0 else (found, rows)
