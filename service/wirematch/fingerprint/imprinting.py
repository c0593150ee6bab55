"""Articles by what is kept of their texts: the text itself, or an imprint in its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.bottom import MOST_POSTED, among, bottom_of, fillers_of, values_of
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, Signature, fingerprint_many, sign_shingles
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
    """The article with the imprint of its text, unless it has one; of ``text``, where that is prepared already.

    By ``scheme`` it is signed alike when only the imprint is left.
    """
    if article.imprint is not None:
        return article
    words = pack_words(prepare(article.body, article.headline, article.body_format) if text is None else text)
    shingles = _with_fillers(fingerprint, scheme.scheme).astype("<u4").tobytes()
    return article.with_imprint(Imprint(words, shingles, fingerprint.words, fingerprint.known))


def _with_fillers(fingerprint: Fingerprint, sampling: str) -> Shingles:
    """The shingles, sorted, and behind them once more those that fill gaps: the order falls where they begin."""
    shingles, in_order = fingerprint.shingles, fingerprint.in_order
    if in_order is None or not len(shingles):
        return shingles
    fillers = fillers_of(bottom_of(shingles, MOST_POSTED, sampling), values_of(in_order, sampling), sampling)
    return np.concatenate((shingles, shingles[among(values_of(shingles, sampling), fillers)]))


def is_of(imprint: Imprint, article: Article) -> bool:
    """Whether it is the imprint of this article's text."""
    return imprint.words == pack_words(prepare(article.body, article.headline, article.body_format))


def shingles_of(imprint: Imprint) -> Shingles:
    """Those of the text that it stands for; ValueError where it is damaged."""
    return _read(imprint)[0]


def _read(imprint: Imprint) -> tuple[Shingles, Shingles]:
    """Its shingles, and those of them that fill gaps."""
    both = np.frombuffer(imprint.shingles, "<u4").astype(np.uint32)
    falls = np.flatnonzero(both[1:] <= both[:-1])
    edge = int(falls[0]) + 1 if len(falls) else len(both)
    return both[:edge], both[edge:]


def fingerprint_articles(articles: Sequence[Article], scheme: FingerprintScheme) -> list[Fingerprint]:
    """Of each the fingerprint of its text, in order, whether it is there or hidden."""
    texts = [plain_text(article) for article in articles if article.imprint is None]
    read = iter(fingerprint_many(texts, scheme) if texts else ())
    return [next(read) if one.imprint is None else _fingerprint_of(one.imprint, scheme) for one in articles]


def sign_article(article: Article, scheme: FingerprintScheme) -> Signature | None:
    """The signature alone of one."""
    return fingerprint_articles([article], scheme)[0].signature


def _fingerprint_of(imprint: Imprint, scheme: FingerprintScheme) -> Fingerprint:
    shingles, fillers = _read(imprint)
    return Fingerprint(sign_shingles(shingles, scheme, fillers), shingles, imprint.counted, imprint.known)
