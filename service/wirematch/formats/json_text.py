"""Parse untrusted JSON, and name places in it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from wirematch.errors import InvalidDocumentError

JsonPath = tuple[str | int, ...]
"""Member names and list indexes that lead to a value."""


def load_json(content: bytes | str) -> Any:
    """Parse JSON (RFC 8259: UTF-8, finite numbers). Raises InvalidDocumentError with line and column."""
    if isinstance(content, bytes):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        if isinstance(content, bytes):
            _require_utf_8(content)
        raise InvalidDocumentError(f"is not valid JSON: {error}") from error


def load_loose_json(content: bytes | str) -> tuple[Any, str | None]:
    """Like ``load_json``, but accepts line breaks and tabs inside strings; also returns a warning if there were any."""
    try:
        return load_json(content), None
    except InvalidDocumentError as error:
        if "control character" not in error.reason:
            raise
        refusal = error
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        value = json.loads(text, strict=False, parse_constant=_no_number)
        # Parsed again to reject lone surrogates, which Python accepts, and excessive depth.
        return load_json(json.dumps(value)), "raw control characters in its texts"
    except (ValueError, RecursionError):
        raise refusal from None


def _require_utf_8(content: bytes) -> None:
    """Raise InvalidDocumentError for bytes of another encoding, which the parser calls invalid code points."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise InvalidDocumentError(f"is not UTF-8: {error.reason} at byte {error.start}") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def pointer(parts: Iterable[str | int]) -> str:
    """Return a JSON pointer (RFC 6901); 'the document' for the root."""
    told = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return told or "the document"
