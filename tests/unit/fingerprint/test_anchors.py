from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.made_up import told, words
from wirematch.fingerprint.anchors import (
    ANCHOR_RULES,
    ASKED,
    LEADERS,
    LEAST_TOGETHER,
    UNBROKEN,
    Anchors,
    AnchorsFound,
    BucketPlaces,
    anchors_of,
    rank_in_python,
)
from wirematch.fingerprint.bottom import LARGEST_POSTED, split_signature
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many, sign
from wirematch.fingerprint.ranking import Postings
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import sketch_of
from wirematch.kernels.fingerprint import anchors as compiled

SCHEME = FingerprintScheme()
BOTTOM = FingerprintScheme(Sampling.BOTTOM)


def in_order(body: str) -> Shingles:
    return fingerprint_many([body], SCHEME)[0].in_order


def anchors(places: list[int], size: int = 400) -> Anchors:
    """One bucket for each of the places of a text with so many shingles."""
    shingles = np.arange(size, dtype=np.uint32)
    return Anchors(shingles, np.zeros(len(places), np.uint32), np.arange(len(places)), np.array(places))


def postings(*buckets: list[int]) -> Postings:
    return Postings.of([np.array(bucket, np.uint64) for bucket in buckets])


def test_a_text_asks_where_a_story_of_few_of_its_words_is_stored():
    draw = random.Random(1)
    story = words(draw, 150)
    article = told(words(draw, 400) + story[40:80] + words(draw, 400))

    signature, asked = sign(told(story), SCHEME), anchors_of(in_order(article), SCHEME)

    held = signature[asked.bands] == asked.minima
    assert len(set(asked.places[held].tolist())) >= 10
    assert (signature == sign(article, SCHEME)).sum() <= 10


def test_without_permutations_it_asks_for_what_a_story_of_any_length_posts():
    draw = random.Random(2)
    story = words(draw, 250)
    article = printed(words(draw, 900) + story[100:140] + words(draw, 900))
    scheme = BOTTOM

    signature, asked = sign(printed(story), scheme), anchors_of(in_order(article), scheme)

    stored_under, _ = split_signature(signature, scheme.permutations, scheme.scheme)
    assert np.isin(asked.minima, stored_under).sum() >= 8
    assert (asked.minima < LARGEST_POSTED).mean() > 0.9  # the others fill gaps


def printed(parts: list[str]) -> str:
    return " ".join(parts) + "."


def test_shingles_stand_in_the_order_of_the_text_and_are_those_of_the_signature(bridge):
    body = bridge["wire"]["body"]
    asked = anchors_of(in_order(body), SCHEME)

    assert np.array_equal(np.unique(asked.shingles), fingerprint_many([body], SCHEME)[0].shingles)
    assert asked.minima.max() < 2**32 * ASKED / SCHEME.permutations
    assert 0.7 * ASKED < len(asked) / len(asked.shingles) < 1.3 * ASKED


@pytest.mark.parametrize("body", ["", "...", "barge", "the of and", "barge bridge"])
def test_texts_with_next_to_no_words_ask_for_next_to_nothing(body):
    asked = anchors_of(in_order(body), SCHEME)

    assert len(asked) <= 4
    assert asked.may_hold([sketch_of(np.arange(10, dtype=np.uint32))]).tolist() == [False]
    assert not len(asked.rank(postings(), 1_000))


def test_what_stands_together_counts_together():
    asked = anchors([10, 12, 15, 200, 300, 350])
    ranking = asked.rank(postings([7, 9], [7, 8], [7, 8], [9, 8], [9], [9]), documents=1_000)

    assert ranking.numbers.tolist() == [7, 8, 9]
    assert ranking.scores[0] == pytest.approx(3 * np.log1p(500))
    assert ranking.scores[1] == pytest.approx(2 * np.log1p(500))
    assert ranking.scores[2] == pytest.approx(np.log1p(1_000))  # only its best: they are far apart
    assert ranking.ends.tolist() == [15, 15, 300]


