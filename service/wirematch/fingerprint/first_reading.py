"""First reading of an article about to be stored: fingerprint and skeleton, from one pass over its words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from wirematch.cancellation import safepoint
from wirematch.fingerprint.imprinting import fingerprint_articles
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_words, words_of
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
    found: list[_Read] = []
    known: dict[tuple[object, ...], _Read] = {}
    for article in articles:  # copies often arrive together
        safepoint()
        what = article.body, article.headline, article.body_format, article.imprint
        if (read := known.get(what)) is None:
            read = known[what] = _read(article, scheme, prepared=prepared)
        found.append(read)
    rest = [place for place, (fingerprint, _, _) in enumerate(found) if fingerprint is None]
    # On the Python path, signing many at once is faster.
    signed = dict(zip(rest, fingerprint_articles([articles[place] for place in rest], scheme), strict=True))
    return [
        FirstReading(fingerprint or signed[place], skeleton, text)
        for place, (fingerprint, skeleton, text) in enumerate(found)
    ]


_Read = tuple[Fingerprint | None, bytes | None, PreparedText | None]
"""As in ``FirstReading``; the fingerprint is None if Python has to sign."""


def _read(article: Article, scheme: FingerprintScheme, *, prepared: bool) -> _Read:
    if article.imprint is not None:
        return None, None, None
    try:
        seen = as_seen(article.body, article.body_format)
        furniture = find_furniture(seen.text, article.headline)
        words = words_of(seen.text)  # in the thread's scratch, which reading another text would overwrite
        fingerprint = fingerprint_words(words, scheme)
        undisguised = seen.text == seen.plain.text
        skeleton = None if prepared else skeleton_of_words(furniture, words)
        if skeleton is not None:
            return fingerprint, with_kind(skeleton, undisguised=undisguised), None
        text: PreparedText | None = prepare_words(seen.text, furniture, words)
        if text is None:
            text = prepare_in_python(seen.text, furniture)
        return fingerprint, skeleton_of(text, undisguised=undisguised), seen.placed(text) if prepared else None
    except Exception:  # comparing it will report why
        log.exception("an article is stored without its skeleton, as its text cannot be prepared")
        return None, None, None
