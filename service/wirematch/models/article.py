"""Articles, stored articles, and the filters that narrow a search."""

from __future__ import annotations

import operator
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from wirematch.models.imprint import Imprint
from wirematch.models.written_time import WrittenTime

MAX_BODY_CHARACTERS = 200_000

MAX_METADATA_ENTRIES = 32

# No control characters except tab and line ends belong in a story; a lone surrogate cannot be stored.
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]

DOT_SEGMENTS = frozenset({".", ".."})
"""Ids that no URL can name, percent-encoded or not: browsers remove dot segments (RFC 3986, 5.2.4; WHATWG URL)."""

Line = Annotated[str, StringConstraints(max_length=2_000)]


def _with_text(body: str) -> str:
    if not body.strip():
        raise ValueError("it contains no text")
    return body


ODDITIES = "What was odd about the document and how it was read anyway; absent when nothing was."

Body = Annotated[
    str,
    StringConstraints(max_length=MAX_BODY_CHARACTERS),
    AfterValidator(_with_text),
    WithJsonSchema({"type": "string", "maxLength": MAX_BODY_CHARACTERS, "minLength": 1, "pattern": r"\S"}),
]

MAX_METADATA_CHARACTERS = 2_000


def _told_as_one(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    """Report one error instead of one for each type that the value might have had."""
    try:
        return validate(value)
    except ValidationError:
        raise ValueError(
            f"must be a text of at most {MAX_METADATA_CHARACTERS} characters, a finite number, true, false or null"
        ) from None


MetadataValue = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_METADATA_CHARACTERS)] | bool | int | float | None,
    WrapValidator(_told_as_one),
]


class Strict(BaseModel):
    """Base of all models: unknown fields are errors, and instances are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Kind(StrEnum):
    """Whether an article is offered by an agency (wire) or published by an outlet (article)."""

    WIRE = "wire"
    ARTICLE = "article"


USUAL_KIND = Kind.WIRE
"""The kind of an article that is stored without one."""


class BodyFormat(StrEnum):
    """What an article's ``body`` is written in."""

    AUTO = "auto"
    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


class Article(Strict):
    """A wire story or a published article."""

    id: Identifier | None = Field(
        None,
        description="The caller's id; not '.' or '..', which no address can name. Generated when it is left out.",
    )
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
    published_at: WrittenTime | None = Field(
        None, description="When it was published, with its UTC offset. Of an id's versions, the earliest known counts."
    )
    revised_at: WrittenTime | None = Field(
        None,
        exclude_if=operator.not_,
        description="When this version was published, where that is not when the first one was.",
    )
    expires_at: WrittenTime | None = Field(
        None, description="When it is deleted, if the service's own retention does not end earlier."
    )
    language: Annotated[str, StringConstraints(max_length=35)] | None = Field(
        None, description="A BCP 47 tag, stored with the article. The text itself decides as which language it is read."
    )
    url: Line | None = None
    kind: Kind | None = Field(None, description="'wire' when left out.")
    metadata: dict[Annotated[str, StringConstraints(max_length=100)], MetadataValue] | None = Field(
        None, max_length=MAX_METADATA_ENTRIES, description="A small flat object, stored and returned unchanged."
    )
    _imprint: Imprint | None = PrivateAttr(None)

    @property
    def imprint(self) -> Imprint | None:
        """What is kept in place of the text, which is hidden or about to be; None if the text itself is kept."""
        private = self.__pydantic_private__  # hot path: ordinary attribute access takes ten times as long
        return private["_imprint"] if private else None

    def with_imprint(self, imprint: Imprint | None) -> Self:
        """Return a copy of the article for which the store keeps ``imprint`` in place of the text."""
        copied = self.model_copy()
        copied._imprint = imprint  # noqa: SLF001 - its own
        return copied


class UnkeptArticle(Article):
    """An article that is being stored without its text, which is at hand only for now."""

    @classmethod
    def of(cls, article: Article) -> Article:
        """Return such an article; ``article`` itself if it has an imprint, and so no text already."""
        return (
            article if article.imprint is not None else cls.model_construct(article.model_fields_set, **dict(article))
        )


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

    sources: list[Line] | None = Field(
        None,
        max_length=100,
        description="Only articles of these sources; an empty name stands for articles without a source.",
    )
    kinds: list[Kind] | None = Field(None, max_length=2, description="Only articles of these kinds.")
    published_after: WrittenTime | None = Field(None, description="Only articles published at this time or later.")
    published_before: WrittenTime | None = Field(None, description="Only articles published before this time.")
    limit: Annotated[int, Field(ge=1, le=100)] = Field(10, description="The most matches to report.")
    include_related: bool = Field(
        default=False, description="Also report articles on the same event that the submission does not derive from."
    )
    explain: bool = Field(default=False, description="Also explain what speaks for and against each match.")

    @property
    def narrow(self) -> bool:
        """Whether anything but ``limit`` and ``explain`` differs from the defaults."""
        return self != Filters(limit=self.limit, explain=self.explain)

    def admits(self, article: StoredArticle) -> bool:
        """Whether a stored article passes; ``index/lua/fetch.lua`` decides the same in Redis."""
        published = article.published_at
        return (
            (self.kinds is None or article.kind in self.kinds)
            and (self.sources is None or (article.source or "") in self.sources)
            and (self.published_after is None or (published is not None and published >= self.published_after))
            and (self.published_before is None or (published is not None and published < self.published_before))
        )


class SourceFilters(Filters):
    """Filters for what a stored article may derive from. Articles without a time of publication pass."""

    not_published_after: WrittenTime | None = None

    def admits(self, article: StoredArticle) -> bool:
        """See Filters."""
        latest, published = self.not_published_after, article.published_at
        return super().admits(article) and (latest is None or published is None or published <= latest)


NO_FILTERS = Filters()
"""The defaults: all stored articles, ten matches."""
