"""Evidence and pickups as CSV and JSON downloads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wirematch.matching.story_facts import story_facts
from wirematch.models import Article, Match, StoryFacts
from wirematch.models.listings import PickupPage
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.desk_view import DeskRow
from wirematch.presentation.pages.facts import facts_of, time_after

BYTE_ORDER_MARK = "\ufeff"
"""Begins a table: without it, spreadsheets read UTF-8 as the system's old encoding, and names come out as gibberish."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | bool | datetime | None


def evidence_json(submission: Article, story: Article, match: Match, made_at: datetime, version: str) -> str:
    """Return the match with metadata of both articles, the time, and the version of this program."""
    told = {
        "made_at": made_at.isoformat(),
        "made_by": f"Wirematch {version}",
        "submission": _facts(submission),
        "story": _facts(story),
        "evidence": match.model_dump(mode="json", exclude={*StoryFacts.model_fields, "versions"}),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def evidence_csv(submission: Article, story: Article, match: Match) -> str:
    """Return a row for each passage; offsets are in code points."""
    head = ("number", "kind", "similarity", "start", "end", "text", "story_start", "story_end", "story_text")
    return _written(
        head,
        (
            (
                number,
                one.kind.value,
                one.similarity,
                one.submission.start,
                one.submission.end,
                submission.body[one.submission.start : one.submission.end],
                one.story.start,
                one.story.end,
                story.body[one.story.start : one.story.end],
            )
            for number, one in enumerate(match.passages, 1)
        ),
    )


def pickups_csv(story: Article, pickups: Sequence[Match]) -> str:
    """Return a row for each pickup of a story."""
    head = (
        "id", "source", "headline", "url", "published_at", "minutes_after", "relation", "probability",
        "share_of_pickup", "share_of_story", "verbatim", "credited",
    )  # fmt: skip
    return _written(head, (_pickup_row(story, one) for one in pickups))


def pickups_json(page: PickupPage) -> str:
    """Return the same JSON as ``GET /v1/articles/{id}/pickups``."""
    return page.model_dump_json(indent=2) + "\n"


def _pickup_row(story: Article, pickup: Match) -> tuple[Cell, ...]:
    after = time_after(story, pickup)
    return (
        pickup.id,
        pickup.source,
        facts_of(pickup).headline,
        pickup.url,
        pickup.published_at,
        None if after is None else round(after.total_seconds() / 60),
        pickup.relation.value,
        pickup.probability,
        pickup.coverage.submission,
        pickup.coverage.story,
        pickup.verbatim,
        _owed(credit_of(story, pickup, credited=pickup.credited)),
    )


def desk_csv(rows: Iterable[DeskRow]) -> str:
    """Return a row for each pickup on a desk."""
    head = (
        "agency", "story", "story_id", "story_published_at", "outlet", "article", "article_id", "article_url",
        "article_published_at", "minutes_after", "relation", "share_of_story", "share_of_article", "verbatim",
        "credited",
    )  # fmt: skip
    return _written(
        head,
        (
            (
                row.story.source,
                row.story.headline,
                row.story.id,
                row.story.published_at,
                row.article.source,
                row.article.headline,
                row.article.id,
                row.article.url,
                row.article.published_at,
                None if row.after is None else round(row.after.total_seconds() / 60),
                row.pickup.relation.value,
                row.pickup.coverage.story,
                row.pickup.coverage.submission,
                row.pickup.verbatim,
                _owed(row.credit),
            )
            for row in rows
        ),
    )


def _owed(credit: Credit) -> bool | None:
    """Whether credit is given; None where nobody is owed any, as on pages."""
    return credit is Credit.GIVEN if credit in {Credit.GIVEN, Credit.MISSING} else None


def _written(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    written = io.StringIO()
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> Any:
    """Prefix text that a spreadsheet would execute as a formula with an apostrophe."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _facts(article: Article) -> dict[str, Any]:
    return StoryFacts(**story_facts(article)).model_dump(mode="json")
