"""Refuse articles that would expire at once."""

from __future__ import annotations

from datetime import UTC, datetime

from wirematch.errors import ExpiredArticleError
from wirematch.models import Article


def unexpired(article: Article) -> Article:
    """The article; ExpiredArticleError when its ``expires_at`` has passed."""
    if article.expires_at is not None and article.expires_at <= datetime.now(UTC):
        raise ExpiredArticleError
    return article
