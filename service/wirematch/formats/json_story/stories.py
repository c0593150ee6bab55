"""Parse stories wrapped in JSON, whatever their shape, into documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.addresses import names_a_site
from wirematch.formats.document import Document, Documents, FieldValue, Status, assemble, collect
from wirematch.formats.json_story.paths import first_at
from wirematch.formats.json_story.shapes import Shape, ShapedItem, items_of, shape_of
from wirematch.formats.json_text import load_loose_json, pointer
from wirematch.formats.markup import plain
from wirematch.formats.times import published, time_at

MOST_ITEMS = 10_000
LONGEST_VALUE, LONGEST_LINE = 100, 2_000
"""Characters of a version, and of a note or byline; longer ones are ignored."""
_TAKEN_BACK = {
    "withheld": Status.WITHHELD,
    "canceled": Status.CANCELED,
    "cancelled": Status.CANCELED,
    "killed": Status.CANCELED,
    "recalled": Status.CANCELED,
    "withdrawn": Status.CANCELED,
    "retracted": Status.CANCELED,
}
_NO_STORIES = frozenset(("picture", "photo", "video", "audio", "graphic", "event", "planning", "composite"))


def parse(content: bytes) -> Documents:
    """Parse every story. Raises InvalidDocumentError if no shape fits."""
    value, odd = load_loose_json(content)
    return of_value(value, [Fault("the document", odd)] if odd else [])


def of_value(value: Any, warnings: Sequence[Fault] = ()) -> Documents:
    """Parse every story in decoded JSON."""
    shape = shape_of(value)
    if shape is None:
        raise InvalidDocumentError(
            "is not JSON with a story in it", [Fault("the document", "no text was found in the usual places")]
        )
    items = list(items_of(shape, value))
    if len(items) > MOST_ITEMS:
        raise InvalidDocumentError(f"cannot be read: it has more than {MOST_ITEMS:,} items")
    readers = [(pointer(item.place), partial(_document, shape, value, item, warnings)) for item in items]
    return collect(shape.name, readers)


class _Fields:
    """The fields of one item, found by the names that its shape gives them, or else in what wraps it or all items."""

    def __init__(self, shape: Shape, whole: Any, item: ShapedItem) -> None:
        self._shape = shape
        self._whole = whole
        self._item = item

    def find(self, name: str, longest: int | None = None) -> FieldValue | None:
        """Return a field as text; None if it is missing or has more than ``longest`` characters."""
        paths = self._shape.fields.get(name, ())
        said, way = first_at(self._item.value, paths)
        way = (*self._item.place, *way)
        if said is None and self._item.around is not self._item.value and name != "body":
            said, way = first_at(self._item.around, paths)
            way = (*self._item.around_place, *way)
        if said is None:
            said, way = first_at(self._whole, self._shape.outer.get(name, ()))
        if said is None or (longest is not None and len(said) > longest):
            return None
        return FieldValue(said, pointer(way))

    def time(self, name: str) -> FieldValue | None:
        """Return a field with a time, as text; one without a zone is in UTC if the shape says so."""
        return _in_utc(self.find(name), utc=self._shape.utc)

    def source(self) -> FieldValue | None:
        """Return the source, or that of all stories of this shape."""
        by_shape = FieldValue(self._shape.source, pointer(self._item.place)) if self._shape.source else None
        found = self.find("source") or by_shape
        return found and FieldValue(found.value.strip("/ "), found.place)

    def embargo(self) -> FieldValue | None:
        """Return the end of an embargo; None if there is none."""
        found = self.find("embargoed_until")
        return None if found is not None and found.value.lower() in {"false", "0"} else found


def _document(shape: Shape, whole: Any, item: ShapedItem, warnings: Sequence[Fault]) -> Document:
    fields = _Fields(shape, whole, item)
    find, place = fields.find, item.place
    status, headline, url = find("status"), find("headline"), find("url")
    taken_back = status and _TAKEN_BACK.get(status.value.lower())
    withdrawn = find("withdrawn")
    if withdrawn is not None and withdrawn.value.lower() in {"true", "1"}:
        status, taken_back = withdrawn, Status.CANCELED
    body = find("body")
    excerpt = None if body else find("excerpt")
    text = body or excerpt
    _refuse_what_is_no_story(shape, find("type"), None if text or taken_back else find("elsewhere"))
    time, local = published(fields.time("published_at"))
    embargo = fields.embargo()
    version = find("version", LONGEST_VALUE)
    return assemble(
        shape.name,
        {
            "id": _document_id(find("id"), version),
            "headline": headline and FieldValue(" ".join(plain(headline.value).split()), headline.place),
            "body": text and FieldValue(plain(text.value), text.place),
            "source": fields.source(),
            "language": find("language"),
            "url": url if url and url.value.startswith(("http://", "https://")) else None,
            "published_at": time,
            "kind": FieldValue(shape.kind, pointer(place)),
            "version": version,
            "version_created": time_at(fields.time("version_created")),
            "status": status and FieldValue(taken_back, status.place),
            "embargoed": embargo and FieldValue(True, embargo.place),
            "embargoed_until": time_at(embargo),
            "urgency": _urgency(find("urgency")),
            "edit_note": find("edit_note", LONGEST_LINE),
        },
        {
            "byline": find("byline", LONGEST_LINE),
            "slugline": find("slugline", LONGEST_LINE),
            "published_local": local,
            "excerpt": excerpt and FieldValue(True, excerpt.place),
        },
        root=pointer(place),
        warnings=warnings,
    )


def _refuse_what_is_no_story(shape: Shape, kind: FieldValue | None, elsewhere: FieldValue | None) -> None:
    if kind is not None and kind.value.lower() in _NO_STORIES:
        fault = Fault(str(kind.place), f"a {kind.value} is not a story")
    elif elsewhere is not None:
        message = "the text is not included; fetch it from its address and send that"
        fault = Fault(str(elsewhere.place), message)
    else:
        return
    raise InvalidDocumentError(f"is not {shape.name} that can be compared", [fault])


def _document_id(found: FieldValue | None, version: FieldValue | None) -> FieldValue | None:
    """Return the id that all versions of a story share; None if it only names a site."""
    if found is not None and version is not None and found.value.startswith("urn:newsml:"):
        # Such a URN ends with its version.
        found = FieldValue(found.value.removesuffix(f":{version.value}"), found.place)
    return None if found is not None and names_a_site(found.value) else found


def _in_utc(found: FieldValue | None, *, utc: bool) -> FieldValue | None:
    """Convert a time to text in UTC; numbers are seconds or milliseconds since 1970."""
    if found is None:
        return None
    if re.fullmatch(r"\d{9,13}(\.\d+)?", found.value):
        number = float(found.value)
        time = datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        return FieldValue(time.isoformat(), found.place)
    time_said = time_at(found) if utc else None
    if time_said is not None and time_said.value.tzinfo is None:
        return FieldValue(time_said.value.replace(tzinfo=UTC).isoformat(), found.place)
    return found


def _urgency(found: FieldValue | None) -> FieldValue | None:
    return FieldValue(int(found.value), found.place) if found is not None and found.value in "123456789" else None
