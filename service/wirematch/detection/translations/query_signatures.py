"""Query signatures for comparisons in which a translator worded one of the two texts.

Translation keeps together words that belong together, but reorders them and adds or drops words between them. So a
query uses pairs of content words in both orders, and pairs with one word between. Nothing more is stored for that: a
stored article is still found by its own pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.bottom import bottom_of, distinct, with_set_hash
from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign_many
from wirematch.fingerprint.shingles import hash_pairs
from wirematch.fingerprint.terms import Terms, read_terms
from wirematch.text.unmasking.unmask import unmask

TIMES = 3
"""The most hashes of a query, in multiples of a signature's, as there are three kinds of pairs."""


def query_signatures_of(texts: Sequence[str], scheme: FingerprintScheme) -> list[Signature | None]:
    """Return each text's query signature, in order; None for a text without words. CPU-bound, 2.5 ms per 700 words.

    No kernel tells the terms of a text, so they are read in Python. With permutations it is the plain signature: there,
    more pairs would hide what a story was stored under.
    """
    if scheme.permutes:
        return sign_many(texts, scheme)
    return [_query_signature(read_terms(unmask(text).text).terms, scheme) for text in texts]


def _query_signature(terms: Terms, scheme: FingerprintScheme) -> Signature | None:
    if len(terms) < 2:
        return None
    before, behind = terms[:-1], terms[1:]
    pairs = (hash_pairs(before, behind), hash_pairs(behind, before), hash_pairs(terms[:-2], terms[2:]))
    asked = bottom_of(np.unique(np.concatenate(pairs)), TIMES * scheme.permutations, scheme.scheme)
    own = bottom_of(np.unique(pairs[0]), scheme.permutations, scheme.scheme)
    signature = with_set_hash(own, scheme.permutations)
    return asked if len(signature) == len(own) else distinct(np.concatenate((asked, signature)))
