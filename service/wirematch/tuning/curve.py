"""Precision and recall at each threshold, with confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from wirematch.arrays import Flags, Floats64
from wirematch.tuning.measures import Measures

CERTAINTY = 1.959964
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""
STEPS = tuple(step / 20 for step in range(1, 20))
"""Thresholds shown."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A proportion of pairs, with its confidence interval."""

    hits: int
    of: int
    low: float
    """The 95 % interval (Wilson 1927); each event counts as one trial, however many pairs it has."""
    high: float

    @classmethod
    def counted(cls, hits: Flags, measures: Measures) -> Self:
        """Count the hits among these measures."""
        low, high = wilson(float(hits.mean()) if len(hits) else 0.0, len(np.unique(measures.events)))
        return cls(int(hits.sum()), len(hits), low, high)

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None if there are no pairs."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a threshold would mean for these pairs."""

    threshold: float
    precision: Proportion
    """Of the pairs called derived, those that are."""
    recall: Proportion
    """Of the derived pairs, those called derived."""
    false_alarms: Proportion
    """Of the pairs that are not derived, those called derived."""


def point_at(measures: Measures, scores: Floats64, threshold: float) -> CurvePoint:
    """Return the CurvePoint of a threshold; ``scores`` are those of ``measures``."""
    called, derived = scores >= threshold, measures.derived
    return CurvePoint(
        threshold,
        precision=Proportion.counted(derived[called], measures.chosen(called)),
        recall=Proportion.counted(called[derived], measures.chosen(derived)),
        false_alarms=Proportion.counted(called[~derived], measures.chosen(~derived)),
    )


def curve(measures: Measures, scores: Floats64, thresholds: Sequence[float] = STEPS) -> list[CurvePoint]:
    """Return a point for each threshold."""
    return [point_at(measures, scores, threshold) for threshold in thresholds]


def wilson(share: float, of: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``of`` independent trials; (0, 1) without trials."""
    if not of:
        return 0.0, 1.0
    square = CERTAINTY**2
    middle = share + square / (2 * of)
    spread = CERTAINTY * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    low, high = ((middle + sign * spread) / (1 + square / of) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)
