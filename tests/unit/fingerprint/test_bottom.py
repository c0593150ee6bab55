from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from support.made_up import words
from wirematch.fingerprint.anchors import anchors_of
from wirematch.fingerprint.bottom import (
    GAP,
    LEAST_POSTED,
    MOST_FILLERS,
    MOST_POSTED,
    anchored,
    anchored_in_python,
    bottom_of,
    limits,
    mixed,
    mixed_in_python,
    posted,
    signature_in_python,
    signature_of,
    split_signature,
    split_signature_in_python,
    values_of,
    with_set_hash,
)
from wirematch.fingerprint.common_shingles import are_common
from wirematch.fingerprint.imprinting import fingerprint_articles, imprinted
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_in_python, fingerprint_many
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.buckets import buckets_of
from wirematch.models import Article

SAMPLINGS = [Sampling.BOTTOM, Sampling.RARE]
_DRAWN = np.random.default_rng(1).integers(0, 2**32, 400_000, dtype=np.uint32)
COMMON = _DRAWN[are_common(_DRAWN)]
"""Some four thousand shingles that the filter contains."""


def drawn(seed: int, size: int) -> NDArray[np.uint32]:
    """Draw shingles of which none, some or all are common."""
    draw = np.random.default_rng(seed)
    common = draw.random(size) < draw.choice([0, 0.5, 1])
    return np.where(common, draw.choice(COMMON, size), draw.integers(0, 2**32, size, dtype=np.uint32))


SHINGLES = st.integers(0, 400).flatmap(
    lambda size: st.integers(0, 2**31).map(lambda seed: np.unique(drawn(seed, size)))
)
TEXT = "Four people died when a gravel barge struck the harbour bridge of Averland, and seven of them are missing."


@given(SHINGLES)
def test_a_signature_is_the_smallest_hashes_in_order(shingles):
    signature = bottom_of(shingles, 128, Sampling.BOTTOM)

    assert signature.tolist() == sorted(mixed(shingles).tolist())[:128]


@given(SHINGLES)
def test_rare_shingles_are_chosen_before_any_that_many_stories_have(shingles):
    common = are_common(shingles)
    order = np.lexsort((mixed(shingles), common))

    values = values_of(shingles, Sampling.RARE)

    assert (np.diff(values[order].astype(np.int64)) >= 0).all()
    assert values.tolist() == values_of(shingles[::-1], Sampling.RARE)[::-1].tolist()


@given(SHINGLES, st.sampled_from(SAMPLINGS))
def test_what_is_posted_is_a_third_within_bounds(shingles, sampling):
    signature = bottom_of(shingles, 128, sampling)
    count, (largest, least) = posted(signature, sampling), limits(sampling)

    assert count <= min(len(signature), MOST_POSTED)
    assert count >= min(len(signature), least)
    if least < count < MOST_POSTED:
        assert (signature[:count] < largest).all()
        assert (signature[count:] >= largest).all()


@given(SHINGLES.filter(len), st.sampled_from(SAMPLINGS))
def test_an_article_is_looked_for_where_it_is_stored_and_further_on(shingles, sampling):
    buckets = buckets_of(bottom_of(shingles, 128, sampling), FingerprintScheme(sampling))

    assert buckets.all.tolist()[: len(buckets.posted)] == buckets.posted.tolist()
    assert len(set(buckets.all.tolist())) == min(128, len(set(values_of(shingles, sampling).tolist())))


IN_ORDER = st.integers(1, 1_500).flatmap(
    lambda size: st.integers(0, 2**31).map(
        lambda seed: drawn(seed, size)[np.random.default_rng(seed + 1).integers(0, size, size)]
    )
)
"""The shingles of a text, some of them repeated."""


@given(IN_ORDER, st.sampled_from([1, 39, 128, 500]), st.sampled_from(SAMPLINGS))
def test_the_kernel_signs_as_python_does(in_order, most, sampling):
    signature = signature_of(in_order, most, sampling)

    assert signature.tolist() == with_set_hash(signature_in_python(in_order, most, sampling), most).tolist()


@given(IN_ORDER, st.sampled_from([1, 39, 128, 500]), st.sampled_from(SAMPLINGS), st.integers(0, 2**32 - 1))
def test_the_kernel_parts_anchors_and_mixes_as_python_does(in_order, most, sampling, turned):
    signature = signature_of(in_order, most, sampling)
    done = (
        *split_signature(signature, most, sampling),
        *anchored(in_order, sampling),
        mixed(in_order, turned),
        mixed(in_order[::2], turned),
    )
    expected = (
        *split_signature_in_python(signature, most, sampling),
        *anchored_in_python(in_order, sampling),
        mixed_in_python(in_order, turned),
        mixed_in_python(in_order[::2], turned),
    )

    assert [one.tolist() for one in done] == [one.tolist() for one in expected]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_long_text_is_signed_by_the_kernel_as_by_python(sampling):
    in_order = np.random.default_rng(1).integers(0, 2**32, 30_000, dtype=np.uint32)

    signature = signature_of(in_order, 128, sampling)

    assert signature.tolist() == signature_in_python(in_order, 128, sampling).tolist()


