"""Refuse articles that have already expired."""

from __future__ import annotations

from datetime import UTC, datetime

from wirematch.errors import ExpiredArticleError
from wirematch.models import Article


def unexpired(article: Article) -> Article:
    """Return the article. Raises ExpiredArticleError if its ``expires_at`` has passed."""
    if article.expires_at is not None and article.expires_at <= datetime.now(UTC):
        raise ExpiredArticleError
    return article
