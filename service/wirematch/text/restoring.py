"""Prepare a text and tell its skeleton, and prepare it again from that; with or without markup."""

from __future__ import annotations

from wirematch.models import BodyFormat
from wirematch.text.prepare import as_seen, prepare_plain
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import is_of_undisguised, prepare_from, skeleton_of


def prepare_first(submitted: str, headline: str | None, body_format: str | None) -> tuple[PreparedText, bytes]:
    """What ``prepare`` gives, and the skeleton of the text as a person sees it."""
    seen = as_seen(submitted, body_format)
    prepared = prepare_plain(seen.text, headline)
    return seen.placed(prepared), skeleton_of(prepared, undisguised=seen.text == seen.plain.text)


def prepare_again(submitted: str, body_format: str | None, skeleton: bytes) -> PreparedText:
    """What ``prepare`` gave when the skeleton was made; ValueError where it is seen to be none of this text."""
    undisguised = is_of_undisguised(skeleton)
    if undisguised and body_format == BodyFormat.TEXT:
        return prepare_from(submitted, skeleton, seen=True)
    seen = as_seen(submitted, body_format, undisguised=undisguised)
    return seen.placed(prepare_from(seen.text, skeleton, seen=True))
