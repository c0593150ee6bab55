"""How an article is identified to readers: source, headline, time and link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote, urlsplit

from wirematch.models import DOT_SEGMENTS, Article
from wirematch.presentation.plain_article import shortened
from wirematch.text.markup import first_words, plain_text
from wirematch.text.normalize import normalize
from wirematch.text.words import split_words

UNTITLED = "Untitled"
UNKNOWN_SOURCE = "Unknown source"
LONG_HEADLINE = 200
"""Characters; more are no headline, and are not set as large as one."""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class Known(Protocol):
    """A match or a member of a cluster."""

    @property
    def id(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def headline(self) -> str | None: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def opening(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """An article as shown in a heading or a row."""

    id: str | None
    source: str
    headline: str
    published_at: datetime | None
    url: str | None
    """None unless it is an http(s) URL."""
    is_opening: bool = False
    """Whether the headline is missing, and the first words of the text stand in for it."""
    language: str | None = None
    """Language tag of headline and text, if it is known."""

    @property
    def is_long(self) -> bool:
        """Whether a whole text stands where a headline belongs."""
        return len(self.headline) > LONG_HEADLINE

    @property
    def short_headline(self) -> str:
        """The headline as it is mentioned in a sentence."""
        return shortened(self.headline, LONG_HEADLINE)

    @property
    def named(self) -> bool:
        """Whether the publisher is known."""
        return self.source != UNKNOWN_SOURCE

    @property
    def page(self) -> str | None:
        """Path of the article's page; None if it is not stored, or no address can name its id."""
        return None if self.id is None or self.id in DOT_SEGMENTS else article_page(self.id)


def facts_of(known: Known | Article) -> Facts:
    """Without a headline, the first words of the text stand in for it."""
    headline = (known.headline or "").strip()
    opening = None if headline else first_words(known) if isinstance(known, Article) else known.opening
    return Facts(
        known.id,
        known.source or UNKNOWN_SOURCE,
        headline or opening or UNTITLED,
        known.published_at,
        _safe(known.url),
        is_opening=bool(opening),
        language=_tag(known.language) if isinstance(known, Article) else None,
    )


def article_page(article_id: str) -> str:
    """Return the path of a stored article's page."""
    return f"/articles/{quote(article_id, safe='')}"


def evidence_page(base: str, story_id: str) -> str:
    """Return the evidence page of ``base``, the page of an article or a check, against a stored story."""
    return f"{base}/against/{quote(story_id, safe='')}"


def changes_page(article_id: str, earlier_id: str) -> str:
    """Return the page of changes since an earlier version that is stored as an article of its own."""
    return f"{article_page(article_id)}/since/{quote(earlier_id, safe='')}"


def time_after(earlier: Known | Article, later: Known | Article) -> timedelta | None:
    """Return how long after another an article was published; None if a time is missing."""
    if earlier.published_at is None or later.published_at is None:
        return None
    return later.published_at - earlier.published_at


def _tag(language: str | None) -> str | None:
    """Return a language if it has the form of a tag, by which browsers choose letters and voices."""
    return language if language and _TAG.fullmatch(language) else None


def _safe(url: str | None) -> str | None:
    """Return the URL if its scheme is http or https; None for any other, such as ``javascript:``."""
    try:
        return url if url and urlsplit(url).scheme.lower() in {"http", "https"} else None
    except ValueError:
        return None


def words_of(article: Article) -> int:
    """Return the number of words without markup; in scripts without spaces, each character counts as one."""
    return len(split_words(normalize(plain_text(article)).text).forms)
