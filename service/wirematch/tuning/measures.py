"""What the shipped model says of labelled pairs, so that it need not be asked again for each threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.matching.compare import Comparer
from wirematch.matching.judge import SHORT_TEXTS, why_undecided
from wirematch.matching.model.calibration import calibrated
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration, TunedModel, odds_of, probabilities_at
from wirematch.matching.pair_score import PairScore
from wirematch.matching.parts import PART_DECISION
from wirematch.models import Article

NEVER = 2.0
"""A threshold that no probability reaches: the model says what it thinks, and nothing follows."""
NO_PART = -math.inf


@dataclass(frozen=True, slots=True)
class PairMeasure:
    """Of one pair. Logarithms of the odds are the model's own, before those that languages add."""

    whole: float
    """Of the texts as a whole."""
    part: float = NO_PART
    """Of the part that alone may derive; ``NO_PART`` where there is none that is surer than the whole."""
    raised: float = 0.0
    """What the languages of the two add."""
    settled: bool | None = None
    """Whether it is derived, where something else than the model says so: equal texts, excerpts, nothing in common."""


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Of n pairs, each array n long."""

    derived: Flags
    """The labels."""
    events: NDArray[np.str_]
    """Pairs with the same name are of one event."""
    whole: Floats64
    part: Floats64
    raised: Floats64
    settled: Floats64
    """1 and 0 for ``PairMeasure.settled``, else NaN."""

    @classmethod
    def of(cls, measures: Sequence[PairMeasure], derived: Sequence[bool], events: Sequence[str]) -> Self:
        """In the order of the pairs."""
        settled = [math.nan if one.settled is None else float(one.settled) for one in measures]
        return cls(
            np.array(derived, np.bool_),
            np.array(events, np.str_),
            np.array([one.whole for one in measures]),
            np.array([one.part for one in measures]),
            np.array([one.raised for one in measures]),
            np.array(settled),
        )

    def __len__(self) -> int:
        return len(self.derived)

    def chosen(self, rows: Flags | NDArray[np.intp]) -> Measures:
        """Those in ``rows``."""
        return Measures(
            self.derived[rows],
            self.events[rows],
            self.whole[rows],
            self.part[rows],
            self.raised[rows],
            self.settled[rows],
        )

    @property
    def weighed(self) -> Flags:
        """Of which pairs the model decides."""
        return np.isnan(self.settled)

    @property
    def odds(self) -> Floats64:
        """The model's, of what the report speaks of: the part where one is found, else the whole."""
        likely = self.part + self.raised >= odds_of(np.array([PART_DECISION]))
        return np.where(likely, np.maximum(self.whole, self.part), self.whole)

    def standings(self, recalibration: Recalibration = AS_SHIPPED) -> Floats64:
        """The highest threshold at which each pair is called derived; 1 and 0 where the model is not asked."""
        whole, part = (probabilities_at(recalibration.odds(odds) + self.raised) for odds in (self.whole, self.part))
        standing = np.maximum(whole, np.where(part >= PART_DECISION, part, 0.0))
        return np.where(self.weighed, standing, self.settled)

    def probabilities(self, recalibration: Recalibration = AS_SHIPPED) -> Floats64:
        """What is said of each pair."""
        return probabilities_at(recalibration.odds(self.odds) + self.raised)


def measure(
    comparer: Comparer, submission: Article, story: Article, neighbours: Sequence[Article] = ()
) -> PairMeasure | None:
    """What the comparer's model says of the pair among stored articles of its event.

    None of pairs that are not decided by the threshold: texts too short for it, or in no language that is known.
    """
    sides = [comparer.side(article) for article in (submission, story)]
    shortest = min(len(side.text) for side in sides)
    if shortest < SHORT_TEXTS[-1][0] or any(why_undecided(side) for side in sides):
        return None
    event = comparer.event(sides[0], [comparer.side(one) for one in neighbours])
    [score] = _undecided(comparer, NEVER).score_pairs(sides[0], sides[1:], event=event)
    if score.features is None:
        return PairMeasure(0.0, settled=score.probability >= 1)
    found = PairMeasure(_odds(score), raised=_raised(score))
    found = replace(found, whole=found.whole - found.raised)
    if score.seen_from(sides[0]).coverage <= 0:
        return replace(found, settled=False)
    if score.excerpt:
        return replace(found, settled=True)
    surer = math.nextafter(score.probability, NEVER)
    [again] = _undecided(comparer, surer).score_pairs(sides[0], sides[1:], event=event)
    return replace(found, part=_odds(again) - _raised(again)) if again.part is not None else found


def _undecided(comparer: Comparer, threshold: float) -> Comparer:
    return Comparer(TunedModel(comparer.model, threshold), comparer.rarity, comparer.agencies)


def _odds(score: PairScore) -> float:
    return float(odds_of(np.array([score.probability]))[0])


def _raised(score: PairScore) -> float:
    return float(
        odds_of(np.array([calibrated(0.5, score.pair.submission.text.language, score.pair.story.text.language)]))[0]
    )
