from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from wirematch.fingerprint.ranking import (
    FULL_BUCKETS_PASSED_OVER,
    Postings,
    ToRank,
    joined,
    rank,
    rank_in_python,
    rank_many,
)
from wirematch.kernels.fingerprint import ranking as compiled


def buckets(*lists: list[int]) -> Postings:
    return Postings.of([np.array(numbers, np.uint64) for numbers in lists])


def test_no_buckets_give_no_candidates():
    assert len(rank(buckets(), 100, cap=128)) == 0
    assert len(rank(buckets([], []), 100, cap=128)) == 0


def test_more_shared_buckets_rank_higher():
    assert rank(buckets([1, 2, 3], [2, 3], [3]), 100, cap=128).numbers.tolist() == [3, 2, 1]


def test_a_small_bucket_says_more_than_a_large_one():
    assert rank(buckets([9], list(range(1, 9))), 1000, cap=128).numbers[0] == 9


def test_a_score_is_the_sum_of_the_weights_of_its_buckets():
    ranking = rank(buckets([1], [1, 2]), 100, cap=128)

    assert ranking.numbers.tolist() == [1, 2]
    assert ranking.scores.tolist() == pytest.approx([math.log(1 + 100) + math.log(1 + 50), math.log(1 + 50)])


def test_of_equal_scores_the_earlier_document_leads():
    assert rank(buckets([7, 3, 5], [5, 3, 7]), 100, cap=128).numbers.tolist() == [3, 5, 7]


def test_numbers_from_a_given_one_on_are_left_out():
    assert rank(buckets([1, 4, 5], [1, 4, 5]), 100, cap=128, before=4).numbers.tolist() == [1]


def test_numbers_of_other_shards_are_kept_whatever_their_size():
    one, other = 1 << 32, 2 << 32
    found = joined([buckets([one + 1, one + 4]), buckets([other + 1, other + 9])])

    assert sorted(rank(found, 100, cap=128, before=one + 4).numbers.tolist()) == [one + 1, other + 1, other + 9]
    assert sorted(rank(found, 100, cap=128, before=other + 9).numbers.tolist()) == [one + 1, one + 4, other + 1]


def test_one_full_bucket_alone_makes_no_candidate():
    full = list(range(1, 5))

    assert len(rank(buckets(full), 1000, cap=4)) == 0
    assert rank(buckets(full, full), 1000, cap=4).numbers.tolist() == full
    assert rank(buckets(full, [2]), 1000, cap=4).numbers.tolist() == [2]


@given(st.lists(st.sets(st.integers(1, 40), max_size=20), max_size=30), st.none() | st.integers(1, 40))
def test_candidates_are_distinct_best_first_and_come_from_the_buckets(drawn, before):
    ranking = rank(buckets(*map(sorted, drawn)), 40, cap=20, before=before)
    numbers, scores = ranking.numbers.tolist(), ranking.scores.tolist()

    assert len(numbers) == len(set(numbers)) == len(scores) == len(ranking)
    assert scores == sorted(scores, reverse=True)
    assert set(numbers) <= set().union(*drawn)
    assert before is None or all(number < before for number in numbers)


def test_the_best_of_a_ranking_are_so_many_and_score_so_much():
    ranking = rank(buckets([1, 2, 3], [2, 3], [3]), 100, cap=128)
    second = float(ranking.scores[1])

    assert ranking.best(10).numbers.tolist() == [3, 2, 1]
    assert ranking.best(2).numbers.tolist() == [3, 2]
    assert ranking.best(10, second).numbers.tolist() == [3, 2]
    assert ranking.best(1, second).scores.tolist() == ranking.scores[:1].tolist()
    assert len(ranking.best(10, float(ranking.scores[0]) + 1)) == 0


def test_a_ranking_without_some_keeps_its_order():
    ranking = rank(buckets([1, 2, 3], [2, 3], [3]), 100, cap=128).without(np.array([2, 9], np.uint64))

    assert ranking.numbers.tolist() == [3, 1]
    assert len(ranking.scores) == 2


documents = st.integers(1, 60) | st.integers(1, 60).map(lambda number: number | 3 << 32) | st.integers(0, 2**63)


@needs_kernels
@given(
    st.lists(st.sets(documents, max_size=20), min_size=1, max_size=130),
    st.integers(0, 10**9),
    st.integers(1, 40),
    st.none() | documents,
)
def test_the_kernel_ranks_as_python_does(drawn, stored, cap, before):
    postings = buckets(*map(sorted, drawn))
    weights = np.log1p(stored / np.maximum(np.bincount(postings.bands, minlength=1), 1))
    least = float(np.log1p(stored / cap) * FULL_BUCKETS_PASSED_OVER)
    numbers, scores = compiled.rank(postings.numbers, postings.bands, weights, least, before)
    expected = rank_in_python(postings, weights, least, before) if len(postings) else rank(postings, stored, cap)

    assert numbers.tolist() == expected.numbers.tolist()
    assert scores.tolist() == expected.scores.tolist()


@needs_kernels
def test_a_document_in_more_bands_than_any_signature_has_is_left_to_python():
    many = buckets(*[[7, number] for number in range(10, 150)])

    assert compiled.rank(many.numbers, many.bands, np.ones(140), 0.0, None) is None
    assert rank(many, 1_000, cap=128).numbers[0] == 7


@needs_kernels
def test_a_band_that_has_no_weight_is_left_to_python():
    assert compiled.rank(np.array([7], np.uint64), np.array([1]), np.ones(1), 0.0, None) is None


drawn_lots = st.lists(
    st.tuples(
        st.lists(st.sets(st.integers(1, 40), max_size=20), max_size=30),
        st.integers(0, 400),
        st.none() | st.integers(1, 40),
    ),
    max_size=6,
)


@given(drawn_lots)
def test_many_are_ranked_as_each_by_itself(drawn):
    asked = [ToRank(buckets(*map(sorted, lists)), documents, before) for lists, documents, before in drawn]

    ranked = rank_many(asked, cap=20)

    expected = [rank(one.postings, one.documents, 20, one.before) for one in asked]
    assert [one.numbers.tolist() for one in ranked] == [one.numbers.tolist() for one in expected]
    assert [one.scores.tolist() for one in ranked] == [one.scores.tolist() for one in expected]


def test_among_many_one_that_python_has_to_rank_is_ranked():
    """A document may be in more bands than the kernel can add up."""
    asked = [ToRank(buckets(*[[1, 2]] * bands), 100) for bands in (3, 140, 0)]

    ranked = rank_many(asked, cap=128)

    assert [one.numbers.tolist() for one in ranked] == [[1, 2], [1, 2], []]
    assert [one.scores.tolist() for one in ranked] == [rank(one.postings, 100, 128).scores.tolist() for one in asked]


@needs_kernels
@pytest.mark.parametrize("band", [-1, 1 << 40])
def test_bands_that_there_cannot_be_are_left_to_python(band):
    lots = compiled.PostingLots([(np.ones(1, np.uint64), np.array([band]))])

    assert lots.band_sizes() is None
