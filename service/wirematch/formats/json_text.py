"""JSON from strangers, and places in it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from wirematch.errors import InvalidDocumentError


def load_json(content: bytes | str) -> Any:
    """The value; InvalidDocumentError with line and column when it is not JSON (RFC 8259: UTF-8, finite numbers)."""
    if isinstance(content, bytes):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidDocumentError(f"is not valid JSON: {error}") from error


def pointer(parts: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901); the whole document is said as 'the document'."""
    told = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return told or "the document"
