"""The lines of a bulk response: a result for each article, and a summary at the end."""

from __future__ import annotations

import time
from collections import Counter

from pydantic import BaseModel, Field

from wirematch.api.problems import Problem
from wirematch.models import Decision


class BulkResult(BaseModel):
    """The result of one line."""

    index: int = Field(description="Place of the article in the stream, from 0; blank lines are not counted.")
    id: str | None = Field(
        None, description="The article's id, given or generated; absent if the line was refused and has none."
    )
    status: int = Field(
        description="As for POST /v1/articles: 201 stored, 200 a copy that was not stored, otherwise the problem's."
    )
    decision: Decision | None = Field(None, description="Absent with report=false, and if there is a problem.")
    original_id: str | None = None
    pickups: list[str] | None = Field(
        None,
        description="Ids of stored articles that were published later and derive from this one; absent if none.",
    )
    problem: Problem | None = None
    untranslated: str | None = Field(
        None, description="Why the article has no translation yet although it should; otherwise absent."
    )
    warnings: list[str] | None = Field(None, description="Warnings about a news document; absent if there are none.")


class BulkSummary(BaseModel):
    """Totals of a stream that was read to its end."""

    lines: int
    stored: int
    copies: int = Field(description="Copies that were not stored.")
    problems: int
    decisions: dict[Decision, int]
    took_ms: float


class BulkTally:
    """The totals of a stream so far."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._statuses: Counter[int] = Counter()
        self._decisions: Counter[Decision] = Counter()

    def add(self, result: BulkResult) -> None:
        """Count a result."""
        self._statuses[result.status] += 1
        self._decisions.update([result.decision] if result.decision else [])

    def summary(self) -> BulkSummary:
        """Return the summary of a stream that has ended."""
        lines, stored, copies = self._statuses.total(), self._statuses[201], self._statuses[200]
        return BulkSummary(
            lines=lines,
            stored=stored,
            copies=copies,
            problems=lines - stored - copies,
            decisions=dict(self._decisions),
            took_ms=round((time.perf_counter() - self._started) * 1000, 2),
        )


class BulkCut(BaseModel):
    """The last line of a stream that was not read to its end."""

    problem: Problem


class BulkEnd(BaseModel):
    """The last line of the stream."""

    summary: BulkSummary
