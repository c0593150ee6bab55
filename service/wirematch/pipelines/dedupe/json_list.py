"""The rows of a JSON file that has them in one list, at the top level or in a member of an object."""

from __future__ import annotations

import json
from typing import Any

from wirematch.errors import InvalidDocumentError
from wirematch.formats.encoding import to_utf8
from wirematch.formats.json_text import load_loose_json

LIST_MEMBERS = ("items", "item", "articles", "entries", "records", "documents", "stories", "results", "data")
"""Members of an object that may hold the list."""


def rows_in_list(content: bytes, text_field: str, charset: str | None = None) -> list[bytes] | None:
    """Return the rows as JSON lines; None if ``content`` has no list of objects with text in ``text_field``.

    Dots in ``text_field`` lead into nested objects. An object that itself has a ``text_field`` is a row, not a list.
    """
    try:
        value, _ = load_loose_json(to_utf8(content, charset) if charset else content)
    except InvalidDocumentError:
        return None
    if isinstance(value, dict) and text_field.partition(".")[0] not in value:
        value = next((value[name] for name in LIST_MEMBERS if isinstance(value.get(name), list)), None)
    if not isinstance(value, list) or not any(_has_text(row, text_field) for row in value):
        return None
    return [json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") for row in value]


def _has_text(row: Any, text_field: str) -> bool:
    for name in text_field.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return isinstance(row, str)
