"""A news document: an article, and what its format says beyond the article."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.errors.validation import message_of
from wirematch.models import DOT_SEGMENTS, Article, Identifier, Line, MetadataValue, Strict

LONGEST_ID = 200
"""Maximum length of an article's id; a longer one, or one that no address can name, is replaced by its hash and kept in
``metadata``."""

NO_ZONE = "no time zone: read as UTC"
MOST_WARNINGS = 20
"""Maximum number of warnings of one document."""

Urgency = Annotated[int, Field(ge=1, le=9)]


class Status(StrEnum):
    """Publishing status (IPTC NewsCodes): what may be done with a document."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Document(Strict):
    """One news document. Its fields are also in the article's metadata, so that they are stored."""

    format: str = Field(description="Format and dialect, such as 'ninjs 3.2'.")
    id: Identifier | None = None
    article: Article | None = Field(None, description="None in a withdrawal without a text.")
    version: Line | None = Field(None, description="As the document names it.")
    version_created: AwareDatetime | None = None
    status: Status = Status.USABLE
    embargoed: bool = False
    embargoed_until: AwareDatetime | None = Field(None, description="None with an embargo until further notice.")
    urgency: Urgency | None = Field(None, description="From 1, the highest, to 9.")
    edit_note: Line | None = None
    zoneless: tuple[str, ...] = Field((), description="Fields with a time that was read as UTC, as no zone was said.")
    adds: bool = Field(default=False, description="Whether its text goes on where that of the stored version ends.")
    alone_id: Identifier | None = Field(
        None, description="Its id where the one that its keyword gives belongs to another message."
    )
    warnings: tuple[Fault, ...] = Field((), description="What was odd, and how it was read anyway.")

    @property
    def told(self) -> list[str]:
        """The warnings as text."""
        return [f"{fault.place}: {fault.message}" for fault in self.warnings]

    @property
    def withdrawn(self) -> bool:
        """Whether the document withdraws its story."""
        return self.status is not Status.USABLE

    @property
    def own(self) -> bool:
        """Whether it is in one of Wirematch's own formats, which have no versions."""
        return self.format in {"text", "json"}

    def by(self, source: str | None) -> Document:
        """Return the document with a source, unless it has one."""
        if source is None or self.article is None or self.article.source is not None:
            return self
        return self.model_copy(update={"article": self.article.model_copy(update={"source": source})})

    def under(self, article_id: str) -> Document:
        """Return the document with another id."""
        article = self.article and self.article.model_copy(update={"id": article_id})
        return self.model_copy(update={"id": article_id, "article": article})

    def with_warnings(self, more: Iterable[Fault]) -> Document:
        """Return the document with further warnings, without duplicates."""
        told = tuple(dict.fromkeys((*self.warnings, *more)))
        return self.model_copy(update={"warnings": told[:MOST_WARNINGS]})

    def in_zone(self, zone: tzinfo) -> Document:
        """Return the document with times that lacked a zone interpreted in this one."""
        times = {
            name: time.replace(tzinfo=zone)
            for name in self.zoneless
            if (time := getattr(self.article if name == "published_at" else self, name, None)) is not None
        }
        warnings = tuple(fault for fault in self.warnings if fault.message != NO_ZONE)
        own = {name: time for name, time in times.items() if name != "published_at"}
        article = self.article
        if article is not None:
            kept = dict(article.metadata or {}) | {name: time.isoformat() for name, time in own.items()}
            update = {"metadata": kept} | {name: times[name] for name in times if name == "published_at"}
            article = article.model_copy(update=update)
        return self.model_copy(update=own | {"article": article, "warnings": warnings, "zoneless": ()})


class Documents(list[Document]):
    """The documents in a file that holds several, and the entries that could not be read."""

    def __init__(self, documents: Iterable[Document], refused: Sequence[Fault] = ()) -> None:
        super().__init__(documents)
        self.refused = tuple(refused)
        """Entries that are not articles, each with its place and the reason."""