def test_a_shingle_counts_once_however_many_permutations_found_it():
    asked = anchors([10, 10, 10])

    assert asked.rank(postings([1], [1], [1]), 1_000).scores.tolist() == pytest.approx([np.log1p(1_000)])


def test_one_common_shingle_makes_no_candidate():
    assert not len(anchors([10]).rank(postings(list(range(20))), 1_000))
    assert LEAST_TOGETHER * np.log1p(1_000) > np.log1p(1_000 / 20)


def test_stories_that_were_stored_later_are_left_out():
    ranking = anchors([10, 12]).rank(postings([5, 9], [5, 9]), 1_000, before=9)

    assert ranking.numbers.tolist() == [5]


def test_a_phrase_that_many_have_hides_no_other_stretch():
    crowd, alone = list(range(100, 160)), [7]
    ranking = anchors([40, 41, 42, 200]).rank(postings(crowd, crowd, crowd, alone), documents=4_000)

    assert ranking.numbers.tolist() == [*crowd, *alone]
    assert ranking.likeliest(20, set()) == [*crowd[:20], *alone]
    assert ranking.likeliest(20, {100, 101}) == [*crowd[2:22], *alone]
    assert ranking.likeliest(20, set(alone)) == crowd[:20]
    assert ranking.likeliest(1, set(crowd[:-1])) == [crowd[-1], *alone]
    assert ranking.likeliest(61, set()) == [*crowd, *alone]


def test_the_best_of_each_stretch_are_looked_at():
    begin, end = list(range(100, 160)), list(range(200, 204))
    ranking = anchors([40, 41, 42, 200]).rank(postings(begin, begin, begin, end), documents=4_000)

    assert ranking.likeliest(0, set()) == [*begin[:LEADERS], *end[:LEADERS]]
    assert ranking.likeliest(4, set()) == [*begin[:4], *end[:LEADERS]]


def test_a_story_in_a_crowded_bucket_is_looked_at_if_it_lacks_nothing_around():
    asked = anchors([0, 30, 36, 44, 60])
    crowd, story = list(range(100, 120)), 200
    held = postings([], crowd, [*crowd, story], crowd, [])

    ranking = asked.rank(held, documents=1_000, cap=128)
    assert story not in ranking.numbers.tolist()
    assert story in ranking.likeliest(20, set())  # from 31 to 43
    assert story not in asked.rank(held, documents=1_000).likeliest(20, set())


def test_a_story_that_lacks_a_neighbouring_shingle_is_broken():
    crowd, story = list(range(100, 150)), 200
    held = postings(crowd, [*crowd, story], crowd)

    assert anchors([31, 36, 44]).rank(held, 1_000, cap=128).unbroken.tolist() == crowd[:UNBROKEN]
    assert anchors([33, 36, 42]).rank(held, 1_000, cap=128).unbroken.tolist() == crowd[:UNBROKEN]
    assert story in anchors([31, 36, 44]).rank(postings([7], [story], [7]), 1_000, cap=128).unbroken.tolist()
    assert story not in anchors([33, 36, 42]).rank(postings([7], [story], [7]), 1_000, cap=128).unbroken.tolist()


def test_a_full_bucket_says_nothing_of_older_stories():
    held = postings([50, 60], [10, 55], [50, 60])
    asked = anchors([33, 36, 42])

    assert asked.rank(held, 1_000, cap=3).unbroken.tolist() == [50, 60]
    assert asked.rank(held, 1_000, cap=2).unbroken.tolist() == [10, 50, 60]
    in_two_shards = postings([50, 60 | 1 << 32], [10, 55], [50, 60])
    assert asked.rank(in_two_shards, 1_000, cap=2).unbroken.tolist() == [10, 50, 55, 60, 60 | 1 << 32]


def test_a_short_text_has_no_longer_run():
    assert anchors([2, 6], size=8).rank(postings([7], [7]), 1_000, cap=128).unbroken.tolist() == [7]
    assert anchors([2, 6], size=12).rank(postings([7], [8]), 1_000, cap=128).unbroken.tolist() == []


