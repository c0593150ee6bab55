"""Rows of a pipeline's input: objects with any members, some of which make an article."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wirematch.errors import InvalidArticleError
from wirematch.errors.validation import message_of
from wirematch.formats.document import short_id
from wirematch.formats.json_text import load_json
from wirematch.models import DOT_SEGMENTS, Article

NOTE = "wirematch"
"""The member of a row that holds the decision on it."""
REQUIRED = frozenset({"id", "body"})
"""Fields that make a row unusable if they are invalid; any other is left out."""


class RowError(InvalidArticleError):
    """A row that is not an article; ``cause`` is no_text, bad_text or bad_id."""

    def __init__(self, reason: str, cause: str) -> None:
        super().__init__(reason)
        self.cause = cause


class Fields(BaseModel):
    """Where a row has the fields of an article: a member's name, or names joined by dots for nested ones.

    >>> Fields(body="content.plain", headline="title").body
    'content.plain'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = "id"
    body: str = "body"
    headline: str = "headline"
    source: str = "source"
    published_at: str = "published_at"
    language: str = "language"
    url: str = "url"
    kind: str = "kind"


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row and the article in it."""

    number: int
    """Index in the whole input, from 0."""
    place: str
    """File and line, for messages."""
    line: bytes
    """The row's JSON as it was read."""
    article: Article
    """Its id is the row's, or None."""
    noted: bool = False
    """Whether the row already has a note, which a new one replaces."""
    note_name: str = NOTE
    """The member for its note: ``wirematch``, unless the row has a member of its own by that name."""
    left_out: tuple[str, ...] = ()
    """Fields of the article that were left out as invalid, such as a time without UTC offset."""

    def with_note(self, note: Mapping[str, Any]) -> bytes:
        """Return the row's JSON with ``note`` as its last member.

        Everything else is unchanged to the byte, unless the row already had a note.
        """
        if self.noted:
            value = json.loads(self.line)
            return _json({name: value[name] for name in value if name != self.note_name} | {self.note_name: note})
        return self.line.strip()[:-1].rstrip() + b"," + _json(self.note_name) + b":" + _json(note) + b"}"


def read_row(line: bytes, fields: Fields, number: int, place: str) -> InputRow:
    """Parse a line of JSON as a row; ``number`` and ``place`` say where it is in the input.

    Raises InvalidArticleError if it is not a JSON object, or not an article. The message is worded to follow the place,
    such as "is not a JSON object.".
    """
    value = load_json(line)
    if not isinstance(value, dict):
        raise InvalidArticleError(no_object(value))
    article, left_out = read_fields(value, fields)
    name = NOTE
    while name in value and not _is_note(value[name]):
        name += "_"
    return InputRow(number, place, line, article, name in value, name, left_out)


def no_object(value: Any) -> str:
    """What is wrong with JSON that is no object, worded to follow the place."""
    return (
        "is an array: one article is expected, a JSON object." if isinstance(value, list) else "is not a JSON object."
    )


def _is_note(value: Any) -> bool:
    """Whether a member is a note of an earlier run, and not the row's own."""
    return isinstance(value, dict) and "decision" in value


def read_fields(value: Mapping[str, Any], fields: Fields) -> tuple[Article, tuple[str, ...]]:
    """Return the article in an object, and the names of the fields that were left out as invalid.

    Raises InvalidArticleError if it has no text, or its text or id is invalid.
    """
    found = {name: _member(value, path) for name, path in fields if _member(value, path) is not None}
    if "body" not in found and _is_there(value, fields.body):
        raise RowError(f"has nothing in {fields.body!r}.", "no_text")
    if "body" not in found:
        there = ", ".join(sorted(map(str, value))[:12]) or "nothing"
        raise RowError(f"has no text in {fields.body!r}; it has {there}.", "no_text")
    if "id" in found:
        found["id"] = _identifier(found["id"], fields.id)
    left_out: set[str] = set()
    while True:
        try:
            kept = {name: part for name, part in found.items() if name not in left_out}
            return Article.model_validate(kept), tuple(sorted(left_out))
        except ValidationError as error:
            wrong = {
                str(item["loc"][0]): message_of(item) for item in error.errors(include_url=False, include_input=False)
            }
            for name in REQUIRED & wrong.keys():
                cause = "bad_id" if name == "id" else "no_text" if _is_empty(found[name]) else "bad_text"
                raise RowError(f"{getattr(fields, name)}: {wrong[name]}.", cause) from error
            left_out |= wrong.keys()


def _member(value: Mapping[str, Any], path: str) -> Any:
    """Return the member with exactly this name, otherwise the nested one; None if neither exists."""
    if path in value:
        return value[path]
    part: Any = value
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _is_there(value: Mapping[str, Any], path: str) -> bool:
    """Whether the member exists, even if it is null."""
    if path in value:
        return True
    outer, _, name = path.rpartition(".")
    inner = _member(value, outer) if outer else value
    return isinstance(inner, Mapping) and name in inner


def _is_empty(given: Any) -> bool:
    return isinstance(given, str) and not given.strip()


def _identifier(given: Any, field: str) -> str | None:
    """Return an id that can be stored; one that cannot is replaced by its hash."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise RowError(f"{field}: an id must be a string or a number.", "bad_id")
    # A table with a gap in a column of integers has them as 12.0; in JSON, that is the number 12.
    text = str(int(given) if isinstance(given, float) and given.is_integer() else given)
    try:
        accepted = Article(id=text, body="-").id if text else None
    except ValidationError:  # too long, or with control characters
        return short_id(text)
    return short_id(text) if accepted in DOT_SEGMENTS else accepted  # no address can have these


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