@given(IN_ORDER, st.sampled_from(SAMPLINGS))
def test_a_signature_says_what_is_posted_and_what_is_only_asked_for(in_order, sampling):
    shingles = np.unique(in_order)
    smallest = bottom_of(shingles, 128, sampling)
    signature = signature_of(in_order, 128, sampling)

    under, besides = split_signature(signature, 128, sampling)

    assert set(smallest[: posted(smallest, sampling)].tolist()) <= set(under.tolist())
    assert len(set(under.tolist()) | set(besides.tolist())) == len(under) + len(besides)
    assert set(smallest.tolist()) <= set(under.tolist()) | set(besides.tolist())
    values = values_of(in_order, sampling)
    assert len(set(under.tolist()) - set(values.tolist())) == (len(set(values.tolist())) < LEAST_POSTED)
    held = np.isin(values, under)
    assert all(held[at : at + GAP].any() for at in range(len(values) - GAP + 1))


SHORT = st.integers(0, 2**31).flatmap(lambda seed: st.integers(1, LEAST_POSTED - 1).map(lambda size: drawn(seed, size)))


@given(SHORT, st.randoms(use_true_random=False), st.sampled_from(SAMPLINGS))
def test_only_short_texts_with_the_same_shingles_share_the_bucket_of_all_of_them(shingles, draw, sampling):
    repeated = np.array(
        draw.choices(shingles.tolist(), k=20) + draw.sample(shingles.tolist(), len(shingles)), np.uint32
    )
    [own] = set(signature_of(shingles, 128, sampling).tolist()) - set(values_of(shingles, sampling).tolist())
    posted_of_same, _ = split_signature(signature_of(repeated, 128, sampling), 128, sampling)

    assert own in posted_of_same
    for other in (shingles[1:], np.append(shingles, shingles[0] ^ np.uint32(1))):
        assert not len(other) or own not in signature_of(other, 128, sampling)


@given(IN_ORDER, IN_ORDER, st.integers(0, 2**31), st.floats(0, 1), st.floats(0, 1), st.sampled_from(SAMPLINGS))
def test_of_gap_shingles_in_a_row_one_leads_from_one_text_to_the_other(story, article, seed, at, story_at, sampling):
    """Whatever surrounds them and however long the two texts are."""
    run = drawn(seed, GAP)
    story, article = (
        np.insert(text, int(place * len(text)), run) for text, place in ((story, story_at), (article, at))
    )

    stored_under, _ = split_signature(signature_of(story, 128, sampling), 128, sampling)
    asked = anchors_of(article, FingerprintScheme(sampling))

    assert np.isin(values_of(run, sampling), np.intersect1d(stored_under, asked.minima)).any()


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("rising", [False, True])
def test_a_text_of_any_length_is_in_so_many_buckets_and_no_more(rising, sampling):
    in_order = np.random.default_rng(3).integers(0, 2**32, 60_000, dtype=np.uint32)
    if rising:  # as an attacker may write to fill the index: every window has a minimum of its own
        in_order = in_order[np.argsort(values_of(in_order, sampling))[::-1]]

    signature = signature_of(in_order, 128, sampling)

    assert len(signature) <= 128 + MOST_FILLERS
    # Places of a request's buckets have 16 bits.
    assert len(buckets_of(signature, FingerprintScheme(sampling)).all) * 127 < 2**16


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("size", [1, 2, 38, 39, 40, 41, 400, 1_200])
def test_what_is_hidden_is_signed_as_it_was_when_it_could_be_read(size, sampling):
    draw, scheme = random.Random(size), FingerprintScheme(sampling)
    article = Article(body=" ".join(words(draw, size)) + ".")
    [read] = fingerprint_articles([article], scheme)
    [hidden] = fingerprint_articles([imprinted(article, read, scheme)], scheme)

    assert np.array_equal(hidden.shingles, read.shingles)
    assert (read.signature is None) == (hidden.signature is None)
    if read.signature is not None and hidden.signature is not None:
        assert hidden.signature.tolist() == read.signature.tolist()
        assert (len(read.signature) > 128) == (size >= 400)  # some of it fills gaps


@given(st.integers(0, 2**31), st.integers(1, 1_200), st.sampled_from(list(Sampling)), st.sampled_from(SAMPLINGS))
@example(1, 400, Sampling.BOTTOM, Sampling.RARE)
def test_what_another_sampling_hid_is_once_in_each_bucket(seed, size, before, sampling):
    """As ``reindex --sampling`` signs an index without texts."""
    in_order = drawn(seed, size)
    read = Fingerprint(None, np.unique(in_order), size, known=True, in_order=in_order)
    article = Article(body=TEXT)
    hidden = imprinted(article, read, FingerprintScheme(before))
    gaps = np.setdiff1d(signature_in_python(in_order, 128, before), bottom_of(in_order, 128, before))

    [signed] = fingerprint_articles([hidden], FingerprintScheme(sampling))
    buckets = buckets_of(signed.signature, FingerprintScheme(sampling))

    assert len(np.unique(buckets.all)) == len(buckets.all)
    # What filled gaps still leads to the story.
    fillers = in_order[np.isin(values_of(in_order, before), gaps)]
    posted_values, _ = split_signature(signed.signature, 128, sampling)
    assert np.isin(values_of(fillers, sampling), posted_values).all()


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_both_paths_sign_alike(sampling):
    scheme = FingerprintScheme(sampling)
    texts = [TEXT, "", "Harbour", "台風が港に接近している。", TEXT * 30]
    for text, one in zip(texts, fingerprint_many(texts, scheme), strict=True):
        other = fingerprint_in_python(text, scheme)
        if one.signature is None or other.signature is None:
            assert one.signature is other.signature is None
        else:
            assert one.signature.tolist() == other.signature.tolist()


def test_an_article_without_words_is_in_no_bucket():
    buckets = buckets_of(None, FingerprintScheme(Sampling.RARE))

    assert (len(buckets.all), len(buckets.posted)) == (0, 0)
