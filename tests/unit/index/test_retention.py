from __future__ import annotations

from datetime import timedelta

from wirematch.index.retention import Retention

DAY_MS = 86_400_000


def test_the_shortest_window_that_applies_is_used():
    retention = Retention(timedelta(days=30), {"Norwind": timedelta(days=7), "Aster": timedelta(days=90)})

    assert retention.milliseconds("Norwind") == 7 * DAY_MS
    assert retention.milliseconds("Aster") == 30 * DAY_MS
    assert retention.milliseconds(None) == 30 * DAY_MS


def test_without_a_window_articles_are_kept_for_ever():
    assert Retention().milliseconds("Norwind") == 0
    assert Retention(by_source={"Norwind": timedelta(days=7)}).milliseconds("Aster") == 0


def test_a_window_is_never_rounded_to_for_ever():
    assert Retention(timedelta(microseconds=1)).milliseconds(None) == 1
