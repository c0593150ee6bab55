"""Reports on an article: what it takes from which stories, and where."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from wirematch_client.models.base import Answer
from wirematch_client.models.words import Bound, Decision, Derivation, PassageKind, Relation


class Span(Answer):
    """A half-open range ``[start, end)`` of Unicode code points in a body as it was submitted."""

    start: int
    end: int


class Passage(Answer):
    """A stretch of the submission and the stretch of the story that it comes from."""

    submission: Span
    story: Span
    kind: PassageKind
    similarity: float


class Coverage(Answer):
    """The share of each text's scored words that lies in passages, from 0 to 1."""

    submission: float
    story: float


class StoryFacts(Answer):
    """What identifies a stored story to a reader."""

    id: str | None
    source: str | None
    headline: str | None
    published_at: datetime | None
    url: str | None
    opening: str | None = None


class Version(StoryFacts):
    """Another version of a matching story."""

    relation: Relation
    probability: float
    coverage: Coverage


class Reason(Answer):
    """A part of what decided a pair, in words; below 0, it speaks against."""

    weight: float | None
    text: str


class Translated(Answer):
    """How two texts of different languages were compared: what was translated, and by what."""

    from_: str = Field(alias="from", description="Language (ISO 639-1) of the text that was translated.")
    to: str
    by: str
    story: Translated | None = None


class Match(StoryFacts):
    """A story, and the evidence of what the submission takes from it."""

    relation: Relation
    derivation: Derivation
    probability: float
    coverage: Coverage
    verbatim: float
    credited: bool
    quoted: float
    passages: list[Passage]
    bounded: list[Bound] = Field(default_factory=list)
    excerpt: int | None = None
    reasons: list[Reason] = Field(default_factory=list)
    translated: Translated | None = None
    versions: list[Version] = Field(default_factory=list)


class Contribution(Answer):
    """The share of a submission that comes from one story."""

    id: str | None
    share: float


class Attribution(Answer):
    """Where the submission's words come from; each word is counted once."""

    stories: list[Contribution]
    original: float


class IndexState(Answer):
    """The size of the index, and how much of it was examined for a report."""

    articles: int
    candidates: int
    compared: int


class Report(Answer):
    """Which stored stories a submission derives from, and the decision that follows."""

    decision: Decision
    why: str | None = None
    original_id: str | None
    matches: list[Match]
    pickups: list[Match] = Field(default_factory=list)
    attribution: Attribution
    index: IndexState
    partial_index: bool = False
    untranslated: str | None = None
    took_ms: float
    bounded: list[Bound] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class Receipt(Answer):
    """The outcome of storing an article."""

    id: str | None
    stored: bool
    version: int | None
    report: Report | None
    untranslated: str | None = None
    warnings: list[str] = Field(default_factory=list)
