from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from wirematch.fingerprint.minhash import AT_ONCE, FingerprintScheme, sign, sign_many
from wirematch.fingerprint.terms import read_terms

SCHEME = FingerprintScheme()


def by_datasketch(body: str, seed: int = 1) -> list[int] | None:
    from datasketch import MinHash  # noqa: PLC0415 - it imports nearly all of SciPy, in each process that collects tests

    terms = read_terms(body).terms
    if not len(terms):
        return None
    sketch = MinHash(num_perm=128, seed=seed, scheme="affine32", hashfunc=xxhash.xxh32_intdigest)
    for pair in pairwise(terms.tolist()):
        sketch.update(struct.pack("<II", *pair))
    return sketch.hashvalues.tolist()


def as_list(signature: np.ndarray | None) -> list[int] | None:
    return None if signature is None else signature.tolist()


@given(st.lists(st.lists(st.sampled_from("the barge hit a bridge of 12 towns".split())).map(" ".join), max_size=4))
def test_signatures_are_datasketchs_own_bit_for_bit(bodies):
    assert list(map(as_list, sign_many(bodies, SCHEME))) == list(map(by_datasketch, bodies))


def test_a_story_is_signed_so_whatever_stands_beside_it(bridge, foreign):
    bodies = [bridge["wire"]["body"], "", *foreign.values(), "the", bridge["rewrite"]["body"]]
    many = [*bodies, *["Divers searched the channel."] * AT_ONCE, *bodies]

    assert list(map(as_list, sign_many(many, SCHEME))) == list(map(by_datasketch, many))
    assert [as_list(sign(body, SCHEME)) for body in bodies] == list(map(by_datasketch, bodies))
    assert sign(bodies[0], SCHEME).dtype == np.uint32


def test_another_seed_is_datasketchs_other_one(bridge):
    body = bridge["wire"]["body"]

    assert as_list(sign(body, FingerprintScheme(seed=7))) == by_datasketch(body, 7) != by_datasketch(body)


def test_nothing_to_sign_gives_nothing():
    assert sign_many([], SCHEME) == []


@pytest.mark.parametrize("submitted", ["", "...", "😀"])
def test_a_text_without_words_has_no_signature(submitted):
    assert sign(submitted, SCHEME) is None


def test_a_rewrite_shares_buckets_and_an_unrelated_text_next_to_none(story, stories):
    wire, rewrite = (sign(story[kind]["body"], SCHEME) for kind in ("wire", "rewrite"))
    others = [other for other in stories.values() if other is not story]

    assert (wire == rewrite).sum() >= 4
    assert all((wire == sign(other["wire"]["body"], SCHEME)).sum() <= 2 for other in others)


def test_the_record_names_everything_that_must_agree():
    assert FingerprintScheme(seed=7, version=3).record() == {
        "scheme": "affine32",
        "permutations": "128",
        "seed": "7",
        "hash": "xxh32",
        "shingles": "content-pairs",
        "version": "3",
    }
