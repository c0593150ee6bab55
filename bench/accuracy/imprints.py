"""The effect and cost of not keeping stories' texts: decisions, bytes and milliseconds."""

from __future__ import annotations

import time
from typing import Any

from bench.data.corpus import Corpus
from wirematch.fingerprint.imprinting import imprinted
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.records.codec import decode_article, decode_record, encode_article
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.rereading.mending import is_damaged
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Kind
from wirematch.text.markup import plain_text

STORED = bytes(20)
"""What put.lua writes before a record."""


def measure_imprints(corpus: Corpus) -> dict[str, Any]:
    """On the test split, compare each pair with the stored text, and with the imprint kept instead."""
    comparer, scheme = default_comparer(), FingerprintScheme()
    sizes, making, reading = [0, 0, 0], 0.0, 0.0
    kept: dict[str, tuple[Article, PreparedArticle, PreparedArticle]] = {}
    pairs = [pair for pair in corpus.scored if corpus.is_test(pair)]
    for name in sorted({name for pair in pairs for name in (pair.new, pair.source)}):
        article = Article(id=name, kind=Kind.ARTICLE, body=corpus.articles[name]["text"])
        [fingerprint] = fingerprint_many([plain_text(article)], scheme)
        began = time.thread_time()
        stored = STORED + encode_article(imprinted(article, fingerprint, scheme), StoredAids(fingerprint.sketch))
        making += time.thread_time() - began
        began = time.thread_time()
        decode_record(1, stored)
        read = decode_article(stored)
        reading += time.thread_time() - began
        whole = STORED + encode_article(article, StoredAids(fingerprint.sketch))
        sizes = [
            size + more for size, more in zip(sizes, (len(article.body.encode()), len(whole), len(stored)), strict=True)
        ]
        kept[name] = article, comparer.prepare(article), comparer.prepare(read)
    outcomes = [_differs(comparer, kept[pair.new], kept[pair.source]) for pair in pairs]
    articles = len(kept)
    return {
        "pairs": len(pairs),
        "relations that differ": sum(relation for relation, _, _ in outcomes),
        "answers that differ in anything": sum(anything for _, anything, _ in outcomes),
        "of them, without a damaged text": sum(anything and not damaged for _, anything, damaged in outcomes),
        "articles": articles,
        "bytes an article: text, record with it, record with an imprint": [size // articles for size in sizes],
        "ms to make an imprint": round(1000 * making / articles, 2),
        "ms to read one": round(1000 * reading / articles, 2),
    }


def _differs(
    comparer: Comparer,
    new: tuple[Article, PreparedArticle, PreparedArticle],
    source: tuple[Article, PreparedArticle, PreparedArticle],
) -> tuple[bool, bool, bool]:
    """Return whether the relation differs, whether anything in the evidence does, and whether a text is damaged."""
    with_text = comparer.compare(new[1], source[1])
    without = comparer.compare(new[1], source[2])
    damaged = is_damaged(new[1].profile) or is_damaged(source[1].profile)
    return with_text.relation != without.relation, with_text != without, damaged
