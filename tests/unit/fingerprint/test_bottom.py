from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.made_up import words
from wirematch.fingerprint.anchors import anchors_of
from wirematch.fingerprint.bottom import (
    GAP,
    LARGEST_POSTED,
    LEAST_POSTED,
    MOST_FILLERS,
    MOST_POSTED,
    anchored,
    anchored_in_python,
    bottom_of,
    mixed,
    mixed_in_python,
    parted,
    parted_in_python,
    posted,
    signature_in_python,
    signature_of,
)
from wirematch.fingerprint.imprinting import fingerprint_articles, imprinted
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many, fingerprint_many_in_python
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.buckets import buckets_of
from wirematch.models import Article

SCHEME = FingerprintScheme(Sampling.BOTTOM)
SHINGLES = st.integers(0, 400).flatmap(
    lambda size: st.integers(0, 2**31).map(
        lambda seed: np.unique(np.random.default_rng(seed).integers(0, 2**32, size, dtype=np.uint32))
    )
)
TEXT = "Four people died when a gravel barge struck the harbour bridge of Averland, and seven of them are missing."


@given(SHINGLES)
def test_a_signature_is_the_smallest_hashes_in_order(shingles):
    signature = bottom_of(shingles, 128)

    assert signature.tolist() == sorted(mixed(shingles).tolist())[:128]


@given(SHINGLES)
def test_what_is_posted_is_a_third_within_bounds(shingles):
    signature = bottom_of(shingles, 128)
    count = posted(signature)

    assert count <= min(len(shingles), MOST_POSTED)
    assert count >= min(len(shingles), LEAST_POSTED)
    if LEAST_POSTED < count < MOST_POSTED:
        assert (signature[:count] < LARGEST_POSTED).all()
        assert (signature[count:] >= LARGEST_POSTED).all()


@given(SHINGLES.filter(len))
def test_an_article_is_looked_for_where_it_is_stored_and_further_on(shingles):
    buckets = buckets_of(bottom_of(shingles, 128), SCHEME)

    assert buckets.all.tolist()[: len(buckets.posted)] == buckets.posted.tolist()
    assert len(set(buckets.all.tolist())) == min(128, len(shingles))


IN_ORDER = st.integers(1, 1_500).flatmap(
    lambda size: st.integers(0, 2**31).map(
        lambda seed: np.random.default_rng(seed).integers(0, 2**32, size, dtype=np.uint32)[
            np.random.default_rng(seed + 1).integers(0, size, size)
        ]
    )
)
"""The shingles of a text, of which some come more than once."""


@given(IN_ORDER, st.sampled_from([1, 39, 128, 500]))
def test_the_kernel_signs_as_python_does(in_order, most):
    assert signature_of(in_order, most).tolist() == signature_in_python(in_order, most).tolist()


@given(IN_ORDER, st.sampled_from([1, 39, 128, 500]), st.integers(0, 2**32 - 1))
def test_the_kernel_parts_anchors_and_mixes_as_python_does(in_order, most, turned):
    signature = signature_of(in_order, most)
    done = (*parted(signature, most), *anchored(in_order), mixed(in_order, turned), mixed(in_order[::2], turned))
    expected = (
        *parted_in_python(signature, most),
        *anchored_in_python(in_order),
        mixed_in_python(in_order, turned),
        mixed_in_python(in_order[::2], turned),
    )

    assert [one.tolist() for one in done] == [one.tolist() for one in expected]


def test_a_long_text_is_signed_by_the_kernel_as_by_python():
    in_order = np.random.default_rng(1).integers(0, 2**32, 30_000, dtype=np.uint32)

    assert signature_of(in_order, 128).tolist() == signature_in_python(in_order, 128).tolist()


@given(IN_ORDER)
def test_a_signature_says_what_is_posted_and_what_is_only_asked_for(in_order):
    shingles = np.unique(in_order)
    smallest = bottom_of(shingles, 128)
    signature = signature_of(in_order, 128)

    under, besides = parted(signature, 128)

    assert set(smallest[: posted(smallest)].tolist()) <= set(under.tolist())
    assert len(set(under.tolist()) | set(besides.tolist())) == len(under) + len(besides)
    assert set(smallest.tolist()) <= set(under.tolist()) | set(besides.tolist())
    assert set(under.tolist()) <= set(mixed(shingles).tolist())
    hashes = mixed(in_order)
    held = np.isin(hashes, under)
    assert all(held[at : at + GAP].any() for at in range(len(hashes) - GAP + 1))


@given(IN_ORDER, IN_ORDER, st.integers(0, 2**31), st.floats(0, 1), st.floats(0, 1))
def test_of_gap_shingles_in_a_row_one_leads_from_one_text_to_the_other(story, article, seed, at, story_at):
    """Whatever surrounds them and however long the two are."""
    run = np.random.default_rng(seed).integers(0, 2**32, GAP, dtype=np.uint32)
    story, article = (
        np.insert(text, int(place * len(text)), run) for text, place in ((story, story_at), (article, at))
    )

    stored_under, _ = parted(signature_of(story, 128), 128)
    asked = anchors_of(article, SCHEME)

    assert np.isin(mixed(run), np.intersect1d(stored_under, asked.minima)).any()


@pytest.mark.parametrize("rising", [False, True])
def test_a_text_of_any_length_is_in_so_many_buckets_and_no_more(rising):
    in_order = np.random.default_rng(3).integers(0, 2**32, 60_000, dtype=np.uint32)
    if rising:  # as somebody may write it who wants to fill the index: every window has a smallest of its own
        in_order = in_order[np.argsort(mixed(in_order))[::-1]]

    signature = signature_of(in_order, 128)

    assert len(signature) <= 128 + MOST_FILLERS
    assert len(buckets_of(signature, SCHEME).all) * 127 < 2**16  # places of a request's buckets have 16 bits


@pytest.mark.parametrize("size", [1, 2, 40, 200, 1_200])
def test_what_is_hidden_is_signed_as_it_was_when_it_could_be_read(size):
    draw = random.Random(size)
    article = Article(body=" ".join(words(draw, size)) + ".")
    [read] = fingerprint_articles([article], SCHEME)
    [hidden] = fingerprint_articles([imprinted(article, read)], SCHEME)

    assert np.array_equal(hidden.shingles, read.shingles)
    assert (read.signature is None) == (hidden.signature is None)
    if read.signature is not None and hidden.signature is not None:
        assert hidden.signature.tolist() == read.signature.tolist()
        assert (len(read.signature) > 128) == (size >= 200)  # some of it fills gaps


def test_both_paths_sign_alike():
    texts = [TEXT, "", "Harbour", "台風が港に接近している。", TEXT * 30]
    for one, other in zip(fingerprint_many(texts, SCHEME), fingerprint_many_in_python(texts, SCHEME), strict=True):
        if one.signature is None or other.signature is None:
            assert one.signature is other.signature is None
        else:
            assert one.signature.tolist() == other.signature.tolist()


def test_an_article_without_words_is_in_no_bucket():
    assert [len(part) for part in buckets_of(None, SCHEME)] == [0, 0]
