from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.bottom import LARGEST_POSTED, LEAST_POSTED, MOST_POSTED, bottom_of, mixed, posted
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many, fingerprint_many_in_python
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.buckets import buckets_of

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


def test_both_paths_sign_alike():
    texts = [TEXT, "", "Harbour", "台風が港に接近している。", TEXT * 30]
    for one, other in zip(fingerprint_many(texts, SCHEME), fingerprint_many_in_python(texts, SCHEME), strict=True):
        if one.signature is None or other.signature is None:
            assert one.signature is other.signature is None
        else:
            assert one.signature.tolist() == other.signature.tolist()


def test_an_article_without_words_is_in_no_bucket():
    assert [len(part) for part in buckets_of(None, SCHEME)] == [0, 0]
