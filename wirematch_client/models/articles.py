"""Articles as they are sent and as they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, ConfigDict

from wirematch_client.models.base import Sent
from wirematch_client.models.words import BodyFormat, Kind

Metadata = dict[str, str | bool | int | float | None]


class Article(Sent):
    """A wire story or a published article."""

    id: str | None = None
    source: str | None = None
    headline: str | None = None
    body: str
    body_format: BodyFormat | None = None
    published_at: AwareDatetime | None = None
    revised_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    language: str | None = None
    url: str | None = None
    kind: Kind | None = None
    metadata: Metadata | None = None


class Filters(Sent):
    """Which stored articles a check looks at, and how much it reports."""

    sources: list[str] | None = None
    kinds: list[Kind] | None = None
    published_after: AwareDatetime | None = None
    published_before: AwareDatetime | None = None
    limit: int = 10
    include_related: bool = False
    explain: bool = False


class StoredArticle(Article):
    """An article as it is stored; its body is plain text where the service names no other format."""

    model_config = ConfigDict(extra="ignore")

    body_format: BodyFormat = BodyFormat.TEXT
    version: int
    stored_at: datetime
    text_kept: bool = True


ArticleLike = Article | dict[str, Any]
"""A dictionary is validated as :class:`Article` before anything is sent."""


def as_article(article: ArticleLike) -> Article:
    """Return the article as a model. Raises pydantic's ValidationError for an invalid dictionary."""
    return article if isinstance(article, Article) else Article.model_validate(article)
