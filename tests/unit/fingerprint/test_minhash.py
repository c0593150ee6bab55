from __future__ import annotations

import numpy as np
import pytest
import xxhash
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint.minhash import FingerprintScheme, pack, sign, sign_shingles, unpack
from service.fingerprint.shingles import shingle
from service.text.prepare import prepare

SCHEME = FingerprintScheme()


def by_datasketch(shingles: set[str]) -> list[int]:
    sketch = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=xxhash.xxh32_intdigest)
    for item in shingles:
        sketch.update(item.encode())
    return sketch.hashvalues.tolist()


@given(st.sets(st.text(), min_size=1))
def test_a_signature_is_datasketchs_own_bit_for_bit(shingles):
    signature = sign_shingles(shingles, SCHEME)

    assert signature is not None
    assert signature.tolist() == by_datasketch(shingles)


def test_a_text_is_signed_over_its_shingles(bridge):
    text = prepare(bridge["wire"]["body"])
    signature = sign(text, SCHEME)

    assert signature is not None
    assert signature.dtype == np.uint32
    assert signature.tolist() == by_datasketch(shingle(text))


def test_signing_one_text_leaves_the_next_alone():
    first = sign(prepare("The barge hit the bridge."), SCHEME)
    sign(prepare("Divers searched the channel."), SCHEME)
    again = sign(prepare("The barge hit the bridge."), SCHEME)

    assert first.tolist() == again.tolist()


@pytest.mark.parametrize("submitted", ["", "...", "😀"])
def test_a_text_without_words_has_no_signature(submitted):
    assert sign(prepare(submitted), SCHEME) is None


def test_a_rewrite_shares_buckets_and_an_unrelated_text_next_to_none(story, stories):
    wire, rewrite = (sign(prepare(story[kind]["body"]), SCHEME) for kind in ("wire", "rewrite"))
    others = [other for other in stories.values() if other is not story]

    assert (wire == rewrite).sum() >= 4
    assert all((wire == sign(prepare(other["wire"]["body"]), SCHEME)).sum() <= 2 for other in others)


def test_packing_is_little_endian_and_is_undone():
    signature = np.arange(128, dtype=np.uint32) * 33_000_000

    assert len(pack(signature)) == 4 * 128
    assert pack(signature)[4:8] == (33_000_000).to_bytes(4, "little")
    assert unpack(pack(signature)).tolist() == signature.tolist()


def test_no_signature_packs_to_nothing():
    assert pack(None) == b""
    assert unpack(b"") is None


def test_the_record_names_everything_that_must_agree():
    assert FingerprintScheme(seed=7, cleaning=3).record() == {
        "scheme": "affine32",
        "permutations": "128",
        "seed": "7",
        "hash": "xxh32",
        "shingles": "content-pairs",
        "cleaning": "3",
    }
