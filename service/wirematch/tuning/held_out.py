"""Cross-validation over events: would tuned numbers help on pairs that they were not fitted to?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Floats64
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration, odds_of, probabilities_at
from wirematch.tuning.curve import Proportion
from wirematch.tuning.fitting import FALSE_ALARM, choose_threshold, recalibrate
from wirematch.tuning.measures import Measures

FOLDS = 10
LEAST_DOUBT = 1e-6
LEAST_PAIRS = 40
"""Minimum number of pairs to tune the threshold ..."""
LEAST_OF_EACH = 12
"""... and of either label."""
LEAST_FOR_CALIBRATION = 100
"""Minimum number of pairs to fit a calibration, too ..."""
LEAST_OF_EACH_FOR_CALIBRATION = 30
"""... and of either label."""


@dataclass(frozen=True, slots=True)
class TunedNumbers:
    """A threshold and a calibration."""

    threshold: float
    recalibration: Recalibration = AS_SHIPPED


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Results on held-out pairs: each is decided by numbers fitted without its event."""

    precision: Proportion
    recall: Proportion
    false_alarms: Proportion
    cost: float
    """Weighted rates of false alarms plus misses, by which the threshold is chosen."""
    log_loss: float
    """Mean log loss in nats of the probabilities of pairs that the model decides; less is better."""


@dataclass(frozen=True, slots=True)
class TuningOutcome:
    """The result of tuning; ``chosen`` is None if the shipped numbers do as well."""

    before: HeldOut
    threshold_alone: HeldOut | None
    calibrated: HeldOut | None
    chosen: TunedNumbers | None
    why: str
    """Why these numbers were chosen, or none."""


def tune(measures: Measures, shipped: float, false_alarm: float = FALSE_ALARM) -> TuningOutcome:
    """Choose by cross-validation whether to move the threshold, and whether to calibrate.

    Either must be better by more than one standard error of the difference over events: a threshold in the cost of its
    decisions, a calibration in log loss. If only the calibration changes, the threshold keeps its place among the
    pairs, whatever probability that now is.
    """
    before = _Decisions.of(measures, false_alarm, lambda _: TunedNumbers(shipped))
    if not enough(measures, LEAST_PAIRS, LEAST_OF_EACH):
        return TuningOutcome(before.figures(), None, None, None, _too_few("threshold", LEAST_PAIRS, LEAST_OF_EACH))
    alone = _Decisions.of(measures, false_alarm, lambda part: moved(part, shipped, false_alarm))
    moving = alone.costs_less(before)
    calibrated = None
    if enough(measures, LEAST_FOR_CALIBRATION, LEAST_OF_EACH_FOR_CALIBRATION):
        calibrated = _Decisions.of(measures, false_alarm, lambda part: calibrating(part, shipped, false_alarm, moving))
    told = before.figures(), alone.figures(), calibrated.figures() if calibrated else None
    if calibrated and calibrated.surprises_less(before) and calibrated.cost <= (alone if moving else before).cost:
        why = "probabilities fit the labels better" + (", and decisions cost less" if moving else "")
        return TuningOutcome(*told, calibrating(measures, shipped, false_alarm, moving), why)
    if moving:
        return TuningOutcome(*told, moved(measures, shipped, false_alarm), "decisions cost less at another threshold")
    return TuningOutcome(*told, None, "the shipped parameters do as well or better on held-out pairs")


def moved(measures: Measures, shipped: float, false_alarm: float) -> TunedNumbers:
    """Return a better threshold for these pairs, if there is one, otherwise the shipped one."""
    return TunedNumbers(choose_threshold(measures.scores(), measures.derived, shipped, false_alarm))


def calibrating(measures: Measures, shipped: float, false_alarm: float, moving: bool) -> TunedNumbers:
    """Fit a calibration to these pairs; the threshold keeps its place among them or, if ``moving``, is chosen anew."""
    recalibration = recalibrate(measures)
    same = round(float(probabilities_at(recalibration.odds(odds_of(np.array([shipped]))))[0]), 4)
    if not moving:
        return TunedNumbers(same, recalibration)
    scores = measures.scores(recalibration)
    return TunedNumbers(choose_threshold(scores, measures.derived, same, false_alarm), recalibration)


