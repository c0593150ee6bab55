"""Reach values in decoded JSON by paths such as ``data.item.headline``.

A path leads from member to member. In a list, it goes on with the first entry that has the next member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wirematch.formats.json_story.blocks import are_blocks, text_of_blocks
from wirematch.formats.json_text import JsonPath

MOST_PARAGRAPHS = 5_000


def first_at(value: Any, paths: Sequence[str]) -> tuple[str | None, JsonPath]:
    """Return the first text or number that one of these paths leads to, as text, and where it is."""
    for path in paths:
        found, way = reached(value, path)
        if said := _as_text(found):
            return said, way
    return None, ()


def reached(value: Any, path: str) -> tuple[Any, JsonPath]:
    """Return the value that a path leads to, and where it is; None if there is none."""
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


def member(value: Any, path: str) -> Any:
    """Return the value that a path through objects leads to; None if there is none."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _as_text(value: Any) -> str | None:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip() or None
    if isinstance(value, list) and 0 < len(value) <= MOST_PARAGRAPHS and all(isinstance(part, str) for part in value):
        return "\n\n".join(filter(None, map(str.strip, value))) or None
    return (text_of_blocks(value) or None) if are_blocks(value) else None
