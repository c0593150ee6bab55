"""View of an article's earlier versions, with links to what the next one changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wirematch.models import Article
from wirematch.presentation.pages.changes_view import view_changes
from wirematch.presentation.pages.facts import Facts, article_page, facts_of
from wirematch.state.earlier_versions import EarlierVersion


@dataclass(frozen=True, slots=True)
class VersionRow:
    """An earlier version."""

    version: int
    facts: Facts
    published_at: datetime | None
    """Time of the version, which may differ from the story's."""
    replaced_at: datetime
    added: int
    """Words that the next version added."""
    removed: int
    changes: str
    """URL of the changes."""


def view_versions(present: Article, earlier: Sequence[EarlierVersion]) -> list[VersionRow]:
    """Return rows of an article's earlier versions, latest first, as ``EarlierVersions.of`` returns them."""
    rows = []
    following = present
    for one in earlier:
        changes = view_changes(one.article, following)
        rows.append(
            VersionRow(
                version=one.version,
                facts=facts_of(one.article),
                published_at=one.article.revised_at or one.article.published_at,
                replaced_at=one.replaced_at,
                added=changes.added,
                removed=changes.removed,
                changes=f"{article_page(present.id or '')}/versions/{one.version}",
            )
        )
        following = one.article
    return rows
