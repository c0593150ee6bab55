"""Prepare a text and tell its skeleton, and prepare it again from that; with or without markup."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.models import BodyFormat
from wirematch.text.prepare import as_seen, prepare_plain_all
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import is_of_undisguised, prepare_from, skeleton_of


def prepare_first(submitted: str, headline: str | None, body_format: str | None) -> tuple[PreparedText, bytes]:
    """What ``prepare`` gives, and the skeleton of the text as a person sees it."""
    [found] = prepare_first_all([(submitted, headline, body_format)])
    return found


def prepare_first_all(texts: Sequence[tuple[str, str | None, str | None]]) -> list[tuple[PreparedText, bytes]]:
    """The same of several, step by step for all of them: a step takes a fraction of the time where it has just run."""
    seen = [as_seen(submitted, body_format) for submitted, _, body_format in texts]
    plain = prepare_plain_all([(one.text, headline) for one, (_, headline, _) in zip(seen, texts, strict=True)])
    return [
        (one.placed(prepared), skeleton_of(prepared, undisguised=one.text == one.plain.text))
        for one, prepared in zip(seen, plain, strict=True)
    ]


def prepare_again(submitted: str, body_format: str | None, skeleton: bytes) -> PreparedText:
    """What ``prepare`` gave when the skeleton was made; ValueError where it is seen to be none of this text."""
    undisguised = is_of_undisguised(skeleton)
    if undisguised and body_format == BodyFormat.TEXT:
        return prepare_from(submitted, skeleton, seen=True)
    seen = as_seen(submitted, body_format, undisguised=undisguised)
    return seen.placed(prepare_from(seen.text, skeleton, seen=True))
