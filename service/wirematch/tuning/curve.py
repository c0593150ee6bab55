"""Precision and recall at each threshold, with how far chance may have moved them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from wirematch.arrays import Flags, Floats64
from wirematch.tuning.measures import Measures

CERTAINTY = 1.959964
"""Standard deviations on either side that hold 95 %."""
STEPS = tuple(step / 20 for step in range(1, 20))
"""Thresholds that are shown."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; both are pairs."""

    hits: int
    of: int
    low: float
    """The interval of 95 % (Wilson 1927), an event counted once, whichever number of its pairs there is."""
    high: float

    @classmethod
    def counted(cls, hits: Flags, measures: Measures) -> Self:
        """How many of these measures are hits."""
        low, high = wilson(float(hits.mean()) if len(hits) else 0.0, len(np.unique(measures.events)))
        return cls(int(hits.sum()), len(hits), low, high)

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a threshold would mean for these pairs."""

    threshold: float
    precision: Share
    """Of those called derived, how many are."""
    recall: Share
    """Of those that are derived, how many are called so."""
    false_alarms: Share
    """Of those that are not, how many are called derived."""


def point_at(measures: Measures, standings: Floats64, threshold: float) -> CurvePoint:
    """See CurvePoint; ``standings`` are those of the measures."""
    called, derived = standings >= threshold, measures.derived
    return CurvePoint(
        threshold,
        precision=Share.counted(derived[called], measures.chosen(called)),
        recall=Share.counted(called[derived], measures.chosen(derived)),
        false_alarms=Share.counted(called[~derived], measures.chosen(~derived)),
    )


def curve(measures: Measures, standings: Floats64, thresholds: Sequence[float] = STEPS) -> list[CurvePoint]:
    """A point for each threshold."""
    return [point_at(measures, standings, threshold) for threshold in thresholds]


def wilson(share: float, of: int) -> tuple[float, float]:
    """The interval of 95 % of a share of so many independent trials (Wilson 1927); all there is of none."""
    if not of:
        return 0.0, 1.0
    square = CERTAINTY**2
    middle = share + square / (2 * of)
    spread = CERTAINTY * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    low, high = ((middle + sign * spread) / (1 + square / of) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)
