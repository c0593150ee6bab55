"""Records of other people's making: which of their fields make an article, and what is written of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wirematch.errors import InvalidArticleError
from wirematch.formats.document import short_id
from wirematch.formats.json_text import load_json
from wirematch.models import Article

NOTE = "wirematch"
"""The member of a record that tells what was decided of it."""
REQUIRED = frozenset({"id", "body"})


class RowError(InvalidArticleError):
    """A record is no article; ``cause`` is one of no_text, bad_text, bad_id."""

    def __init__(self, said: str, cause: str) -> None:
        super().__init__(said)
        self.cause = cause


class Fields(BaseModel):
    """Where in a record an article's parts are: a member's name, or names joined by dots for one within another."""

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
    """One record and the article that it holds."""

    number: int
    """Its place in all that is read, from 0."""
    place: str
    """For a reader: the file and the line."""
    line: bytes
    """Its JSON, as it came."""
    article: Article
    """With the record's id, or none."""
    noted: bool = False
    """Whether it has a note from before, which a new one replaces."""
    note_name: str = NOTE
    """The member for its note: one that the record has no other use for."""
    left_out: tuple[str, ...] = ()
    """Fields that Wirematch cannot use as they are, such as a time without its offset from UTC."""

    def with_note(self, note: Mapping[str, Any]) -> bytes:
        """Its JSON with a note at the end; all else stays as it is, to the byte where there was no note before."""
        if self.noted:
            value = json.loads(self.line)
            return _json({name: value[name] for name in value if name != self.note_name} | {self.note_name: note})
        return self.line.strip()[:-1].rstrip() + b"," + _json(self.note_name) + b":" + _json(note) + b"}"


def read_row(line: bytes, fields: Fields, number: int, place: str) -> InputRow:
    """The record in one line of JSON; InvalidArticleError says what makes it useless."""
    value = load_json(line)
    if not isinstance(value, dict):
        raise InvalidArticleError("is no JSON object.")
    article, left_out = read_fields(value, fields)
    name = NOTE
    while name in value and not _is_note(value[name]):
        name += "_"
    return InputRow(number, place, line, article, name in value, name, left_out)


def _is_note(value: Any) -> bool:
    """Whether it is what an earlier run noted, and not a member of the record's own."""
    return isinstance(value, dict) and "decision" in value


def read_fields(value: Mapping[str, Any], fields: Fields) -> tuple[Article, tuple[str, ...]]:
    """The article in a record, and the fields that could not be used; InvalidArticleError without a text or id."""
    found = {name: _member(value, path) for name, path in fields if _member(value, path) is not None}
    if "body" not in found and _is_there(value, fields.body):
        raise RowError(f"has nothing in {fields.body!r}, where its text should be.", "no_text")
    if "body" not in found:
        there = ", ".join(sorted(map(str, value))[:12]) or "nothing"
        raise RowError(f"has no {fields.body!r}, where its text should be; it has {there}.", "no_text")
    if "id" in found:
        found["id"] = _identifier(found["id"], fields.id)
    left_out: set[str] = set()
    while True:
        try:
            kept = {name: part for name, part in found.items() if name not in left_out}
            return Article.model_validate(kept), tuple(sorted(left_out))
        except ValidationError as error:
            wrong = {str(item["loc"][0]): item["msg"] for item in error.errors(include_url=False, include_input=False)}
            for name in REQUIRED & wrong.keys():
                cause = "bad_id" if name == "id" else "no_text" if _is_empty(found[name]) else "bad_text"
                raise RowError(f"{getattr(fields, name)}: {wrong[name]}.", cause) from error
            left_out |= wrong.keys()


def _member(value: Mapping[str, Any], path: str) -> Any:
    if path in value:
        return value[path]
    part: Any = value
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _is_there(value: Mapping[str, Any], path: str) -> bool:
    """Whether a member is there, if with nothing in it."""
    if path in value:
        return True
    outer, _, name = path.rpartition(".")
    inner = _member(value, outer) if outer else value
    return isinstance(inner, Mapping) and name in inner


def _is_empty(given: Any) -> bool:
    return isinstance(given, str) and not given.strip()


def _identifier(given: Any, field: str) -> str | None:
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise RowError(f"{field}: an id is a text or a whole number.", "bad_id")
    said = str(given)
    try:
        return Article(id=said, body="-").id if said else None
    except ValidationError:  # too long, or with control characters
        return short_id(said)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
