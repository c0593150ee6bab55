"""Stories wrapped in JSON: AP's Media API, JSON Feed, dpa digitalwires and arbitrary wrappers.

``json_shapes.json`` defines for each shape how it is recognised, where its items are and what its members mean; a new
shape only needs an entry there. A path leads from member to member, and in a list to the first entry that continues it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.addresses import names_a_site
from wirematch.formats.document import Document, Documents, FieldValue, Status, assemble, collect
from wirematch.formats.json_text import JsonPath, load_loose_json, pointer
from wirematch.formats.markup import plain
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

MOST_ITEMS = 10_000
MOST_PARAGRAPHS = 5_000
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


class Shape(BaseModel):
    """One way of wrapping stories."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    when: dict[str, str]
    """Paths that must lead to a value (any of several separated by '|'), with patterns for the text there."""
    items: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    """Members of an item that hold its fields, if it has them."""
    fields: dict[str, tuple[str, ...]] = {}
    outer: dict[str, tuple[str, ...]] = {}
    """Fields that occur once in the wrapper and apply to all items."""
    source: str | None = None
    """The source of stories that name none."""
    utc: bool = False
    """Whether times without a zone are in UTC."""
    like: int | None = None
    """Index, among all shapes, of the one whose fields are used."""


@cache
def shapes() -> tuple[Shape, ...]:
    """Return all shapes, the most specific first."""
    text = files("wirematch.formats").joinpath("json_shapes.json").read_text(encoding="utf-8")
    found = [Shape.model_validate(shape) for shape in json.loads(text)["shapes"]]
    return tuple(
        shape if shape.like is None else found[shape.like].model_copy(update={"when": shape.when, "items": ()})
        for shape in found
    )


def parse(content: bytes) -> Documents:
    """Parse every story. Raises InvalidDocumentError if no shape fits."""
    value, odd = load_loose_json(content)
    return of_value(value, [Fault("the document", odd)] if odd else [])


def of_value(value: Any, warnings: Sequence[Fault] = ()) -> Documents:
    """Parse every story in decoded JSON."""
    shape = shape_of(value)
    if shape is None:
        raise InvalidDocumentError(
            "is no JSON with a story in it", [Fault("the document", "no text was found where one is looked for")]
        )
    items = list(_items(shape, value))
    if len(items) > MOST_ITEMS:
        raise InvalidDocumentError(f"cannot be read: it has more than {MOST_ITEMS:,} items")
    readers = [(pointer(place), partial(_document, shape, value, item, place, warnings)) for place, item in items]
    return collect(shape.name, readers)


def shape_of(value: Any) -> Shape | None:
    """Return the first shape that fits; the last one fits anything with text in a usual place."""
    *particular, general = shapes()
    if isinstance(value, dict):
        for shape in particular:
            if all(_fits(value, paths, pattern) for paths, pattern in shape.when.items()):
                return shape
    return general if any(_text(general, "body", item)[0] for _, item in _items(general, value)) else None


def _fits(value: Any, paths: str, pattern: str) -> bool:
    found = [said for path in paths.split("|") if (said := _reached(value, path)[0])]
    return bool(found) and (not pattern or any(re.search(pattern, said) for said in found if isinstance(said, str)))


def _items(shape: Shape, value: Any) -> Iterator[tuple[JsonPath, dict[str, Any]]]:
    """Yield the items of a document by this shape, each with its path. Without lists, the whole is one item."""
    outer: Any = value
    way: JsonPath = ()
    if isinstance(value, dict) and not (shape is shapes()[-1] and _text(shape, "body", value)[0]):
        for path in shape.items:
            found = _member(value, path)
            if isinstance(found, dict | list) and found:
                outer, way = found, tuple(path.split("."))
                break
    entries = list(enumerate(outer)) if isinstance(outer, list) else [(None, outer)]
    for number, entry in entries:
        place = way if number is None else (*way, number)
        item = entry
        for name in shape.inner:
            if isinstance(item, dict) and isinstance(item.get(name), dict):
                item, place = item[name], (*place, name)
                break
        if isinstance(item, dict):
            yield place, item


