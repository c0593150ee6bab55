from __future__ import annotations

import hashlib

import numpy as np

from wirematch.fingerprint.common_shingles import FILTER_BITS, are_common, common_filter, filter_of
from wirematch.fingerprint.minhash import shingle_many

STRANGERS = np.random.default_rng(2).integers(0, 2**32, 50_000, dtype=np.uint32)


def test_a_filter_has_all_that_it_is_made_of_and_few_others():
    made = np.random.default_rng(3).integers(0, 2**32, 200_000, dtype=np.uint32)

    table = filter_of(made)

    assert len(table) == 2**FILTER_BITS // 8
    assert are_common(made, table).all()
    assert 0 < are_common(STRANGERS, table).mean() < 0.02


def test_the_filter_that_ships_is_the_one_that_indexes_were_signed_by():
    """Another filter would be another sampling: nothing stored by this one would be found or removed."""
    digest = hashlib.sha256(common_filter().tobytes()).hexdigest()

    assert digest == "de64a1c0a574fe467e7087880b01da7c47651ff457cee2b993bb2c35c03da283"


def test_the_filter_that_ships_knows_phrases_of_news_and_no_names_of_a_single_story():
    phrases, names = shingle_many(
        ["The prime minister was there, he said.", "Of Quillern Tessaly and Morwen Aldbrick he said nothing."]
    )

    assert len(common_filter()) == 2**FILTER_BITS // 8
    assert are_common(phrases).any()
    assert not are_common(names).any()
    assert are_common(STRANGERS).mean() < 0.02
