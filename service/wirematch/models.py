"""The data model of requests and answers, in HTTP, on the command line and in Python."""

from __future__ import annotations

import operator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
)

from wirematch.imprint import Imprint

MAX_BODY_CHARACTERS = 200_000
MAX_METADATA_ENTRIES = 32

# Control characters other than tab and line ends never belong in a story; a lone surrogate cannot be stored.
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Line = Annotated[str, StringConstraints(max_length=2_000)]


def _with_text(body: str) -> str:
    if not body.strip():
        raise ValueError("there is no text in it")
    return body


ODDITIES = "What was odd about the document and how it was read all the same; absent when nothing was."
Body = Annotated[
    str,
    StringConstraints(max_length=MAX_BODY_CHARACTERS),
    AfterValidator(_with_text),
    WithJsonSchema({"type": "string", "maxLength": MAX_BODY_CHARACTERS, "minLength": 1, "pattern": r"\S"}),
]
MetadataValue = Annotated[str, StringConstraints(max_length=2_000)] | bool | int | float | None


class Strict(BaseModel):
    """Base of all models: unknown fields are errors, and instances are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Kind(StrEnum):
    """Whether an article is offered by an agency (wire) or published by an outlet (article)."""

    WIRE = "wire"
    ARTICLE = "article"


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


class Decision(StrEnum):
    """What an ingestion pipeline acts on; see docs/glossary.md."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class PassageKind(StrEnum):
    """How a passage resembles its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"
    TRANSLATED = "translated"
    """A sentence that reads like its counterpart once one of the two is translated."""


class BodyFormat(StrEnum):
    """What an article's ``body`` is written in."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


class Article(Strict):
    """A wire story or a published article."""

    id: Identifier | None = Field(None, description="The caller's id; one is generated when it is left out.")
    source: Line | None = Field(None, description="The agency or outlet that it comes from, such as 'IANS'.")
    headline: Line | None = None
    body: Body = Field(
        description="The text, plain or with markup. All offsets in reports are Unicode code points into this string."
    )
    body_format: BodyFormat | None = Field(
        None,
        exclude_if=operator.not_,
        description="What the body is written in; 'auto', which the text itself decides, when left out.",
    )
    published_at: AwareDatetime | None = Field(
        None, description="When it was published, with its UTC offset. Of an id's versions, the earliest known counts."
    )
    revised_at: AwareDatetime | None = Field(
        None,
        exclude_if=operator.not_,
        description="When this version was published, where that is not when the first one was.",
    )
    expires_at: AwareDatetime | None = Field(
        None, description="When it is deleted, if the service's own retention does not end earlier."
    )
    language: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="A BCP 47 tag, stored with the article. The text itself decides as which language it is read."
    )
    url: Line | None = None
    kind: Kind | None = Field(None, description="'wire' when left out on storing, 'article' when left out on checking.")
    metadata: dict[Annotated[str, StringConstraints(max_length=100)], MetadataValue] | None = Field(
        None, max_length=MAX_METADATA_ENTRIES, description="A small flat object, stored and returned unchanged."
    )
    _imprint: Imprint | None = PrivateAttr(None)

    @property
    def imprint(self) -> Imprint | None:
        """What is kept in place of the text, which is then hidden or about to be; None where the text is."""
        return self._imprint

    def with_imprint(self, imprint: Imprint | None) -> Self:
        """The same article, of which the store keeps this in place of the text."""
        copied = self.model_copy()
        copied._imprint = imprint  # noqa: SLF001 - its own
        return copied


class StoredArticle(Article):
    """An article as the store holds it."""

    id: Identifier
    kind: Kind
    body_format: BodyFormat = Field(
        BodyFormat.TEXT,
        exclude_if=lambda body_format: body_format is BodyFormat.TEXT,
        description="What the body is read as: 'html' or 'markdown', and plain text when left out.",
    )
    version: int = Field(description="1 when first stored, one more after every change.")
    stored_at: AwareDatetime = Field(description="When this id was first stored.")
    text_kept: bool = Field(
        default=True,
        exclude_if=bool,
        description="false where the service keeps no texts: 'body' then has an 'x' for each character of a word.",
    )

    def as_submitted(self) -> Article:
        """The article without the fields that storing added."""
        plain = Article.model_validate({name: getattr(self, name) for name in Article.model_fields})
        return plain if self._imprint is None else plain.with_imprint(self._imprint)


class Filters(Strict):
    """Which stored articles a check looks at, and how much it reports."""

    sources: list[Line] | None = Field(None, max_length=100, description="Only articles of these sources.")
    kinds: list[Kind] | None = Field(None, max_length=2, description="Only articles of these kinds.")
    published_after: AwareDatetime | None = Field(None, description="Only articles published at this time or later.")
    published_before: AwareDatetime | None = Field(None, description="Only articles published before this time.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(10, description="The most matches to report.")
    include_related: bool = Field(
        default=False, description="Also report articles on the same event that the submission does not derive from."
    )
    explain: bool = Field(default=False, description="Also say of each match what speaks for it and against it.")

    @property
    def narrow(self) -> bool:
        """Whether anything but ``limit`` and ``explain`` differs from the defaults."""
        return self != Filters(limit=self.limit, explain=self.explain)


NO_FILTERS = Filters()
"""The defaults: all stored articles, ten matches."""


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


BOUNDED = "What was left out because there is an end to the work that is done for one request; absent when nothing was."


class Reason(Strict):
    """A part of what decided a pair, in words."""

    weight: float | None = Field(
        description="What it adds to the logarithm of the odds that one of the two derives from the other; below 0, it "
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


class StoryFacts(Strict):
    """What identifies a stored story to a reader."""

    id: Identifier | None
    source: str | None
    headline: str | None
    published_at: datetime | None
    url: str | None


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
        description="How the two were compared, where they are in different languages: passages are sentences then, of "
        "the kind 'translated', and nothing is verbatim. Absent where they are in one.",
    )
    versions: list[Version] = Field(
        default_factory=list, description="Other versions of the story that match as well, best first."
    )

    @classmethod
    def of(cls, story: Article, evidence: Evidence) -> Self:
        """The match of a submission with ``story``, whose comparison gave ``evidence``."""
        facts = {name: getattr(story, name) for name in StoryFacts.model_fields}
        return cls(**facts, **{name: getattr(evidence, name) for name in Evidence.model_fields})


class Version(StoryFacts):
    """Another version of a matching story."""

    relation: Relation
    probability: float
    coverage: Coverage


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
        "when it was, or need not be.",
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
        description="Why the article has no translation yet; one is made later where that can be. Absent when it has, "
        "or needs none.",
    )
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)
