"""The report on an article, and the receipt of storing it."""

from __future__ import annotations

import operator
from enum import StrEnum

from pydantic import Field

from wirematch.models.article import ODDITIES, Identifier, Strict
from wirematch.models.match import BOUNDED, Bound, Match


class Decision(StrEnum):
    """What an ingestion pipeline acts on; see docs/glossary.md."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class Contribution(Strict):
    """The share of a submission that comes from one story."""

    id: Identifier | None
    share: float = Field(ge=0, le=1)


class Attribution(Strict):
    """Where the submission's words come from; each word is counted once."""

    stories: list[Contribution]
    original: float = Field(ge=0, le=1, description="The share that comes from no story.")


class IndexState(Strict):
    """The size of the index, and how much of it was examined for a report."""

    articles: int = Field(description="Stored articles.")
    candidates: int = Field(description="Articles that share at least one bucket with the submission.")
    compared: int = Field(description="Candidates whose text was compared.")


class Report(Strict):
    """Which stored stories a submission derives from, and the decision that follows."""

    decision: Decision
    why: str | None = Field(None, description="The reason, if the decision is 'undecided'.")
    original_id: Identifier | None = Field(
        description="The original of the cluster that the submission belongs to: the article that was stored first. "
        "None if it derives from nothing, or cannot be decided."
    )
    matches: list[Match] = Field(
        description="Stories that the submission derives from, best first; that it resembles if it is 'undecided'."
    )
    pickups: list[Match] = Field(
        default_factory=list, description="Stored articles that were published later and derive from the submission."
    )
    attribution: Attribution = Field(description="The share of the submission that comes from each match.")
    index: IndexState
    partial_index: bool = Field(
        default=False,
        description="True if a shard of the index did not answer in time, so that matches may be missing.",
    )
    untranslated: str | None = Field(
        None,
        exclude_if=operator.not_,
        description="Why the article could not be translated and so was compared in its own language alone; absent "
        "if it was translated or needs no translation.",
    )
    took_ms: float
    bounded: list[Bound] = Field(default_factory=list, exclude_if=operator.not_, description=BOUNDED)
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)


class Receipt(Strict):
    """The outcome of storing an article."""

    id: Identifier | None = Field(description="Null if nothing was stored under a new id.")
    stored: bool
    version: int | None
    report: Report | None
    untranslated: str | None = Field(
        None,
        exclude_if=operator.not_,
        description="Why the article has no translation yet; one is made later if possible. Absent if it has one "
        "or needs none.",
    )
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)