def collect(name: str, readers: Iterable[tuple[object, Callable[[], Document]]]) -> Documents:
    """Call the readers, each given with its place, and collect documents and refused entries.

    Raises InvalidDocumentError, about ``name``, if none of them returns a document.
    """
    documents: list[Document] = []
    refused: list[Fault] = []
    for place, read in readers:
        try:
            documents.append(read())
        except InvalidDocumentError as error:
            refused += error.faults or [Fault(str(place), error.reason)]
    if not documents:
        raise InvalidDocumentError(f"is not {name} that can be stored", refused)
    return Documents(documents, refused)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value and its place in the document; ``str`` of the place is shown to people."""

    value: Any
    place: object
    odd: str | None = None
    """A warning about how the value was read."""


TIMES = ("published_at", "version_created", "embargoed_until")
ARTICLE_FIELDS = ("headline", "body", "source", "language", "url", "published_at", "kind")
DOCUMENT_FIELDS = ("version", "version_created", "status", "embargoed", "embargoed_until", "urgency", "edit_note")
OWN_METADATA = ("format", *DOCUMENT_FIELDS)


def assemble(
    format_name: str,
    found: Mapping[str, FieldValue | None],
    more: Mapping[str, FieldValue | None] | None = None,
    *,
    root: object,
    warnings: Sequence[Fault] = (),
) -> Document:
    """Assemble a document from what a parser found; ``more`` is kept as metadata without meaning to Wirematch.

    A naive time is taken as UTC. Raises InvalidDocumentError with the places of invalid values; missing ones are
    reported at ``root``.
    """
    told = [*warnings, *(Fault(str(item.place), item.odd) for item in found.values() if item is not None and item.odd)]
    zoneless = [name for name in TIMES if _is_naive(found.get(name))]
    told += [Fault(str(item.place), NO_ZONE) for name in zoneless if (item := found[name]) is not None]
    found = dict(found) | {name: _in_utc(found[name]) for name in zoneless}
    values, extras = _values(found), _values(more or {})
    places = {name: item.place for name, item in {**found, **(more or {})}.items() if item is not None}
    if len(values.get("id", "")) > LONGEST_ID or values.get("id") in DOT_SEGMENTS:
        extras["document_id"], values["id"] = values["id"], short_id(values["id"])
        places["document_id"] = places["id"]
    try:
        document = Document.model_validate(
            {"format": format_name, "id": values.get("id"), "zoneless": tuple(zoneless)}
            | {"warnings": tuple(dict.fromkeys(told))[:MOST_WARNINGS]}
            | {name: values[name] for name in DOCUMENT_FIELDS if name in values}
        )
    except ValidationError as error:
        raise InvalidDocumentError(f"is not {format_name}", faults(error, places, root)) from error
    if document.withdrawn and document.id is None:
        fault = Fault(str(root), "a withdrawal must name the id of the story that it takes back")
        raise InvalidDocumentError(f"is not {format_name}", [fault])
    try:
        article = Article.model_validate(
            {"id": document.id, "metadata": metadata(document, extras)}
            | {name: values[name] for name in ARTICLE_FIELDS if name in values}
        )
    except ValidationError as error:
        if document.withdrawn:
            return document  # a withdrawn text is not kept
        raise InvalidDocumentError(f"is not {format_name}", faults(error, places, root)) from error
    return document.model_copy(update={"article": article})


def _values(found: Mapping[str, FieldValue | None]) -> dict[str, Any]:
    return {name: item.value for name, item in found.items() if item is not None and item.value is not None}


def _is_naive(found: FieldValue | None) -> bool:
    return found is not None and isinstance(found.value, datetime) and found.value.tzinfo is None


def _in_utc(found: FieldValue | None) -> FieldValue | None:
    return found and FieldValue(found.value.replace(tzinfo=UTC), found.place, found.odd)


def metadata(document: Document, extras: Mapping[str, MetadataValue | datetime]) -> dict[str, MetadataValue]:
    """Return the metadata stored with the article: unusual values only, with times in ISO 8601."""
    told = {name: getattr(document, name) for name in OWN_METADATA}
    told["status"] = None if document.status is Status.USABLE else document.status.value
    told["embargoed"] = document.embargoed or None
    kept = {name: value for name, value in (told | dict(extras)).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}


def faults(error: ValidationError, places: Mapping[str, object], root: object) -> list[Fault]:
    """Return pydantic's errors, each with the place of the value in the document."""
    told = []
    for item in error.errors(include_url=False, include_input=False):
        first = item["loc"][0] if item["loc"] else None
        name = item["loc"][1] if first == "metadata" and len(item["loc"]) > 1 else first
        place = places.get(str(name))
        if place is not None:
            told.append(Fault(str(place), message_of(item)))
        elif item["type"] == "missing" and first == "body":
            told.append(Fault(str(root), "it contains no text"))
        else:
            told.append(Fault(str(root), f"{first or 'article'}: {message_of(item)}"))
    return told


def short_id(document_id: str) -> str:
    """Return a stand-in for an id that cannot be one: its SHA-256."""
    return "urn:sha256:" + hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()
