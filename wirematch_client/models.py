"""What is sent and what comes back, as the service's OpenAPI description has it.

A copy of ``wirematch.models`` by hand, so that the client can be installed without the server; a test holds the two
together. Answers may hold more than is known here: a newer service is no reason to fail.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Metadata = dict[str, str | bool | int | float | None]


class Kind(StrEnum):
    """Whether an article is offered by an agency (wire) or published by an outlet (article)."""

    WIRE = "wire"
    ARTICLE = "article"


class BodyFormat(StrEnum):
    """What an article's ``body`` is written in."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


class Decision(StrEnum):
    """What an ingestion step acts on."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class Relation(StrEnum):
    """How a text relates to another, for a reader."""

    COPY = "copy"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    RELATED = "related"
    UNRELATED = "unrelated"


class Derivation(StrEnum):
    """How far a text derives from another, in the words of METER (Clough et al. 2002)."""

    WHOLLY = "wholly_derived"
    PARTIALLY = "partially_derived"
    NOT = "non_derived"


class PassageKind(StrEnum):
    """What a passage shares with its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"


class Sent(BaseModel):
    """What the service would refuse is refused here: a field that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """What the service says; unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Article(Sent):
    """A wire story or a published article."""

    id: str | None = None
    source: str | None = None
    headline: str | None = None
    body: str
    body_format: BodyFormat | None = None
    published_at: AwareDatetime | None = None
    revised_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    language: str | None = None
    url: str | None = None
    kind: Kind | None = None
    metadata: Metadata | None = None


class Filters(Sent):
    """Which stored articles a check looks at, and how much it reports."""

    sources: list[str] | None = None
    kinds: list[Kind] | None = None
    published_after: AwareDatetime | None = None
    published_before: AwareDatetime | None = None
    limit: int = 10
    include_related: bool = False


class StoredArticle(Article):
    """An article as it is stored."""

    model_config = ConfigDict(extra="ignore")

    version: int
    stored_at: datetime


class Span(Answer):
    """Unicode code points ``[start, end)`` of a body as it was submitted."""

    start: int
    end: int


class Passage(Answer):
    """A stretch of the submission and the stretch of the story that it comes from."""

    submission: Span
    story: Span
    kind: PassageKind
    similarity: float


class Coverage(Answer):
    """Shares, 0 to 1, of the scored words of each text that the passages cover."""

    submission: float
    story: float


class StoryFacts(Answer):
    """What a reader needs to know a stored story by."""

    id: str | None
    source: str | None
    headline: str | None
    published_at: datetime | None
    url: str | None


class Version(StoryFacts):
    """Another version of a story that leads the report."""

    relation: Relation
    probability: float
    coverage: Coverage


class Match(StoryFacts):
    """A story together with the evidence against, or for, the article that it was compared with."""

    relation: Relation
    derivation: Derivation
    probability: float
    coverage: Coverage
    verbatim: float
    credited: bool
    quoted: float
    passages: list[Passage]
    versions: list[Version] = []


class Contribution(Answer):
    """What one story gave to an article."""

    id: str | None
    share: float


class Attribution(Answer):
    """Shares of the submission's words, each counted once."""

    stories: list[Contribution]
    original: float


class IndexState(Answer):
    """How much was looked at to make a report."""

    articles: int
    candidates: int
    compared: int


class Report(Answer):
    """Which stored stories a submission derives from."""

    decision: Decision
    why: str | None = None
    original_id: str | None
    matches: list[Match]
    pickups: list[Match] = []
    attribution: Attribution
    index: IndexState
    partial_index: bool = False
    took_ms: float
    warnings: list[str] = []


class Receipt(Answer):
    """What became of an article that was to be stored."""

    id: str | None
    stored: bool
    version: int | None
    report: Report | None
    warnings: list[str] = []


class PickupPage(Answer):
    """The articles that derive from a story, newest first."""

    id: str
    total: int
    offset: int
    pickups: list[Match]


class ArticlePage(Answer):
    """Stored articles, in order of storing within each shard."""

    articles: list[StoredArticle]
    next: str | None


class ClusterMember(StoryFacts):
    """An article of a group, with what it was found to be when it was stored."""

    kind: Kind
    stored_at: datetime
    relation: Relation | None = None
    probability: float | None = None
    to: str | None = None


class ClusterPage(Answer):
    """A group: the original first, then all that derives from it wholly, in order of storing."""

    id: str
    original_id: str
    total: int
    offset: int
    members: list[ClusterMember]


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
    """What became of one article of a stream: 201 stored, 200 a copy that was not stored, else a problem's status."""

    index: int = Field(description="Place of the article in the iterable, from 0.")
    id: str | None = None
    status: int
    decision: Decision | None = None
    original_id: str | None = None
    pickups: list[str] | None = None
    problem: Problem | None = None
    warnings: list[str] | None = None


ArticleLike = Article | dict[str, Any]
"""A dictionary is held against :class:`Article` before anything is sent."""


def as_article(article: ArticleLike) -> Article:
    """The article that a caller gave; pydantic's ValidationError when it is none."""
    return article if isinstance(article, Article) else Article.model_validate(article)
