from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from wirematch.detection.policy import (
    CERTAINLY_ENOUGH_WORDS,
    CLOSER,
    LARGE_INDEX,
    LEAST_BUCKETS,
    LONGEST_LOOKING_CLOSER,
    SECOND_LOOK,
    SHORT,
    STANDING_OUT,
    USUAL,
    can_be_new_unprepared,
    closeness_for,
    is_exact_duplicate,
    overlapping,
    overlapping_sketches,
    plausible,
)
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import sketch_of
from wirematch.models import Article, Kind

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def ranking(*scores: float) -> Ranking:
    return Ranking(np.arange(len(scores), dtype=np.uint64), np.array(scores))


def test_a_small_index_passes_over_nobody_for_a_low_score():
    assert len(plausible(ranking(9.0, 0.1), LARGE_INDEX - 1, limit=32)) == 2


def test_a_large_index_passes_over_candidates_of_less_than_one_and_a_half_rare_buckets():
    rare = np.log1p(LARGE_INDEX)
    good = [2 * rare] * SECOND_LOOK

    kept = plausible(ranking(*good, LEAST_BUCKETS * rare + 1e-6, LEAST_BUCKETS * rare - 1e-6), LARGE_INDEX, limit=32)

    assert kept.numbers.tolist() == [*range(SECOND_LOOK), SECOND_LOOK]


def test_the_best_of_a_large_index_are_looked_at_however_they_score():
    assert len(plausible(ranking(*[0.1] * 9), LARGE_INDEX, limit=32)) == SECOND_LOOK
    assert len(plausible(ranking(*[0.1] * 9), LARGE_INDEX, limit=1)) == 1


def test_no_more_than_the_limit_are_looked_at():
    assert len(plausible(ranking(9.0, 8.0, 7.0), 10, limit=2)) == 2


def in_buckets(*scores: float) -> Ranking:
    """Scores in units of a bucket that a submission shares with a single story of a large index."""
    return ranking(*(score * np.log1p(LARGE_INDEX) for score in scores))


@pytest.mark.parametrize(
    ("scores", "documents", "shingles", "expected"),
    [
        ([], LARGE_INDEX, 50, CLOSER),
        ([1.0] * 40, LARGE_INDEX, LONGEST_LOOKING_CLOSER, CLOSER),
        ([STANDING_OUT - 0.01, *[LEAST_BUCKETS + 0.01] * (SECOND_LOOK - 2), 1.0], LARGE_INDEX, 50, CLOSER),
        ([1.0] * 40, LARGE_INDEX, LONGEST_LOOKING_CLOSER + 1, USUAL),
        ([1.0] * 40, LARGE_INDEX - 1, 50, USUAL),
        ([STANDING_OUT + 0.01, 1.0], LARGE_INDEX, 50, USUAL),
        ([LEAST_BUCKETS + 0.01] * SECOND_LOOK, LARGE_INDEX, 50, USUAL),
    ],
)
def test_a_short_text_for_which_nothing_in_a_large_index_stands_out_looks_closer(scores, documents, shingles, expected):
    assert closeness_for(in_buckets(*scores), documents, shingles) is expected


def test_a_closer_look_passes_over_nobody_for_a_low_score():
    many = in_buckets(*[1.0] * (CLOSER.candidates + 1))

    assert len(plausible(many, LARGE_INDEX, 64)) == SECOND_LOOK
    assert len(plausible(many, LARGE_INDEX, 64, CLOSER)) == CLOSER.candidates
    assert len(plausible(many, LARGE_INDEX, 8, CLOSER)) == 8


def in_sketches(first: int, size: int) -> Shingles:
    """Return so many shingles of which no two are equal in a sketch."""
    return np.arange(first, first + size, dtype=np.uint32) << np.uint32(16)


