"""What storing needs of an article and its sender may leave out."""

from __future__ import annotations

import uuid

from wirematch.models import Article, Kind
from wirematch.text.markup import resolved_format


def complete(article: Article, article_id: str | None = None) -> Article:
    """With the id, the kind and the format of the body that storing needs."""
    given = {
        "id": article.id or article_id or str(uuid.uuid4()),
        "kind": article.kind or Kind.WIRE,
        "body_format": resolved_format(article),
    }
    return article.model_copy(update=given)
