"""The shapes in which JSON wraps stories: how each is recognised, where its items are and what its members mean.

They are data in ``shapes.json``; a new shape only needs an entry there. Its paths are those of
:mod:`~wirematch.formats.json_story.paths`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from wirematch.formats.json_story.paths import first_at, member, reached
from wirematch.formats.json_text import JsonPath
from wirematch.models import Kind


class Shape(BaseModel):
    """One way of wrapping stories."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    of: tuple[str, ...] = ("json",)
    """What it is written in: JSON, or XML whose elements are read as members."""
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
    text = files(__package__).joinpath("shapes.json").read_text(encoding="utf-8")
    found = [Shape.model_validate(shape) for shape in json.loads(text)["shapes"]]
    return tuple(
        shape if shape.like is None else found[shape.like].model_copy(update={"when": shape.when, "items": ()})
        for shape in found
    )


def shape_of(value: Any) -> Shape | None:
    """Return the first shape that fits; the last one fits anything with text in a usual place."""
    *particular, general = shapes()
    first = next((entry for entry in value if isinstance(entry, dict)), None) if isinstance(value, list) else value
    if isinstance(first, dict):
        for shape in particular:
            if all(_fits(first, paths, pattern) for paths, pattern in shape.when.items()):
                return shape
    return general if any(_has_body(general, item.value) for item in items_of(general, value)) else None


def _fits(value: Any, paths: str, pattern: str) -> bool:
    found = [said for path in paths.split("|") if (said := reached(value, path)[0])]
    return bool(found) and (not pattern or any(re.search(pattern, said) for said in found if isinstance(said, str)))


@dataclass(frozen=True, slots=True)
class ShapedItem:
    """An item of a document, with its path, and what it is wrapped in by itself, whose members are its own too."""

    place: JsonPath
    value: dict[str, Any]
    around_place: JsonPath
    around: dict[str, Any]


def items_of(shape: Shape, value: Any) -> Iterator[ShapedItem]:
    """Yield the items of a document by this shape. Without lists, the whole is one item."""
    outer: Any = value
    way: JsonPath = ()
    if isinstance(value, dict) and not (shape is shapes()[-1] and _has_body(shape, value)):
        for path in shape.items:
            found = member(value, path)
            if isinstance(found, dict | list) and found:
                outer, way = found, tuple(path.split("."))
                break
    entries = list(enumerate(outer)) if isinstance(outer, list) else [(None, outer)]
    for number, entry in entries:
        if not isinstance(entry, dict):
            continue
        around_place = way if number is None else (*way, number)
        name = next((name for name in shape.inner if isinstance(entry.get(name), dict)), None)
        if name is None:
            yield ShapedItem(around_place, entry, around_place, entry)
        else:
            yield ShapedItem((*around_place, name), entry[name], around_place, entry)


def _has_body(shape: Shape, item: dict[str, Any]) -> bool:
    return first_at(item, shape.fields.get("body", ()))[0] is not None
