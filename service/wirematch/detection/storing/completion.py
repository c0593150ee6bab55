"""Defaults for what storing needs of an article and its sender may leave out."""

from __future__ import annotations

import uuid

from wirematch.models import USUAL_KIND, Article
from wirematch.text.markup import resolved_format


def complete(article: Article, article_id: str | None = None) -> Article:
    """Return the article with an id, a kind and the format of its body filled in."""
    given = {
        "id": article.id or article_id or str(uuid.uuid4()),
        "kind": article.kind or USUAL_KIND,
        "body_format": resolved_format(article),
    }
    return article.model_copy(update=given)
