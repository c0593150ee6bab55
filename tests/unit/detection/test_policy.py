from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from wirematch.detection.policy import (
    CERTAINLY_ENOUGH_WORDS,
    LARGE_INDEX,
    LEAST_BUCKETS,
    can_be_new_unprepared,
    is_exact_duplicate,
    overlapping,
    plausible,
)
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.fingerprint.ranking import Ranking
from wirematch.models import Article, Kind

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def ranking(*scores: float) -> Ranking:
    return Ranking(np.arange(len(scores), dtype=np.uint64), np.array(scores))


def test_a_small_index_passes_over_nobody_for_a_low_score():
    assert len(plausible(ranking(9.0, 0.1), LARGE_INDEX - 1, limit=32)) == 2


def test_a_large_index_passes_over_candidates_of_less_than_one_and_a_half_rare_buckets():
    rare = np.log1p(LARGE_INDEX)

    kept = plausible(ranking(2 * rare, LEAST_BUCKETS * rare + 1e-6, LEAST_BUCKETS * rare - 1e-6), LARGE_INDEX, limit=32)

    assert kept.numbers.tolist() == [0, 1]


def test_no_more_than_the_limit_are_looked_at():
    assert len(plausible(ranking(9.0, 8.0, 7.0), 10, limit=2)) == 2


def test_a_share_of_eight_in_a_hundred_of_the_smaller_text_is_worth_a_comparison():
    mine = np.arange(100, dtype=np.uint32)
    eight, seven = (np.arange(100 - shared, 300 - shared, dtype=np.uint32) for shared in (8, 7))

    assert overlapping(mine, [eight, seven, np.empty(0, np.uint32)]) == [True, False, False]


@pytest.mark.parametrize(
    ("words", "known", "expected"),
    [(CERTAINLY_ENOUGH_WORDS, True, True), (CERTAINLY_ENOUGH_WORDS - 1, True, False), (500, False, False)],
)
def test_only_a_long_text_in_a_known_language_is_new_without_being_prepared(words, known, expected):
    assert can_be_new_unprepared(Fingerprint(None, np.empty(0, np.uint32), words, known)) is expected


def article(hours: int | None = 0, kind: Kind = Kind.ARTICLE, **fields) -> Article:
    when = None if hours is None else NOON + timedelta(hours=hours)
    return Article(**({"body": "Four died.", "headline": "Fall", "kind": kind, "published_at": when} | fields))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (article(), True),
        (article(hours=-1, kind=Kind.WIRE), True),
        (article(hours=None, kind=Kind.WIRE), True),
        (article(hours=1), True),  # of one kind, the first stored stays the original
        (article(hours=1, kind=Kind.WIRE), False),
        (article(headline="Another"), False),
        (article(body="Four died. "), False),
    ],
)
def test_an_exact_duplicate_has_the_text_and_headline_of_a_story_that_can_be_its_source(story, expected):
    assert is_exact_duplicate(article(), story) is expected
