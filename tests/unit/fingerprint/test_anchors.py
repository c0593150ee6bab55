from __future__ import annotations

import random

import numpy as np
import pytest

from support.made_up import told, words
from wirematch.fingerprint import anchors as fingerprint_anchors
from wirematch.fingerprint.anchors import ASKED, LEAST_TOGETHER, Anchors, anchors_of
from wirematch.fingerprint.bottom import LARGEST_POSTED, posted
from wirematch.fingerprint.minhash import FingerprintScheme, shingle_many, sign
from wirematch.fingerprint.ranking import Postings
from wirematch.fingerprint.sampling import Sampling
from wirematch.fingerprint.sketch import sketch_of

SCHEME = FingerprintScheme()


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

    signature, asked = sign(told(story), SCHEME), anchors_of(article, SCHEME)

    held = signature[asked.bands] == asked.minima
    assert len(set(asked.places[held].tolist())) >= 10
    assert (signature == sign(article, SCHEME)).sum() <= 10


def test_without_permutations_it_asks_for_what_a_story_of_any_length_posts():
    draw = random.Random(2)
    story = words(draw, 250)
    article = printed(words(draw, 900) + story[100:140] + words(draw, 900))
    scheme = FingerprintScheme(Sampling.BOTTOM)

    signature, asked = sign(printed(story), scheme), anchors_of(article, scheme)

    stored_under = signature[: posted(signature)]
    assert np.isin(asked.minima, stored_under).sum() >= 8
    assert asked.minima.max() < LARGEST_POSTED


def printed(parts: list[str]) -> str:
    return " ".join(parts) + "."


def test_shingles_stand_in_the_order_of_the_text_and_are_those_of_the_signature(bridge):
    body = bridge["wire"]["body"]
    asked = anchors_of(body, SCHEME)

    assert np.array_equal(np.unique(asked.shingles), shingle_many([body])[0])
    assert asked.minima.max() < 2**32 * ASKED / SCHEME.permutations
    assert 0.7 * ASKED < len(asked) / len(asked.shingles) < 1.3 * ASKED


@pytest.mark.parametrize("kind", ["wire", "copy"])
def test_python_gives_the_same(stories, kind, monkeypatch):
    for story in stories.values():
        body = story[kind]["body"]
        compiled = anchors_of(body, SCHEME)
        with monkeypatch.context() as patched:
            patched.setattr(fingerprint_anchors, "current_vocabulary", lambda: None)
            plain = anchors_of(body, SCHEME)

        for name in ("shingles", "minima", "bands", "places"):
            assert np.array_equal(getattr(compiled, name), getattr(plain, name))


@pytest.mark.parametrize("body", ["", "...", "barge", "the of and", "barge bridge"])
def test_texts_with_next_to_no_words_ask_for_next_to_nothing(body):
    asked = anchors_of(body, SCHEME)

    assert len(asked) <= 4
    assert asked.may_hold([sketch_of(np.arange(10, dtype=np.uint32))]).tolist() == [False]
    assert not len(asked.rank(postings(), 1_000))


def test_what_stands_together_counts_together():
    asked = anchors([10, 12, 15, 200, 300, 350])
    ranking = asked.rank(postings([7, 9], [7, 8], [7, 8], [9, 8], [9], [9]), documents=1_000)

    assert ranking.numbers.tolist() == [7, 8, 9]
    assert ranking.scores[0] == pytest.approx(3 * np.log1p(500))
    assert ranking.scores[1] == pytest.approx(2 * np.log1p(500))
    assert ranking.scores[2] == pytest.approx(np.log1p(1_000))  # its best alone: they stand far apart


def test_a_shingle_counts_once_however_many_permutations_found_it():
    asked = anchors([10, 10, 10])

    assert asked.rank(postings([1], [1], [1]), 1_000).scores.tolist() == pytest.approx([np.log1p(1_000)])


def test_one_common_shingle_makes_no_candidate():
    assert not len(anchors([10]).rank(postings(list(range(20))), 1_000))
    assert LEAST_TOGETHER * np.log1p(1_000) > np.log1p(1_000 / 20)


def test_stories_that_were_stored_later_are_left_out():
    ranking = anchors([10, 12]).rank(postings([5, 9], [5, 9]), 1_000, before=9)

    assert ranking.numbers.tolist() == [5]


def test_an_excerpt_is_most_of_ten_shingles_in_a_row():
    asked = Anchors(np.arange(100, dtype=np.uint32) << 16, *(np.zeros(1, np.intp) for _ in range(3)))
    row, spread = asked.shingles[40:50], asked.shingles[::4]

    damaged = b"\xff" * len(sketch_of(row))
    assert asked.may_hold([sketch_of(row), sketch_of(spread), damaged]).tolist() == [True, False, True]
