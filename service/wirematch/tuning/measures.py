"""The shipped model's scores of labelled pairs, kept so that each threshold can be tried without scoring again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.matching.compare import Comparer
from wirematch.matching.model.calibration import calibrated
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration, TunedModel, odds_of, probabilities_at
from wirematch.matching.pair_score import PairScore
from wirematch.matching.parts import PART_DECISION
from wirematch.matching.undecided import SHORT_TEXTS, why_undecided
from wirematch.models import Article

NEVER = 2.0
"""A threshold above every probability: the model only scores, and decides nothing."""
NO_PART = -math.inf


@dataclass(frozen=True, slots=True)
class PairMeasure:
    """The model's scores of one pair, as log odds before the adjustment for languages."""

    whole: float
    """Log odds of the texts as a whole."""
    part: float = NO_PART
    """Log odds of the part that alone may derive; ``NO_PART`` if none scores higher than the whole."""
    shift: float = 0.0
    """Log odds added for the pair's languages."""
    predetermined: bool | None = None
    """Whether the pair is derived, if that is decided without the model: equal texts, excerpts, nothing in common."""


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """The scores of n pairs, as arrays of length n."""

    derived: Flags
    """The labels."""
    events: NDArray[np.str_]
    """Event names; pairs with the same name are of one event."""
    whole: Floats64
    part: Floats64
    shift: Floats64
    predetermined: Floats64
    """``PairMeasure.predetermined`` as 1 and 0, or NaN."""

    @classmethod
    def of(cls, measures: Sequence[PairMeasure], derived: Sequence[bool], events: Sequence[str]) -> Self:
        """Combine the measures, labels and events of pairs, given in the same order."""
        predetermined = [math.nan if one.predetermined is None else float(one.predetermined) for one in measures]
        return cls(
            np.array(derived, np.bool_),
            np.array(events, np.str_),
            np.array([one.whole for one in measures]),
            np.array([one.part for one in measures]),
            np.array([one.shift for one in measures]),
            np.array(predetermined),
        )

    def __len__(self) -> int:
        return len(self.derived)

    def chosen(self, rows: Flags | NDArray[np.intp]) -> Measures:
        """Return the pairs in ``rows``, a mask or indices."""
        return Measures(
            self.derived[rows],
            self.events[rows],
            self.whole[rows],
            self.part[rows],
            self.shift[rows],
            self.predetermined[rows],
        )

    @property
    def decided_by_model(self) -> Flags:
        """Flags of the pairs that the model decides."""
        return np.isnan(self.predetermined)

    @property
    def odds(self) -> Floats64:
        """The model's log odds of what the report speaks of: the part if one is found, otherwise the whole."""
        likely = self.part + self.shift >= odds_of(np.array([PART_DECISION]))
        return np.where(likely, np.maximum(self.whole, self.part), self.whole)

    def scores(self, recalibration: Recalibration = AS_SHIPPED) -> Floats64:
        """Return the highest threshold at which each pair is called derived; 1 or 0 where the model is not asked."""
        whole, part = (probabilities_at(recalibration.odds(odds) + self.shift) for odds in (self.whole, self.part))
        score = np.maximum(whole, np.where(part >= PART_DECISION, part, 0.0))
        return np.where(self.decided_by_model, score, self.predetermined)

    def probabilities(self, recalibration: Recalibration = AS_SHIPPED) -> Floats64:
        """Return the probability reported for each pair."""
        return probabilities_at(recalibration.odds(self.odds) + self.shift)


def measure(
    comparer: Comparer, submission: Article, story: Article, neighbours: Sequence[Article] = ()
) -> PairMeasure | None:
    """Score a pair with the comparer's model, in the context of stored articles on its event.

    Returns None for pairs that no threshold decides: texts too short, or in an unknown language.
    """
    sides = [comparer.prepare(article) for article in (submission, story)]
    shortest = min(len(side.text) for side in sides)
    if shortest < SHORT_TEXTS[-1][0] or any(why_undecided(side) for side in sides):
        return None
    event = comparer.event(sides[0], [comparer.prepare(one) for one in neighbours])
    [score] = _undecided(comparer, NEVER).score_pairs(sides[0], sides[1:], event=event)
    if score.features is None:
        return PairMeasure(0.0, predetermined=score.probability >= 1)
    found = PairMeasure(_odds(score), shift=_shift(score))
    found = replace(found, whole=found.whole - found.shift)
    if score.seen_from(sides[0]).coverage <= 0:
        return replace(found, predetermined=False)
    if score.excerpt:
        return replace(found, predetermined=True)
    surer = math.nextafter(score.probability, NEVER)
    [again] = _undecided(comparer, surer).score_pairs(sides[0], sides[1:], event=event)
    return replace(found, part=_odds(again) - _shift(again)) if again.part is not None else found


def _undecided(comparer: Comparer, threshold: float) -> Comparer:
    return Comparer(TunedModel(comparer.model, threshold), comparer.rarity, comparer.agencies)


def _odds(score: PairScore) -> float:
    return float(odds_of(np.array([score.probability]))[0])


def _shift(score: PairScore) -> float:
    return float(
        odds_of(np.array([calibrated(0.5, score.pair.submission.text.language, score.pair.story.text.language)]))[0]
    )
