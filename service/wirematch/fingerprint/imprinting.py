"""Fingerprints of articles, from their texts or from the imprints kept in their place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.bottom import MOST_POSTED, among, bottom_of, fillers_of, values_of
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, Signature, fingerprint_text, sign_shingles
from wirematch.fingerprint.shingles import Shingles
from wirematch.models import Article
from wirematch.models.imprint import Imprint
from wirematch.text.imprint import pack_words
from wirematch.text.markup import plain_text
from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText


def imprinted(
    article: Article, fingerprint: Fingerprint, scheme: FingerprintScheme, text: PreparedText | None = None
) -> Article:
    """Return the article with the imprint of its text, unless it has one; ``text`` if it is prepared already.

    Signing the imprint by ``scheme`` gives the same signature as signing the text.
    """
    if article.imprint is not None:
        return article
    words = pack_words(prepare(article.body, article.headline, article.body_format) if text is None else text)
    shingles = _with_fillers(fingerprint, scheme.scheme).astype("<u4").tobytes()
    return article.with_imprint(Imprint(words, shingles, fingerprint.words, fingerprint.known))


def _with_fillers(fingerprint: Fingerprint, sampling: str) -> Shingles:
    """The shingles, sorted, followed by those that are fillers, which begin where the order drops."""
    shingles, in_order = fingerprint.shingles, fingerprint.in_order
    if in_order is None or not len(shingles):
        return shingles
    fillers = fillers_of(bottom_of(shingles, MOST_POSTED, sampling), values_of(in_order, sampling), sampling)
    return np.concatenate((shingles, shingles[among(values_of(shingles, sampling), fillers)]))


def is_of(imprint: Imprint, article: Article) -> bool:
    """Whether this is the imprint of the article's text."""
    return imprint.words == pack_words(prepare(article.body, article.headline, article.body_format))


def shingles_of(imprint: Imprint) -> Shingles:
    """The shingles of the imprinted text; ValueError if the imprint is damaged."""
    return _read(imprint)[0]


def _read(imprint: Imprint) -> tuple[Shingles, Shingles]:
    """The shingles of an imprint, and those of them that are fillers."""
    both = np.frombuffer(imprint.shingles, "<u4").astype(np.uint32)
    falls = np.flatnonzero(both[1:] <= both[:-1])
    edge = int(falls[0]) + 1 if len(falls) else len(both)
    return both[:edge], both[edge:]


def fingerprint_articles(articles: Sequence[Article], scheme: FingerprintScheme) -> list[Fingerprint]:
    """Return the fingerprint of each article, in order."""
    return [fingerprint_article(article, scheme) for article in articles]


def fingerprint_article(article: Article, scheme: FingerprintScheme) -> Fingerprint:
    """Return the fingerprint of an article, from its text or its imprint."""
    if article.imprint is None:
        return fingerprint_text(plain_text(article), scheme)
    shingles, fillers = _read(article.imprint)
    signature = sign_shingles(shingles, scheme, fillers)
    return Fingerprint(signature, shingles, article.imprint.counted, article.imprint.known)


def sign_article(article: Article, scheme: FingerprintScheme) -> Signature | None:
    """The signature of a single article."""
    return fingerprint_article(article, scheme).signature
