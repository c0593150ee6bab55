from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.labelled_measures import drawn
from wirematch.tuning.curve import curve, point_at, wilson


@pytest.mark.parametrize(
    ("share", "of", "low", "high"),
    [(0.5, 10, 0.2366, 0.7634), (1.0, 20, 0.8389, 1.0), (0.0, 10, 0.0, 0.2775), (0.9, 100, 0.8256, 0.9448)],
)
def test_intervals_are_wilsons(share, of, low, high):
    """Results of R's ``binom.confint(method = "wilson")``."""
    assert wilson(share, of) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_stays_between_0_and_1(counted):
    hits, of = counted
    low, high = wilson(hits / of, of)

    assert 0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1


def test_of_nothing_nothing_is_known():
    assert wilson(0.0, 0) == (0.0, 1.0)


def test_points_count_pairs():
    measures = drawn(300, seed=3)
    scores = measures.scores()
    for point in curve(measures, scores):
        called = scores >= point.threshold
        assert (point.precision.hits, point.precision.of) == ((called & measures.derived).sum(), called.sum())
        assert (point.recall.hits, point.recall.of) == ((called & measures.derived).sum(), measures.derived.sum())
        assert point.false_alarms.of == (~measures.derived).sum()


def test_pairs_of_one_event_are_no_more_certain_than_one_pair():
    alone, together = drawn(200, seed=3), drawn(200, seed=3, to_an_event=10)
    one, other = (point_at(measures, measures.scores(), 0.5).recall for measures in (alone, together))

    assert (one.hits, one.of) == (other.hits, other.of)
    assert other.high - other.low > 1.5 * (one.high - one.low)


def test_where_nothing_is_called_derived_precision_is_not_told():
    measures = drawn(20, seed=3)
    point = point_at(measures, np.zeros(20), 0.5)

    assert point.precision.value is None
    assert (point.precision.low, point.precision.high) == (0.0, 1.0)
    assert not math.isnan(point.recall.low)
