"""How documents are read: the operator's time zones, and whether warnings are errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import ZoneInfo

from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import Document


@dataclass(frozen=True, slots=True)
class Zones:
    """Time zones (IANA names, such as Australia/Sydney) of times without an offset."""

    by_source: Mapping[str, str] = field(default_factory=dict)
    by_format: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: str | None, format_: str) -> str | None:
        """Return the zone of a source, ignoring case, or else of a format; None if neither has one."""
        named = {name.casefold(): zone for name, zone in self.by_source.items()}
        return named.get((source or "").casefold()) or self.by_format.get(format_)


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """How documents are read."""

    zones: Zones = field(default_factory=Zones)
    source: str | None = None
    """The source of documents that name none."""
    strict: bool = False
    """Whether a document with warnings is refused."""

    def finished(self, document: Document, format_: str) -> Document:
        """Fill in source and zone. Raises InvalidDocumentError if ``strict`` is set and the document has warnings."""
        document = document.by(self.source)
        source = document.article.source if document.article is not None else self.source
        zone = self.zones.of(source, format_) if document.zoneless else None
        if zone is not None:
            document = document.in_zone(_zone(zone))
        if self.strict and document.warnings:
            raise InvalidDocumentError(f"is not valid {document.format}", document.warnings)
        return document


DEFAULT_PARSE_OPTIONS = ParseOptions()
"""No time zones are known, and no readable document is refused."""


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
