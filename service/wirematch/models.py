"""What users send and what they get back."""

from __future__ import annotations

import operator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

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
Body = Annotated[str, StringConstraints(max_length=MAX_BODY_CHARACTERS), AfterValidator(_with_text)]
MetadataValue = Annotated[str, StringConstraints(max_length=2_000)] | bool | int | float | None


class Strict(BaseModel):
    """Unknown fields are errors, and values never change after they were read."""

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
    """The same, refined for a reader."""

    COPY = "copy"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    RELATED = "related"
    UNRELATED = "unrelated"
    """Only ever said of two articles that were compared on purpose; no report lists such a match."""


class Decision(StrEnum):
    """What an ingestion step acts on."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class PassageKind(StrEnum):
    """What a passage shares with its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"


class BodyFormat(StrEnum):
    """What an article's ``body`` is written in."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


class Article(Strict):
    """A wire story or a published article."""

    id: Identifier | None = Field(None, description="The caller's id; one is made when it is left out.")
    source: Line | None = Field(None, description="The agency or outlet it comes from, such as 'IANS'.")
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
        None, description="When it is forgotten, if the service's own retention does not end earlier."
    )
    language: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="A BCP 47 tag. Kept with the article; what the text is read as is decided by the text."
    )
    url: Line | None = None
    kind: Kind | None = Field(None, description="'wire' when left out on storing, 'article' when left out on checking.")
    metadata: dict[Annotated[str, StringConstraints(max_length=100)], MetadataValue] | None = Field(
        None, max_length=MAX_METADATA_ENTRIES, description="A small flat object, stored and returned as it is."
    )


class StoredArticle(Article):
    """An article as the store holds it."""

    id: Identifier
    kind: Kind
    version: int = Field(description="1 when first stored, one more with every change.")
    stored_at: AwareDatetime = Field(description="When this id was first stored.")

    def as_submitted(self) -> Article:
        """Without what the store added."""
        return Article.model_validate({name: getattr(self, name) for name in Article.model_fields})


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

    @property
    def narrow(self) -> bool:
        """Whether they say more than how many matches to tell of."""
        return self != Filters(limit=self.limit)


NO_FILTERS = Filters()
"""Every stored article passes, and ten matches are reported."""


class CheckRequest(Article, Filters):
    """An article to check, with filters beside it."""

    def article(self) -> Article:
        return Article.model_validate({name: getattr(self, name) for name in Article.model_fields})

    def filters(self) -> Filters:
        return Filters.model_validate({name: getattr(self, name) for name in Filters.model_fields})


class CompareRequest(Strict):
    """Two articles: does the submission derive from the story?"""

    submission: Article
    story: Article


class Span(Strict):
    """Unicode code points ``[start, end)`` of a body as it was submitted."""

    start: int
    end: int


class Passage(Strict):
    """A stretch of the submission and the stretch of the story that it comes from."""

    submission: Span
    story: Span
    kind: PassageKind
    similarity: float = Field(ge=0, le=1, description="1 when word for word.")


class Coverage(Strict):
    """Shares of the scored words of each text that the passages cover."""

    submission: float = Field(ge=0, le=1)
    story: float = Field(ge=0, le=1)


class Evidence(Strict):
    """What comparing two texts found, whoever they belong to."""

    relation: Relation
    derivation: Derivation
    probability: float = Field(ge=0, le=1, description="That the submission derives from the story.")
    coverage: Coverage
    verbatim: float = Field(ge=0, le=1, description="Share of the submission's words in runs taken word for word.")
    credited: bool = Field(description="Whether the submission names the story's source.")
    quoted: float = Field(ge=0, le=1, description="Share of the words in passages that somebody is quoted with.")
    passages: list[Passage]


class StoryFacts(Strict):
    """What a reader needs to know a stored story by."""

    id: Identifier | None
    source: str | None
    headline: str | None
    published_at: datetime | None
    url: str | None


class Match(Evidence, StoryFacts):
    """A story together with the evidence against, or for, the article that it was compared with."""

    versions: list[Version] = Field(
        default_factory=list, description="Other versions of the story that match as well, best first."
    )

    @classmethod
    def of(cls, story: Article, evidence: Evidence) -> Self:
        """The match with ``story`` that ``evidence`` tells of."""
        facts = {name: getattr(story, name) for name in StoryFacts.model_fields}
        return cls(**facts, **{name: getattr(evidence, name) for name in Evidence.model_fields})


class Version(StoryFacts):
    """Another version of a story that leads the report."""

    relation: Relation
    probability: float
    coverage: Coverage


class Contribution(Strict):
    """What one story gave to an article."""

    id: Identifier | None
    share: float = Field(ge=0, le=1)


class Attribution(Strict):
    """Shares of the submission's words, each counted once."""

    stories: list[Contribution]
    original: float = Field(ge=0, le=1, description="The share that comes from none of them.")


class IndexState(Strict):
    """How much was looked at to make a report."""

    articles: int = Field(description="Articles stored.")
    candidates: int = Field(description="Articles that share at least one bucket with the submission.")
    compared: int = Field(description="Candidates whose text was compared.")


class Report(Strict):
    """Which stored stories a submission derives from."""

    decision: Decision
    why: str | None = Field(None, description="Why there is no decision, when it is 'undecided'.")
    original_id: Identifier | None = Field(
        description="The original of the group of stories that it derives from: the one that was there first."
    )
    matches: list[Match] = Field(description="Stories that the submission derives from, best first.")
    pickups: list[Match] = Field(
        default_factory=list, description="Stored articles that were published later and derive from the submission."
    )
    attribution: Attribution = Field(description="What share of the submission each match contributes.")
    index: IndexState
    partial_index: bool = Field(
        default=False, description="A part of the index did not answer in time, so stories may be missing here."
    )
    took_ms: float
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)


class Receipt(Strict):
    """What became of an article that was to be stored."""

    id: Identifier | None = Field(description="None when nothing was stored under a new id.")
    stored: bool
    version: int | None
    report: Report | None
    warnings: list[str] = Field(default_factory=list, exclude_if=operator.not_, description=ODDITIES)


class PickupPage(Strict):
    """The articles that derive from a story, newest first."""

    id: Identifier
    total: int
    offset: int
    pickups: list[Match] = Field(description="Each a stored article, with what it owes to the story.")


class ArticlePage(Strict):
    """Stored articles, in order of storing within each shard."""

    articles: list[StoredArticle]
    next: str | None = Field(description="What 'after' is for the next page; None at the end.")


class ClusterMember(StoryFacts):
    """An article of a group, with what it was found to be when it was stored."""

    kind: Kind
    stored_at: AwareDatetime = Field(description="When this id was first stored.")
    relation: Relation | None = Field(None, description="'copy' or 'rewrite'; none of the original.")
    probability: float | None = Field(
        None, ge=0, le=1, description="That it derives from the article that it is held to."
    )
    to: Identifier | None = Field(None, description="The article of the group that it was found to derive from.")


class ClusterPage(Strict):
    """A group: an original, and all that derives from it wholly."""

    id: Identifier
    original_id: Identifier = Field(description="The original of the group, which may be the article itself.")
    total: int = Field(description="Articles in the group, the original included.")
    offset: int
    members: list[ClusterMember] = Field(description="The original first, then the others in order of storing.")
