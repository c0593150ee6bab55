"""Results of articles in a bulk request, and errors."""

from __future__ import annotations

from pydantic import Field

from wirematch_client.models.base import Answer
from wirematch_client.models.words import Decision


class FieldProblem(Answer):
    """One thing wrong with a request."""

    place: str
    message: str


class Problem(Answer):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str = ""
    status: int
    detail: str = ""
    errors: list[FieldProblem] | None = None


class BulkResult(Answer):
    """The outcome of one article of a stream: 201 stored, 200 a copy that was not stored, else the problem's status."""

    index: int = Field(description="Place of the article in the iterable, from 0.")
    id: str | None = None
    status: int
    decision: Decision | None = None
    original_id: str | None = None
    pickups: list[str] | None = None
    problem: Problem | None = None
    untranslated: str | None = None
    warnings: list[str] | None = None
