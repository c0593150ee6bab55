"""View of judgements, and their export as labelled pairs for ``python -m bench``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.models import Derivation
from wirematch.models.checked_articles import checked_key
from wirematch.presentation.pages.facts import Facts, article_page, evidence_page, facts_of
from wirematch.state.judgements import Judgement

CERTAIN = 3
"""Confidence of a judgement in the bench's format: somebody read both texts in order to judge them."""
NAMES = {
    Derivation.WHOLLY: "Wholly derived",
    Derivation.PARTIALLY: "Partly derived",
    Derivation.NOT: "Not derived",
}


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One judgement."""

    judgement: Judgement
    submission: Facts
    story: Facts
    evidence: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """All that the page shows."""

    total: int
    rows: list[JudgedRow]
    offset: int
    limit: int


def view_review(total: int, found: Sequence[Judgement], offset: int, limit: int) -> ReviewView:
    """Return the view of a page of judgements."""
    return ReviewView(total, [_row(one) for one in found], offset, limit)


def labelled_pair(judgement: Judgement) -> str:
    """Return a line of ``judged.jsonl`` as ``bench.data.corpus.load_judged`` reads it."""
    row = {
        "id": judgement.key,
        "set": "desk",
        "derivation": judgement.derivation.value,
        "direction": "a_from_b",
        "confidence": CERTAIN,
        "note": judgement.note,
        "a": {"id": judgement.submission_id, "text": judgement.submission.body},
        "b": {"id": judgement.story_id, "text": judgement.story.body},
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _row(judgement: Judgement) -> JudgedRow:
    key = checked_key(judgement.submission_id)
    base = f"/checks/{key}" if key else article_page(judgement.submission_id)
    return JudgedRow(
        judgement, facts_of(judgement.submission), facts_of(judgement.story), evidence_page(base, judgement.story_id)
    )
