"""A threshold, and a calibration that stays near the shipped one, from labelled pairs."""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags, Floats64
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration
from wirematch.tuning.measures import Measures

FALSE_ALARM = 2.0
"""What a false alarm costs, a miss being 1; as where the shipped threshold was chosen."""
SLOPE_SPREAD = 0.25
INTERCEPT_SPREAD = 0.5
"""How far the two numbers may well lie from the shipped 1 and 0: standard deviations of normal priors. With 100 pairs
they go about half of the way that the pairs alone would send them."""
LEAST_SLOPE = 0.2
STEPS = 50
HUNDREDTHS = np.arange(1, 100) / 100


def costs(standings: Floats64, derived: Flags, thresholds: Floats64, false_alarm: float = FALSE_ALARM) -> Floats64:
    """What each threshold costs: false alarms and misses, both as shares of their kind; of no pairs, 0."""
    called = standings >= thresholds[:, None]
    alarms = called[:, ~derived].sum(axis=1) / max(1, int((~derived).sum()))
    misses = (~called[:, derived]).sum(axis=1) / max(1, int(derived.sum()))
    return np.asarray(false_alarm * alarms + misses)


def choose_threshold(standings: Floats64, derived: Flags, shipped: float, false_alarm: float = FALSE_ALARM) -> float:
    """The cheapest threshold, in hundredths; the shipped one where that costs as much.

    Costs that differ by less than one false alarm are equal: which of some hundred pairs lies where is chance. Of
    equal thresholds that are not the shipped one, the middle of them is taken.
    """
    steps = np.append(HUNDREDTHS, shipped)
    found = costs(standings, derived, steps, false_alarm)
    enough = found.min() + false_alarm / max(1, int((~derived).sum()))
    if found[-1] < enough:
        return shipped
    least = np.flatnonzero(found[:-1] < enough)
    return float(HUNDREDTHS[least[len(least) // 2]])


def recalibrate(measures: Measures) -> Recalibration:
    """The two numbers of largest posterior under the priors above, by Newton's method (Platt 1999).

    Only pairs that the model decides are asked. Labels are softened as Platt has them, against too much certainty.
    """
    chosen = measures.chosen(measures.weighed)
    derived, odds = chosen.derived, chosen.odds
    if not len(chosen):
        return AS_SHIPPED
    positive, negative = int(derived.sum()), int((~derived).sum())
    target = np.where(derived, (positive + 1) / (positive + 2), 1 / (negative + 2))
    columns = np.column_stack([odds, np.ones(len(odds))])
    shipped, precision = np.array([1.0, 0.0]), np.diag([SLOPE_SPREAD**-2, INTERCEPT_SPREAD**-2])
    point = shipped
    for _ in range(STEPS):
        said = 0.5 + 0.5 * np.tanh(0.5 * (columns @ point + chosen.raised))
        gradient = columns.T @ (said - target) + precision @ (point - shipped)
        curvature = (columns * (said * (1 - said))[:, None]).T @ columns + precision
        step = np.linalg.solve(curvature, gradient)
        point = point - step
        if np.abs(step).max() < 1e-9:
            break
    return Recalibration(round(max(LEAST_SLOPE, float(point[0])), 4), round(float(point[1]), 4))
