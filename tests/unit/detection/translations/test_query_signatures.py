"""What is looked up if a translator worded one of the two texts."""

from __future__ import annotations

import numpy as np
import pytest

from wirematch.detection.translations.query_signatures import query_signatures_of
from wirematch.fingerprint.minhash import FingerprintScheme, sign, sign_many
from wirematch.fingerprint.sampling import Sampling

BOTTOM = FingerprintScheme(Sampling.BOTTOM)
STORED = "Divers inspected the damaged hull of the Sea Heron near Port Ellery."


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("The hull, damaged, was shown on Friday.", True),  # the other way round
        ("A damaged steel hull was shown on Friday.", True),  # with a word in between
        ("The hull was shown on Friday, and nobody was damaged.", False),
    ],
)
def test_pairs_are_asked_for_however_a_translator_orders_them(text, shares):
    [asked] = query_signatures_of([text], BOTTOM)
    assert bool(np.intersect1d(asked, sign(STORED, BOTTOM)).size) is shares


def test_what_a_text_shares_with_itself_stays():
    [asked] = query_signatures_of([STORED], BOTTOM)
    assert np.isin(sign(STORED, BOTTOM), asked).all()
    assert (np.diff(asked.astype(np.int64)) > 0).all()


def test_of_a_long_text_three_times_a_signature_at_most():
    text = " ".join(f"number{number} word{number}" for number in range(2_000))
    [asked] = query_signatures_of([text], BOTTOM)
    assert len(asked) == 3 * BOTTOM.permutations


def test_texts_without_words_ask_for_nothing_and_permutations_for_their_signature():
    assert query_signatures_of(["12 … 34", ""], BOTTOM)[1] is None
    scheme = FingerprintScheme()
    for mine, theirs in zip(query_signatures_of([STORED, ""], scheme), sign_many([STORED, ""], scheme), strict=True):
        assert (mine is None and theirs is None) or (mine == theirs).all()