def test_an_excerpt_is_most_of_ten_shingles_in_a_row():
    asked = Anchors(np.arange(100, dtype=np.uint32) << 16, *(np.zeros(1, np.intp) for _ in range(3)))
    row, spread = asked.shingles[40:50], asked.shingles[::4]

    damaged = b"\xff" * len(sketch_of(row))
    assert asked.may_hold([sketch_of(row), sketch_of(spread), damaged]).tolist() == [True, False, True]


@pytest.mark.parametrize("count", [1, 60, 900])
def test_what_a_signature_was_looked_up_for_is_not_asked_for_again(count):
    said = words(random.Random(count), count)
    text = printed(said + said[: count // 2])
    fingerprint = fingerprint_many([text], BOTTOM)[0]
    asked = anchors_of(fingerprint.in_order, BOTTOM)

    if fingerprint.signature is None:
        assert not len(asked)
        return
    looked_up = np.concatenate(split_signature(fingerprint.signature, BOTTOM.permutations, BOTTOM.scheme))
    buckets, rest = asked.besides(looked_up)

    known = len(looked_up)
    assert (len(rest) > 0) == (count == 900)
    assert len(buckets) == known + len(rest)
    values = [*looked_up.tolist(), *asked.minima[rest].tolist()]
    placed = [
        (value, place)
        for bucket, value in enumerate(values)
        for place in buckets.places[buckets.begins[bucket] : buckets.begins[bucket + 1]].tolist()
    ]
    assert sorted(placed) == sorted(zip(asked.minima.tolist(), asked.places.tolist(), strict=True))
    in_python, rest_in_python = asked.besides_in_python(looked_up)
    assert buckets.begins.tolist() == in_python.begins.tolist()
    assert buckets.places.tolist() == in_python.places.tolist()
    assert rest.tolist() == rest_in_python.tolist()


documents = st.integers(1, 40) | st.integers(1, 40).map(lambda number: number | 1 << 32)


@needs_kernels
@given(
    st.lists(st.tuples(st.sets(documents, max_size=12), st.lists(st.integers(0, 80), max_size=3)), max_size=60),
    st.integers(0, 10**6),
    st.none() | documents,
    st.sampled_from([0, 1, 6, 128]),
)
def test_the_kernel_ranks_as_python_does(drawn, stored, before, cap):
    found = postings(*(sorted(held) for held, _ in drawn))
    places = np.array([place for _, own in drawn for place in own], np.intp)
    buckets = BucketPlaces(np.cumsum([0, *(len(own) for _, own in drawn)]), places)
    weights = np.log1p(stored / np.maximum(np.bincount(found.bands, minlength=len(drawn)), 1))
    asked = compiled.AnchorPostings(found.numbers, found.bands, buckets.begins, places, 5.0, before, 70, cap)

    expected = rank_in_python(AnchorsFound(found, buckets, stored, before, 70, cap), weights, 5.0)

    for ranked in compiled.rank([asked, asked], np.concatenate((weights, weights)), ANCHOR_RULES):
        assert ranked.numbers.tolist() == expected.numbers.tolist()
        assert ranked.scores.tolist() == expected.scores.tolist()
        assert ranked.ends.tolist() == expected.ends.tolist()
        assert ranked.leading.tolist() == expected.leading.tolist()
        assert ranked.unbroken.tolist() == expected.unbroken.tolist()


@needs_kernels
@pytest.mark.parametrize(
    ("bucket", "begins", "place"), [(1, [0, 1], 3), (0, [0, 2], 3), (0, [1, 0], 3), (0, [0, 1], 8192)]
)
def test_what_is_no_bucket_is_left_to_python(bucket, begins, place):
    held = compiled.AnchorPostings(
        np.array([7], np.uint64), np.array([bucket]), np.array(begins), np.array([place]), 0.0, None
    )
    sound = held._replace(buckets=np.array([0]), begins=np.array([0, 1]), places=np.array([3]))

    told = compiled.rank([held, sound], np.ones(2), ANCHOR_RULES)

    assert told[0] is None
    assert told[1].numbers.tolist() == [7]
