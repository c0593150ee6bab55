"""The reference for an article's first reading."""

from __future__ import annotations

from wirematch.text.prepare import as_seen, prepare_plain
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import skeleton_of


def prepare_first(submitted: str, headline: str | None, body_format: str | None) -> tuple[PreparedText, bytes]:
    """Return the result of ``prepare``, and the skeleton of the unmasked text."""
    seen = as_seen(submitted, body_format)
    prepared = prepare_plain(seen.text, headline)
    return seen.placed(prepared), skeleton_of(prepared, undisguised=seen.text == seen.plain.text)
