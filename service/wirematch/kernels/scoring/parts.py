"""``parts.c``: find and measure the corresponding parts of many pairs."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.forms.form import Form
from wirematch.kernels.library import Address, Size, address, bind, enough
from wirematch.kernels.pairs.measuring import MeasuredText, MeasuringRules
from wirematch.kernels.scoring.event import EventRules, EventTable

_parts = bind("wirematch_parts", ctypes.c_int64, Address, Size, Address, Address, Address)

FOUND = np.dtype(
    [("stretches", np.int64, (2, 2)), ("shared_with_others", np.float64), ("shorter", np.int64), ("measured", np.int64)]
)
"""Half-open stretches of words in both texts, negative for the whole text; the share of their own common phrases that
others hold, too, negative if they have none; words of the shorter part; whether it was measured."""


class TopicRules(ctypes.Structure):
    """Thresholds; see ``wirematch.matching.topic``."""

    _fields_ = (
        ("on_topic", ctypes.c_double),
        ("mostly_elsewhere", ctypes.c_double),
        ("least_stretch", ctypes.c_int64),
    )


class AskedOfKernel(NamedTuple):
    """A submission and a story in their event."""

    submission: Form
    story: Form
    mine: MeasuredText
    theirs: MeasuredText
    event: EventTable
    close: int
    """Neighbours that depend on the story, as bits."""

    def places(self) -> tuple[int, ...]:
        """The fields of ``PartAsked`` in ``parts.c``."""
        return self.submission.at, self.story.at, self.mine.at, self.theirs.at, self.event.at, self.close


class _PartRules(ctypes.Structure):
    _fields_ = (
        ("topic", TopicRules),
        ("event", ctypes.c_void_p),
        ("measuring", ctypes.c_void_p),
        ("most_shared_with_others", ctypes.c_double),
        ("least_without_own", ctypes.c_int64),
        ("most_sentences", ctypes.c_int64),
    )


class PartRules:
    """Thresholds; see ``wirematch.matching.parts``."""

    def __init__(  # noqa: PLR0913 - all that a part is looked at by
        self,
        topic: TopicRules,
        event: EventRules,
        measuring: MeasuringRules,
        *,
        most_shared_with_others: float,
        least_without_own: int,
        most_sentences: int,
    ) -> None:
        self.columns = measuring.columns
        self._held = event, measuring
        numbers = most_shared_with_others, least_without_own, most_sentences
        self._native = _PartRules(topic, event.at, measuring.at, *numbers)
        self.at = ctypes.addressof(self._native)
        """Address for the kernels."""


def parts(asked: Sequence[AskedOfKernel], rules: PartRules) -> tuple[NDArray[np.void], Floats64] | None:
    """Return records of ``FOUND`` for m pairs, and m rows of features, valid where a part was measured.

    None without compiled kernels; ValueError if an event belongs to another submission.
    """
    if _parts is None:
        return None
    # The table has one entry per phrase of its submission; a longer text would be read beyond its end.
    if any(one.event.submission is not one.submission for one in asked):
        raise ValueError("an event of another text")
    places = np.array([one.places() for one in asked], np.uint64)
    found, rows = np.empty(len(asked), FOUND), np.empty((len(asked), rules.columns))
    answer = enough(_parts(address(places), len(asked), rules.at, address(found), address(rows)))
    return None if answer < 0 else (found, rows)
