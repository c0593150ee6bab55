"""What an article owes to a story, and the evidence for it."""

from __future__ import annotations

import operator
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from wirematch.models.article import Identifier, Strict


class Derivation(StrEnum):
    """How far a text derives from another, in the words of METER (Clough et al. 2002)."""

    WHOLLY = "wholly_derived"
    PARTIALLY = "partially_derived"
    NOT = "non_derived"


class Relation(StrEnum):
    """How a text derives from another, in more detail than Derivation."""

    COPY = "copy"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    RELATED = "related"
    UNRELATED = "unrelated"
    """Only of two articles that were compared explicitly; no report lists such a match."""


class PassageKind(StrEnum):
    """How a passage resembles its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"
    TRANSLATED = "translated"
    """A sentence that reads like its counterpart once one of the two is translated."""


class Span(Strict):
    """A half-open range ``[start, end)`` of Unicode code points in a body as it was submitted."""

    start: int
    end: int


class Passage(Strict):
    """A stretch of the submission and the stretch of the story that it comes from."""

    submission: Span
    story: Span
    kind: PassageKind
    similarity: float = Field(ge=0, le=1, description="1 if word for word.")


class Coverage(Strict):
    """The share of each text's scored words that lies in passages, from 0 to 1."""

    submission: float = Field(ge=0, le=1)
    story: float = Field(ge=0, le=1)


class Bound(StrEnum):
    """What was left out of a comparison, because there is an end to the work that is done for one request."""

    CANDIDATES = "candidates"
    """Stored articles, the least likely ones: the texts of all of them together are too long."""
    ORDER = "order"
    """The order of words beyond the first thousands of a text."""
    PASSAGES = "passages"
    """Passages in the list, the shortest ones; shares count them all the same."""


BOUNDED = "What was left out because the work for one request is limited; absent when nothing was."


class Reason(Strict):
    """A part of what decided a pair, in words."""

    weight: float | None = Field(
        description="What it adds to the log-odds that one of the two derives from the other; below 0, it "
        "speaks against. Null where it decides by itself."
    )
    text: str


class Evidence(Strict):
    """The result of comparing a submission with a story."""

    relation: Relation
    derivation: Derivation
    probability: float = Field(ge=0, le=1, description="Probability that the submission derives from the story.")
    coverage: Coverage
    verbatim: float = Field(ge=0, le=1, description="Share of the submission's words in runs taken word for word.")
    credited: bool = Field(description="Whether the submission names the story's source.")
    quoted: float = Field(ge=0, le=1, description="Share of the words in passages that are quotations.")
    passages: list[Passage]
    reasons: list[Reason] = Field(
        default_factory=list,
        exclude_if=operator.not_,
        description="With 'explain': the strongest evidence for, then against, strongest first.",
    )
    bounded: list[Bound] = Field(default_factory=list, exclude_if=operator.not_, description=BOUNDED)
    excerpt: int | None = Field(
        None,
        exclude_if=operator.not_,
        description="Words in the longest run of a reporter's own words that occurs in both texts, if this run decides "
        "and not the probability, which is of the texts as a whole. Absent if the probability decides, or if the story "
        "has the run in pieces.",
    )


class StoryFacts(Strict):
    """What identifies a stored story to a reader."""

    id: Identifier | None
    source: str | None
    headline: str | None
    published_at: datetime | None
    url: str | None
    opening: str | None = Field(
        None,
        exclude_if=operator.not_,
        description="The first words of the text, where there is no headline and the text is kept; otherwise absent.",
    )


class Translated(Strict):
    """How two texts of different languages were compared: what was translated, and by what."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    from_: str = Field(alias="from", description="Language (ISO 639-1) of the text that was translated.")
    to: str = Field(description="Language that it was translated to, in which both were compared.")
    by: str = Field(description="The engine, and what it went through, such as 'apertium (spa-eng)'.")
    story: Translated | None = Field(
        None,
        exclude_if=operator.not_,
        description="The same of the story, where the submission and the story were translated both.",
    )


class Match(Evidence, StoryFacts):
    """A story, and the evidence of what the submission takes from it."""

    translated: Translated | None = Field(
        None,
        exclude_if=operator.not_,
        description="How the two were compared, if they are in different languages: passages are then sentences of the "
        "kind 'translated', and nothing is verbatim. Absent if both are in one language.",
    )
    versions: list[Version] = Field(
        default_factory=list, description="Other versions of the story that match as well, best first."
    )


class Version(StoryFacts):
    """Another version of a matching story."""

    relation: Relation
    probability: float
    coverage: Coverage
