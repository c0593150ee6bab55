"""Prepare a stored text, with or without markup, again from its skeleton."""

from __future__ import annotations

from wirematch.models import BodyFormat
from wirematch.text.prepare import as_seen
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import is_of_undisguised, prepare_from


def prepare_again(submitted: str, body_format: str | None, skeleton: bytes) -> PreparedText:
    """Return what ``prepare`` returned when the skeleton was made; ValueError if it visibly belongs to another text."""
    undisguised = is_of_undisguised(skeleton)
    if undisguised and body_format == BodyFormat.TEXT:
        return prepare_from(submitted, skeleton, seen=True)
    seen = as_seen(submitted, body_format, undisguised=undisguised)
    return seen.placed(prepare_from(seen.text, skeleton, seen=True))
