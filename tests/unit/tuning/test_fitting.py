from __future__ import annotations

import numpy as np
import pytest

from support.labelled_measures import drawn
from wirematch.matching.model.tuned import AS_SHIPPED
from wirematch.tuning.fitting import choose_threshold, costs, recalibrate
from wirematch.tuning.held_out import FOLDS, LEAST_FOR_CALIBRATION, LEAST_PAIRS, folds_of, tune

SHIPPED = 0.6
"""The cheapest threshold for made-up pairs with correct odds, of which two in five derive."""
SEEDS = range(25)


def test_with_many_pairs_the_calibration_is_the_pairs_own():
    found = recalibrate(drawn(20_000, seed=1, slope=0.6, intercept=0.8))

    assert found.slope == pytest.approx(0.6, abs=0.05)
    assert found.intercept == pytest.approx(0.8, abs=0.1)


def test_with_few_it_stays_near_the_shipped_one():
    few = [recalibrate(drawn(30, seed, slope=0.4, intercept=1.5)) for seed in SEEDS]

    assert 0.4 < np.mean([one.slope for one in few]) < 1
    assert 0 < np.mean([one.intercept for one in few]) < 1.2


def test_of_no_pairs_nothing_is_learnt():
    assert recalibrate(drawn(0, seed=1)) == AS_SHIPPED


def test_the_threshold_is_the_cheapest_one():
    scores, derived = np.array([0.2, 0.3, 0.6, 0.7]), np.array([False, False, True, True])

    assert costs(scores, derived, np.array([0.1, 0.5, 0.65])).tolist() == [2.0, 0.0, 0.5]
    assert choose_threshold(scores, derived, shipped=0.5) == 0.5


def test_a_threshold_that_costs_more_than_an_alarm_too_much_is_left():
    derived = np.repeat([False, True], [100, 100])
    scores = np.concatenate([np.linspace(0.01, 0.75, 100), np.linspace(0.8, 0.99, 100)])

    assert choose_threshold(scores, derived, SHIPPED) == pytest.approx(0.78, abs=0.03)
    assert choose_threshold(scores, derived, shipped=0.76) == 0.76


def test_where_the_shipped_numbers_are_right_hardly_anything_is_written():
    outcomes = [tune(drawn(150, seed), SHIPPED) for seed in SEEDS]

    assert sum(one.chosen is None for one in outcomes) > 0.8 * len(SEEDS)


def test_where_they_are_wrong_it_is_found_and_helps_pairs_that_were_not_looked_at():
    for seed in range(3):
        outcome = tune(drawn(300, seed, slope=1.0, intercept=2.0), SHIPPED)
        assert outcome.chosen is not None
        assert outcome.calibrated is not None
        assert outcome.calibrated.log_loss < outcome.before.log_loss
        others = drawn(5_000, seed + 1_000, slope=1.0, intercept=2.0)
        before, after = (
            costs(others.scores(numbers), others.derived, np.array([threshold]))[0]
            for numbers, threshold in ((AS_SHIPPED, SHIPPED), (outcome.chosen.recalibration, outcome.chosen.threshold))
        )
        assert after <= before


@pytest.mark.parametrize(("pairs", "threshold", "calibrated"), [
    (LEAST_PAIRS - 1, False, False), (LEAST_PAIRS + 20, True, False), (LEAST_FOR_CALIBRATION + 20, True, True),
])  # fmt: skip
def test_few_pairs_are_not_asked_for_more_than_they_can_say(pairs, threshold, calibrated):
    outcome = tune(drawn(pairs, seed=2), SHIPPED)

    assert (outcome.threshold_alone is not None) is threshold
    assert (outcome.calibrated is not None) is calibrated


def test_no_event_is_in_two_folds():
    events = np.array([f"event {number % 37}" for number in range(400)])
    folds = folds_of(events)

    assert all(len(set(folds[events == event])) == 1 for event in set(events))
    assert set(folds) == set(range(FOLDS))
