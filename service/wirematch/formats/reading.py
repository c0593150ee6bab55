"""How documents are read: what the operator says of zones, and whether anything odd is let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo

from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import Document


@dataclass(frozen=True, slots=True)
class Zones:
    """In which zones times without an offset are; names are IANA's, such as Australia/Sydney."""

    by_source: Mapping[str, str] = field(default_factory=dict)
    by_format: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: str | None, format_: str) -> str | None:
        """The zone of a source, whatever its letter case, or else of a format; None when neither is named."""
        named = {name.casefold(): zone for name, zone in self.by_source.items()}
        return named.get((source or "").casefold()) or self.by_format.get(format_)


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are read."""

    zones: Zones = field(default_factory=Zones)
    source: str | None = None
    """The source of documents that name none."""
    strict: bool = False
    """Whether what would be told as a warning is a reason to refuse a document."""

    def finished(self, document: Document, format_: str) -> Document:
        """The document with source and zone filled in; InvalidDocumentError if it has warnings and ``strict`` is."""
        document = document.by(self.source)
        source = document.article.source if document.article is not None else self.source
        zone = self.zones.of(source, format_) if document.zoneless else None
        if zone is not None:
            document = document.in_zone(_zone(zone))
        if self.strict and document.warnings:
            raise InvalidDocumentError(f"is no valid {document.format}", document.warnings)
        return document


AS_IT_COMES = Reading()
"""No zones are known, and nothing that can be read is refused."""


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
