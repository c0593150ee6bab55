"""What an index is asked for where a translator worded one of the two texts.

Whoever translates keeps words together that tell one thing, and puts them in another order, with a word more or less
between them. So a text asks for its pairs of content words in both orders, and for those with one word between. Nothing
more is stored for that: what a stored article is found by stays its own pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.bottom import bottom_of
from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign_many
from wirematch.fingerprint.shingles import hash_pairs
from wirematch.fingerprint.terms import Terms, read_many
from wirematch.text.unmasking import unmask

TIMES = 3
"""As many hashes as a signature has at most, for three kinds of pairs."""


def asked_of(texts: Sequence[str], scheme: FingerprintScheme) -> list[Signature | None]:
    """What each text asks for, in order; None for a text without words. CPU work, some 0.2 ms a text of 700 words.

    With permutations it is the signature itself: there, more pairs would hide what a story was stored under.
    """
    if scheme.permutes:
        return sign_many(texts, scheme)
    return [_asked(read.terms, scheme) for read in read_many([unmask(text).text for text in texts])]


def _asked(terms: Terms, scheme: FingerprintScheme) -> Signature | None:
    if len(terms) < 2:
        return None
    before, behind = terms[:-1], terms[1:]
    pairs = (hash_pairs(before, behind), hash_pairs(behind, before), hash_pairs(terms[:-2], terms[2:]))
    return bottom_of(np.unique(np.concatenate(pairs)), TIMES * scheme.permutations, scheme.scheme)
