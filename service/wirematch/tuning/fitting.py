"""Fit a threshold, and a calibration that stays near the shipped one, to labelled pairs."""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags, Floats64
from wirematch.matching.model.tuned import AS_SHIPPED, Recalibration
from wirematch.tuning.measures import Measures

FALSE_ALARM = 2.0
"""Cost of a false alarm relative to a miss, as when the shipped threshold was chosen."""
SLOPE_SPREAD = 0.25
INTERCEPT_SPREAD = 0.5
"""Standard deviations of normal priors on slope and intercept around the shipped 1 and 0. With 100 pairs, the estimates
move about half as far as the pairs alone would move them."""
LEAST_SLOPE = 0.2
STEPS = 50
HUNDREDTHS = np.arange(1, 100) / 100


def costs(scores: Floats64, derived: Flags, thresholds: Floats64, false_alarm: float = FALSE_ALARM) -> Floats64:
    """Return the cost of each threshold: the weighted rates of false alarms and misses; 0 without pairs."""
    called = scores >= thresholds[:, None]
    alarms = called[:, ~derived].sum(axis=1) / max(1, int((~derived).sum()))
    misses = (~called[:, derived]).sum(axis=1) / max(1, int(derived.sum()))
    return np.asarray(false_alarm * alarms + misses)


def choose_threshold(scores: Floats64, derived: Flags, shipped: float, false_alarm: float = FALSE_ALARM) -> float:
    """Return the cheapest threshold, in hundredths; the shipped one if it is as cheap.

    Costs that differ by less than one false alarm count as equal: with some hundred pairs, where each lies is chance.
    Among equally cheap thresholds other than the shipped one, the middle one is taken.
    """
    steps = np.append(HUNDREDTHS, shipped)
    found = costs(scores, derived, steps, false_alarm)
    enough = found.min() + false_alarm / max(1, int((~derived).sum()))
    if found[-1] < enough:
        return shipped
    least = np.flatnonzero(found[:-1] < enough)
    return float(HUNDREDTHS[least[len(least) // 2]])


def recalibrate(measures: Measures) -> Recalibration:
    """Return the maximum a posteriori slope and intercept under the priors above, by Newton's method (Platt 1999).

    Only pairs that the model decides are used. Labels are smoothed as in Platt, against overconfidence.
    """
    chosen = measures.chosen(measures.decided_by_model)
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
