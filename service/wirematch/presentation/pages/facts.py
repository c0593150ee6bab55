"""What a reader knows an article by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote, urlsplit

from wirematch.models import DOT_SEGMENTS, Article, Match, StoryFacts

UNTITLED = "Untitled"
UNKNOWN_SOURCE = "Unknown source"
LONGEST_BEGINNING = 90


class Known(Protocol):
    """An article, a match, a member of a cluster."""

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


@dataclass(frozen=True, slots=True)
class Facts:
    """An article in a heading or a row."""

    id: str | None
    source: str
    headline: str
    published_at: datetime | None
    url: str | None
    """None unless a browser may be sent there."""

    @property
    def named(self) -> bool:
        """Whether it is known who published it."""
        return self.source != UNKNOWN_SOURCE

    @property
    def page(self) -> str | None:
        """Where its page is, None of what is not stored, or has an id that no address can name."""
        return None if self.id is None or self.id in DOT_SEGMENTS else article_page(self.id)


def facts_of(known: Known | Article | Match | StoryFacts) -> Facts:
    """Without a headline, an article is called by how it begins."""
    headline = (known.headline or "").strip() or _beginning(getattr(known, "body", "")) or UNTITLED
    return Facts(known.id, known.source or UNKNOWN_SOURCE, headline, known.published_at, _safe(known.url))


def article_page(article_id: str) -> str:
    """The page of a stored article."""
    return f"/articles/{quote(article_id, safe='')}"


def evidence_page(base: str, story_id: str) -> str:
    """The evidence page of ``base``, an article's or a check's page, against a stored story."""
    return f"{base}/against/{quote(story_id, safe='')}"


def changes_page(article_id: str, earlier_id: str) -> str:
    """The page of what changed from an earlier version, which is an article of its own."""
    return f"{article_page(article_id)}/since/{quote(earlier_id, safe='')}"


def time_after(earlier: Known, later: Known) -> timedelta | None:
    """How long after another an article was published; None where a time is missing."""
    if earlier.published_at is None or later.published_at is None:
        return None
    return later.published_at - earlier.published_at


def _safe(url: str | None) -> str | None:
    """A link to anything but a page, such as a script, is none."""
    try:
        return url if url and urlsplit(url).scheme.lower() in {"http", "https"} else None
    except ValueError:
        return None


def _beginning(body: str) -> str:
    text = " ".join(body[: LONGEST_BEGINNING * 2].split())
    return text if len(text) <= LONGEST_BEGINNING else f"{text[:LONGEST_BEGINNING].rsplit(' ', 1)[0]} …"