def _document(shape: Shape, whole: Any, item: dict[str, Any], place: JsonPath, warnings: Sequence[Fault]) -> Document:
    def found(name: str) -> FieldValue | None:
        said, way = _text(shape, name, item)
        if said:
            return FieldValue(said, pointer((*place, *way)))
        said, way = _first(whole, shape.outer.get(name, ()))
        return FieldValue(said, pointer(way)) if isinstance(said, str) and said else None

    status = found("status")
    taken_back = status and _TAKEN_BACK.get(status.value.lower())
    body, excerpt = found("body"), None
    if body is None and (excerpt := found("excerpt")) is not None:
        body = excerpt
    _refuse_what_is_no_story(shape, found("type"), None if body or taken_back else found("elsewhere"))
    time, local = published(_in_utc(found("published_at"), utc=shape.utc))
    embargo = found("embargoed_until")
    if embargo is not None and embargo.value.lower() in {"false", "0"}:
        embargo = None
    headline = found("headline")
    url = found("url")
    version = _short(found("version"))
    return assemble(
        shape.name,
        {
            "id": _document_id(found("id"), version),
            "headline": headline and FieldValue(" ".join(plain(headline.value).split()), headline.place),
            "body": body and FieldValue(plain(body.value), body.place),
            "source": found("source") or (FieldValue(shape.source, pointer(place)) if shape.source else None),
            "language": found("language"),
            "url": url if url is not None and url.value.startswith(("http://", "https://")) else None,
            "published_at": time,
            "kind": FieldValue(shape.kind, pointer(place)),
            "version": version,
            "version_created": time_at(_in_utc(found("version_created"), utc=shape.utc)),
            "status": status and FieldValue(taken_back, status.place),
            "embargoed": embargo and FieldValue(True, embargo.place),
            "embargoed_until": time_at(embargo),
            "urgency": _urgency(found("urgency")),
            "edit_note": _short(found("edit_note"), 2_000),
        },
        {
            "byline": _short(found("byline"), 2_000),
            "slugline": _short(found("slugline"), 2_000),
            "published_local": local,
            "excerpt": excerpt and FieldValue(True, excerpt.place),
        },
        root=pointer(place),
        warnings=warnings,
    )


def _refuse_what_is_no_story(shape: Shape, kind: FieldValue | None, elsewhere: FieldValue | None) -> None:
    if kind is not None and kind.value.lower() in _NO_STORIES:
        fault = Fault(str(kind.place), f"a {kind.value} is no story")
    elif elsewhere is not None:
        message = "the text is not in it but elsewhere; fetch it from there and send that"
        fault = Fault(str(elsewhere.place), message)
    else:
        return
    raise InvalidDocumentError(f"is no {shape.name} that can be compared", [fault])


def _document_id(found: FieldValue | None, version: FieldValue | None) -> FieldValue | None:
    """Return the id that all versions of a story share; None if it only names a site."""
    if found is not None and version is not None and found.value.startswith("urn:newsml:"):
        # Such a URN ends with its version.
        found = FieldValue(found.value.removesuffix(f":{version.value}"), found.place)
    return None if found is not None and names_a_site(found.value) else found


def _text(shape: Shape, name: str, item: dict[str, Any]) -> tuple[str, JsonPath]:
    said, way = _first(item, shape.fields.get(name, ()))
    return (said if isinstance(said, str) else ""), way


def _first(value: Any, paths: Sequence[str]) -> tuple[Any, JsonPath]:
    for path in paths:
        said, way = _at(value, path)
        if said:
            return said, way
    return None, ()


def _at(value: Any, path: str) -> tuple[str | None, JsonPath]:
    """Return the value at a path as text; None if there is none, or it is neither text nor a number."""
    found, way = _reached(value, path)
    return _said(found), way


def _reached(value: Any, path: str) -> tuple[Any, JsonPath]:
    way: JsonPath = ()
    for name in path.split("."):
        if isinstance(value, list):
            number = next((n for n, entry in enumerate(value) if isinstance(entry, dict) and entry.get(name)), None)
            if number is None:
                return None, ()
            value, way = value[number], (*way, number)
        if not isinstance(value, dict) or name not in value:
            return None, ()
        value, way = value[name], (*way, name)
    return value, way


def _said(value: Any) -> str | None:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip() or None
    if isinstance(value, list) and 0 < len(value) <= MOST_PARAGRAPHS and all(isinstance(part, str) for part in value):
        return "\n\n".join(filter(None, map(str.strip, value))) or None
    return None


def _member(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


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


def _short(found: FieldValue | None, longest: int = 100) -> FieldValue | None:
    return found if found is not None and len(found.value) <= longest else None


def _urgency(found: FieldValue | None) -> FieldValue | None:
    return FieldValue(int(found.value), found.place) if found is not None and found.value in "123456789" else None
