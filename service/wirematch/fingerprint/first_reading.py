"""First reading of an article about to be stored: fingerprint and skeleton, from one pass over its words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from wirematch.cancellation import safepoint
from wirematch.fingerprint.imprinting import fingerprint_article
from wirematch.fingerprint.minhash import (
    Fingerprint,
    FingerprintScheme,
    fingerprint_in_python,
    fingerprint_words,
    words_of,
)
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.models import Article
from wirematch.text.compiled_preparation import prepare_words, skeleton_of_words
from wirematch.text.furniture.finding import find_furniture
from wirematch.text.prepare import as_seen, prepare_in_python
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import skeleton_of, with_kind

log = logging.getLogger(__name__)


class FirstReading(NamedTuple):
    """Result of reading an article for the first time."""

    fingerprint: Fingerprint
    skeleton: bytes | None = None
    """Skeleton of its text; None if the text is hidden or cannot be prepared."""
    text: PreparedText | None = None
    """The prepared text, if asked for."""

    @property
    def aids(self) -> StoredAids:
        """What is stored beside its text."""
        return StoredAids(self.fingerprint.sketch, self.skeleton)


def read_first(articles: Sequence[Article], scheme: FingerprintScheme, *, prepared: bool) -> list[FirstReading]:
    """Read each article, in order; with ``prepared``, keep the prepared texts for comparison.

    Raises CancelledWorkError (:mod:`wirematch.cancellation`) between two articles.
    """
    found: list[FirstReading] = []
    known: dict[tuple[object, ...], FirstReading] = {}
    for article in articles:  # copies often arrive together
        safepoint()
        what = article.body, article.headline, article.body_format, article.imprint
        if (read := known.get(what)) is None:
            read = known[what] = _read(article, scheme, prepared=prepared)
        found.append(read)
    return found


def _read(article: Article, scheme: FingerprintScheme, *, prepared: bool) -> FirstReading:
    if article.imprint is not None:
        return FirstReading(fingerprint_article(article, scheme))
    try:
        seen = as_seen(article.body, article.body_format)
        furniture = find_furniture(seen.text, article.headline)
        words = words_of(seen.text)  # in the thread's scratch, which reading another text would overwrite
        fingerprint = fingerprint_words(words, scheme)
        undisguised = seen.text == seen.plain.text
        skeleton = None if prepared else skeleton_of_words(furniture, words)
        if skeleton is not None and fingerprint is not None:
            return FirstReading(fingerprint, with_kind(skeleton, undisguised=undisguised))
        text: PreparedText | None = prepare_words(seen.text, furniture, words)
        if text is None:
            text = prepare_in_python(seen.text, furniture)
        skeleton = skeleton_of(text, undisguised=undisguised)
        fingerprint = fingerprint or fingerprint_in_python(seen.text, scheme)
        return FirstReading(fingerprint, skeleton, seen.placed(text) if prepared else None)
    except Exception:  # comparing it will report why
        log.exception("an article is stored without its skeleton, as its text cannot be prepared")
        return FirstReading(fingerprint_article(article, scheme))