def decided(measures: Measures, numbers: TunedNumbers) -> tuple[Flags, Floats64]:
    """Return for each pair whether it is called derived, and the probability."""
    called = measures.scores(numbers.recalibration) >= numbers.threshold
    return called, measures.probabilities(numbers.recalibration)


def figures(measures: Measures, called: Flags, said: Floats64, false_alarm: float = FALSE_ALARM) -> HeldOut:
    """Return how good these decisions and probabilities are."""
    return _Decisions(measures, called, said, false_alarm).figures()


@dataclass(frozen=True, slots=True, eq=False)
class _Decisions:
    measures: Measures
    called: Flags
    said: Floats64
    false_alarm: float

    @classmethod
    def of(cls, measures: Measures, false_alarm: float, fit: Callable[[Measures], TunedNumbers]) -> _Decisions:
        """Decide each fold by numbers fitted on the others."""
        called, said = np.zeros(len(measures), np.bool_), np.zeros(len(measures))
        folds = folds_of(measures.events)
        for fold in np.unique(folds).tolist():
            rows = folds == fold
            called[rows], said[rows] = decided(measures.chosen(rows), fit(measures.chosen(~rows)))
        return cls(measures, called, said, false_alarm)

    @property
    def costs(self) -> Floats64:
        """Cost of each pair; they add up to the total cost."""
        derived = self.measures.derived
        alarm, miss = self.false_alarm / max(1, int((~derived).sum())), 1 / max(1, int(derived.sum()))
        return np.where(derived, miss * ~self.called, alarm * self.called)

    @property
    def cost(self) -> float:
        return float(self.costs.sum())

    @property
    def surprises(self) -> Floats64:
        """The log loss of each pair; 0 for those that the model does not decide."""
        right = np.clip(np.where(self.measures.derived, self.said, 1 - self.said), LEAST_DOUBT, None)
        return np.where(self.measures.decided_by_model, -np.log(right), 0.0)

    def costs_less(self, other: _Decisions) -> bool:
        return self._less(other.costs - self.costs)

    def surprises_less(self, other: _Decisions) -> bool:
        return self._less(other.surprises - self.surprises)

    def _less(self, gains: Floats64) -> bool:
        """Whether the total gain exceeds one standard error over events, which chance alone does once in six times."""
        _, places = np.unique(self.measures.events, return_inverse=True)
        of_events = np.bincount(places, gains)
        return bool(of_events.sum() > np.sqrt(len(of_events)) * of_events.std())

    def figures(self) -> HeldOut:
        measures, called = self.measures, self.called
        derived = measures.derived
        return HeldOut(
            precision=Proportion.counted(derived[called], measures.chosen(called)),
            recall=Proportion.counted(called[derived], measures.chosen(derived)),
            false_alarms=Proportion.counted(called[~derived], measures.chosen(~derived)),
            cost=self.cost,
            log_loss=float(self.surprises.sum() / max(1, int(measures.decided_by_model.sum()))),
        )


def enough(measures: Measures, pairs: int, of_each: int) -> bool:
    """Whether there are enough pairs, and enough of either label."""
    derived = int(measures.derived.sum())
    return len(measures) >= pairs and min(derived, len(measures) - derived) >= of_each


def folds_of(events: NDArray[np.str_]) -> NDArray[np.intp]:
    """Assign each pair to a fold by its event; events are dealt out in turn, ordered by their hashes."""
    names, places = np.unique(events, return_inverse=True)
    order = sorted(range(len(names)), key=lambda place: hashlib.sha256(str(names[place]).encode()).digest())
    fold = np.zeros(len(names), np.intp)
    fold[order] = np.arange(len(names)) % FOLDS
    return fold[places]


def _too_few(what: str, pairs: int, of_each: int) -> str:
    return f"too few pairs: a {what} needs {pairs}, with {of_each} of either label"
