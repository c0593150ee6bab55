"""Prepare a text and tell its skeleton, and prepare it again from that; with or without markup."""

from __future__ import annotations

from wirematch.text.markup import read_markup
from wirematch.text.prepare import PreparedText, in_submitted, prepare_plain
from wirematch.text.skeleton import prepare_from, skeleton_of


def prepare_first(submitted: str, headline: str | None, body_format: str | None) -> tuple[PreparedText, bytes]:
    """What ``prepare`` gives, and the skeleton of the text without its markup."""
    plain = read_markup(submitted, body_format)
    prepared = prepare_plain(plain.text, headline)
    return in_submitted(prepared, plain, submitted), skeleton_of(prepared)


def prepare_again(submitted: str, body_format: str | None, skeleton: bytes) -> PreparedText:
    """What ``prepare`` gave when the skeleton was made; ValueError where it is seen to be none of this text."""
    plain = read_markup(submitted, body_format)
    return in_submitted(prepare_from(plain.text, skeleton), plain, submitted)
