"""Sample stories for a new installation, all fictional."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from wirematch.models import Article

KEPT_BACK = (
    ("strait-accord-rewrite", "a rewrite"),
    ("amber-lamps-excerpt", "one with passages of a story"),
    ("half-year-roundup", "one made from three stories"),
    ("quillern-layoffs-independent", "somebody's own work"),
)
"""Samples to be checked rather than stored, with what each shows."""


@cache
def samples() -> dict[str, Article]:
    """Return the samples by id, in order of publication."""
    folder = files("wirematch.presentation") / "samples"
    found = [file for story in (folder / "stories").iterdir() for file in story.iterdir()] + [folder / "roundup.json"]
    articles = [Article.model_validate_json(file.read_text(encoding="utf-8")) for file in found]
    articles.sort(key=lambda article: article.published_at or datetime.min.replace(tzinfo=UTC))
    return {article.id: article for article in articles if article.id}


def samples_to_store() -> list[Article]:
    """Return the samples to fill an empty index with."""
    kept_back = {name for name, _ in KEPT_BACK}
    return [article for name, article in samples().items() if name not in kept_back]
