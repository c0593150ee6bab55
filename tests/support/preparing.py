"""What the first reading of an article is held to."""

from __future__ import annotations

from wirematch.text.prepare import as_seen, prepare_plain
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import skeleton_of


def prepare_first(submitted: str, headline: str | None, body_format: str | None) -> tuple[PreparedText, bytes]:
    """What ``prepare`` gives, and the skeleton of the text as a person sees it."""
    seen = as_seen(submitted, body_format)
    prepared = prepare_plain(seen.text, headline)
    return seen.placed(prepared), skeleton_of(prepared, undisguised=seen.text == seen.plain.text)
