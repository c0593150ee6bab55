"""A news document: an article, and what its format says of it beyond the article."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.models import Article, Identifier, Line, MetadataValue, Strict

LONGEST_ID = 200
"""Characters of an article's id; what is longer is kept in ``metadata`` and stands under its hash."""

Urgency = Annotated[int, Field(ge=1, le=9)]


class Status(StrEnum):
    """What may be done with a document (IPTC NewsCodes, publishing status)."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


class Document(Strict):
    """One news document. What is here is in the article's metadata too, so that it is stored."""

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

    @property
    def withdrawn(self) -> bool:
        """Whether the document takes its story back, instead of bringing one."""
        return self.status is not Status.USABLE

    @property
    def own(self) -> bool:
        """Whether it came in a format of Wirematch's own, which knows no versions."""
        return self.format in {"text", "json"}

    def by(self, source: str | None) -> Document:
        """The same with a source, where it names none."""
        if source is None or self.article is None or self.article.source is not None:
            return self
        return self.model_copy(update={"article": self.article.model_copy(update={"source": source})})

    def under(self, article_id: str) -> Document:
        """The same under another id."""
        article = self.article and self.article.model_copy(update={"id": article_id})
        return self.model_copy(update={"id": article_id, "article": article})


@dataclass(frozen=True, slots=True)
class Found:
    """A value and the place in the document that it stood in; ``str`` of the place is what a reader is told."""

    value: Any
    place: object


ARTICLE_FIELDS = ("headline", "body", "source", "language", "url", "published_at", "kind")
DOCUMENT_FIELDS = ("version", "version_created", "status", "embargoed", "embargoed_until", "urgency", "edit_note")
OWN_METADATA = ("format", *DOCUMENT_FIELDS)


def assemble(
    format_name: str, found: Mapping[str, Found | None], more: Mapping[str, Found | None] | None = None, *, root: object
) -> Document:
    """The document of what a parser found; ``more`` is kept in the metadata and means nothing to Wirematch.

    InvalidDocumentError with the places of what cannot be, and ``root`` as the place of what is missing.
    """
    values = {name: item.value for name, item in found.items() if item is not None and item.value is not None}
    extras = {name: item.value for name, item in (more or {}).items() if item is not None and item.value is not None}
    places = {name: item.place for name, item in {**found, **(more or {})}.items() if item is not None}
    if len(values.get("id", "")) > LONGEST_ID:
        extras["document_id"], values["id"] = values["id"], short_id(values["id"])
        places["document_id"] = places["id"]
    document: Document | None = None
    try:
        document = Document.model_validate(
            {"format": format_name, "id": values.get("id")}
            | {name: values[name] for name in DOCUMENT_FIELDS if name in values}
        )
        if document.withdrawn and document.id is None:
            raise InvalidDocumentError(
                f"is no {format_name}",
                [Fault(str(root), "a withdrawal must name the id of the story that it takes back")],
            )
        article = Article.model_validate(
            {"id": document.id, "metadata": metadata(document, extras)}
            | {name: values[name] for name in ARTICLE_FIELDS if name in values}
        )
    except ValidationError as error:
        if document is not None and document.withdrawn:
            return document  # its text is nobody's business any more
        raise InvalidDocumentError(f"is no {format_name}", faults(error, places, root)) from error
    return document.model_copy(update={"article": article})


def metadata(document: Document, extras: Mapping[str, MetadataValue | datetime]) -> dict[str, MetadataValue]:
    """What is stored beside the article: what is not the rule, times as ISO 8601."""
    told = {name: getattr(document, name) for name in OWN_METADATA}
    told["status"] = None if document.status is Status.USABLE else document.status.value
    told["embargoed"] = document.embargoed or None
    kept = {name: value for name, value in (told | dict(extras)).items() if value is not None}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}


def faults(error: ValidationError, places: Mapping[str, object], root: object) -> list[Fault]:
    """What pydantic found wrong, at the places where the values stood."""
    told = []
    for item in error.errors(include_url=False, include_input=False):
        first = item["loc"][0] if item["loc"] else None
        name = item["loc"][1] if first == "metadata" and len(item["loc"]) > 1 else first
        place = places.get(str(name))
        if place is not None:
            told.append(Fault(str(place), item["msg"]))
        elif item["type"] == "missing" and first == "body":
            told.append(Fault(str(root), "there is no text in it"))
        else:
            told.append(Fault(str(root), f"{first or 'article'}: {item['msg']}"))
    return told


def short_id(document_id: str) -> str:
    """An id that can be stored, always the same, for one that is too long."""
    return "urn:sha256:" + hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()
