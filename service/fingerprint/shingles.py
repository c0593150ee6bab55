"""Turn a text into the set of features that its rewrites will share."""

from __future__ import annotations

from itertools import pairwise

from service.text.prepare import PreparedText

SHINGLES = "content-pairs"
"""Name of this scheme in the index's fingerprint record."""


def shingle(text: PreparedText) -> set[str]:
    """Pairs of neighbouring content words, ``"first second"``; empty only for a text without a single word.

    Rewording changes most runs of three words and few of these: function words come and go, endings change, but a
    subject keeps its verb and a number its unit. Characters of scripts without spaces stand as overlapping pairs
    already, so their pairs are runs of three. A text of function words alone gives pairs of those, a text of one
    word gives that word.
    """
    terms = [term for term, content in zip(text.terms, text.content.tolist(), strict=True) if content]
    if len(terms) < 2:
        terms = text.terms
    pairs = {f"{first} {second}" for first, second in pairwise(terms)}
    return pairs or set(terms)
