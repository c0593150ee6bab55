"""The options of adding articles, the article that is stored under a request, and the outcome for each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.models import USUAL_KIND, Article, Decision, Report
from wirematch.text.markup import resolved_format


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What to do with the articles that are stored."""

    decide: bool = True
    """Whether to decide what each derives from."""
    drop_duplicates: bool = False
    """Whether to drop copies of stored articles; implies deciding."""
    explain: bool = False
    """Whether to report the evidence of each decision."""
    show_original: bool = False
    """Whether reports have the original among the matches even if it has to be fetched for that."""

    @property
    def looks_up(self) -> bool:
        """Whether candidates must be looked up."""
        return self.decide or self.drop_duplicates


@dataclass(frozen=True, slots=True)
class AddResult:
    """Result of adding one article."""

    id: str | None
    """None if nothing was stored."""
    version: int | None
    decision: Decision | None = None
    """None if not asked for."""
    original_id: str | None = None
    pickups: Sequence[str] = ()
    """Ids of stored articles that derive from it and were published later."""
    report: Report | None = None
    """None if not asked for."""
    untranslated: str | None = None
    """Why a translation is missing that it should have; None if none is."""


def complete(article: Article, article_id: str | None = None) -> Article:
    """Return the article with an id, a kind and the format of its body filled in."""
    given = {
        "id": article.id or article_id or str(uuid.uuid4()),
        "kind": article.kind or USUAL_KIND,
        "body_format": resolved_format(article),
    }
    return article.model_copy(update=given)