def sharing(generator: np.random.Generator, size: int, shared: int) -> tuple[Shingles, Shingles]:
    """Return two texts of random shingles, with so many shared, and more that are equal in sketches by chance."""
    drawn = generator.choice(1 << 32, 2 * size - shared, replace=False).astype(np.uint32)
    return np.sort(drawn[:size]), np.sort(drawn[size - shared :])


@pytest.mark.parametrize(("shared", "least", "most"), [(18, 0, 0), (24, 60, 140), (30, 200, 200)])
def test_a_share_of_eight_in_a_hundred_of_the_smaller_text_is_worth_a_comparison(shared, least, most):
    generator = np.random.default_rng(7)
    pairs = [sharing(generator, 300, shared) for _ in range(200)]

    enough = sum(overlapping(mine, [theirs])[0] for mine, theirs in pairs)

    # Chance matches of sketches are subtracted on average, not individually.
    assert least <= enough <= most


@pytest.mark.parametrize(("shared", "expected"), [(4, False), (8, True)])
def test_a_closer_look_asks_for_three_in_a_hundred(shared, expected):
    mine = in_sketches(0, SHORT + 40)
    others = [np.sort(np.concatenate([mine[:shared], in_sketches(1_000, SHORT + 40 - shared)]))]
    sketches = [sketch for one in others if (sketch := sketch_of(one)) is not None]

    assert overlapping(mine, others, closeness=CLOSER) == [expected]
    assert overlapping_sketches(mine, sketches, closeness=CLOSER) == [expected]
    assert overlapping(mine, others) == overlapping_sketches(mine, sketches) == [False]


def test_shingles_are_told_as_their_sketches_are():
    generator = np.random.default_rng(8)
    mine = sharing(generator, 300, 0)[0]
    others = [np.sort(np.concatenate([mine[:shared], sharing(generator, 300 - shared, 0)[0]])) for shared in range(60)]
    sketches = [sketch for one in others if (sketch := sketch_of(one)) is not None]

    assert overlapping(mine, others) == overlapping_sketches(mine, sketches)
    assert overlapping(mine, [np.empty(0, np.uint32)]) == [False]


@pytest.mark.parametrize(("shared", "expected"), [(150, False), (170, True)])
def test_where_sketches_share_much_by_chance_shingles_tell(shared, expected):
    mine, long = sharing(np.random.default_rng(9), 2_000, shared)
    sketch = sketch_of(long)

    assert sketch is not None
    assert overlapping_sketches(mine, [sketch]) == [None]
    assert overlapping(mine, [long]) == [expected]


@pytest.mark.parametrize(("mine", "theirs"), [(SHORT, 400), (400, SHORT)])
def test_of_a_short_text_the_best_few_are_compared_whatever_they_share(mine, theirs):
    shingles, strangers = in_sketches(0, mine), [in_sketches(1_000, theirs)] * (SECOND_LOOK + 1)
    sketches = [sketch for one in strangers if (sketch := sketch_of(one)) is not None]
    expected = [True] * SECOND_LOOK + [False]

    assert overlapping(shingles, strangers) == expected
    assert overlapping_sketches(shingles, sketches) == expected


def test_a_place_in_the_ranking_counts_and_not_one_among_those_asked_about():
    shingles, stranger = in_sketches(0, 9), in_sketches(1_000, 9)
    sketch = sketch_of(stranger)
    places = [SECOND_LOOK - 1, SECOND_LOOK]

    assert overlapping(shingles, [stranger, stranger], places) == [True, False]
    assert sketch is not None
    assert overlapping_sketches(shingles, [sketch, sketch], places) == [True, False]


def test_of_two_long_texts_none_is_compared_for_its_place():
    shingles, stranger = in_sketches(0, SHORT + 1), in_sketches(1_000, SHORT + 1)
    sketch = sketch_of(stranger)

    assert overlapping(shingles, [stranger]) == [False]
    assert sketch is not None
    assert overlapping_sketches(shingles, [sketch]) == [False]


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
