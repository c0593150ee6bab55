"""What is answered to many articles in one request: a line for each, and a summary."""

from __future__ import annotations

from pydantic import BaseModel, Field

from wirematch.api.problems import Problem
from wirematch.models import Decision


class BulkResult(BaseModel):
    """What became of one line."""

    index: int = Field(description="Place of the article in the stream, from 0; blank lines are not counted.")
    id: str | None = Field(None, description="The article's id, as given or as made; none where there is none.")
    status: int = Field(
        description="As POST /v1/articles answers: 201 stored, 200 a copy that was not stored, or the problem's."
    )
    decision: Decision | None = Field(None, description="None with report=false, and where there is a problem.")
    original_id: str | None = None
    pickups: list[str] | None = Field(
        None, description="Articles that are stored, were published later and derive from this one; none without any."
    )
    problem: Problem | None = None
    warnings: list[str] | None = Field(None, description="What was odd about a news document; none without any.")


class BulkSummary(BaseModel):
    """The last line of a stream that was read to its end."""

    lines: int
    stored: int
    copies: int = Field(description="Copies that were not stored.")
    problems: int
    decisions: dict[Decision, int]
    took_ms: float


class BulkEnd(BaseModel):
    """How the summary stands in the stream."""

    summary: BulkSummary
