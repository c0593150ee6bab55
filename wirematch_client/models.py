"""The models of requests and answers, as in the service's OpenAPI description.

They repeat ``wirematch.models``, so that the client can be installed without the server; a test compares them. Unknown
fields of answers are ignored, so that the client works with newer services.
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
    """What an ingestion pipeline acts on."""

    NEW = "new"
    DUPLICATE = "duplicate"
    REWRITE = "rewrite"
    PARTIAL = "partial"
    UNDECIDED = "undecided"


class Relation(StrEnum):
    """How a text derives from another, in more detail than Derivation."""

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
    """How a passage resembles its counterpart."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    QUOTE = "quote"
    TRANSLATED = "translated"


class Sent(BaseModel):
    """Base of what is sent: an unknown field is a ValidationError, as the service would refuse it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """Base of what the service answers; unknown fields are ignored."""

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
    explain: bool = False


class StoredArticle(Article):
    """An article as it is stored; its body is plain text where the service names no other format."""

    model_config = ConfigDict(extra="ignore")

    body_format: BodyFormat = BodyFormat.TEXT
    version: int
    stored_at: datetime
    text_kept: bool = True


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


class Bound(StrEnum):
    """What was left out of a comparison, because there is an end to the work that is done for one request."""

    CANDIDATES = "candidates"
    ORDER = "order"
    PASSAGES = "passages"


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
    bounded: list[Bound] = []
    reasons: list[Reason] = []
    translated: Translated | None = None
    versions: list[Version] = []


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
    pickups: list[Match] = []
    attribution: Attribution
    index: IndexState
    partial_index: bool = False
    untranslated: str | None = None
    took_ms: float
    bounded: list[Bound] = []
    warnings: list[str] = []


class Receipt(Answer):
    """The outcome of storing an article."""

    id: str | None
    stored: bool
    version: int | None
    report: Report | None
    untranslated: str | None = None
    warnings: list[str] = []


class PickupPage(Answer):
    """The articles that derive from a story, newest first."""

    id: str
    total: int
    offset: int
    pickups: list[Match]
    bounded: list[Bound] = []


class ArticlePage(Answer):
    """Stored articles, in order of storing within each shard."""

    articles: list[StoredArticle]
    next: str | None


class ClusterMember(StoryFacts):
    """An article of a cluster, and how it was found to belong there when it was stored."""

    kind: Kind
    stored_at: datetime
    relation: Relation | None = None
    probability: float | None = None
    to: str | None = None


class ClusterPage(Answer):
    """A cluster: the original first, then its copies and rewrites, in order of storing."""

    id: str
    original_id: str
    total: int
    offset: int
    members: list[ClusterMember]


class EventArticle(StoryFacts):
    """A stored article on an event, and what it has to do with the one that is asked about."""

    kind: Kind
    stored_at: datetime
    relation: Relation | None = None
    probability: float | None = None


class EventPage(Answer):
    """The stored articles on the event of one of them, which is among them, first to last."""

    id: str
    total: int
    relations: dict[Relation, int]
    offset: int
    articles: list[EventArticle]
    bounded: list[Bound] = []


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


ArticleLike = Article | dict[str, Any]
"""A dictionary is validated as :class:`Article` before anything is sent."""


def as_article(article: ArticleLike) -> Article:
    """The article as a model; pydantic's ValidationError when a dictionary is no article."""
    return article if isinstance(article, Article) else Article.model_validate(article)
