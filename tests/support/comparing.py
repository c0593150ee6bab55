"""Prepare and compare articles as the package does, without an index."""

from __future__ import annotations

from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, Match


def compare(submission: dict | str, story: dict | str) -> Match:
    sides = [side if isinstance(side, dict) else {"body": side} for side in (submission, story)]
    return default_comparer().compare_articles(*map(Article.model_validate, sides))


def side(body: str, article_id: str | None = None) -> PreparedArticle:
    return default_comparer().prepare(Article(id=article_id, body=body))
