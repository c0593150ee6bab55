"""Which requests bring a news document, and how the description says so."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from wirematch.formats.registry import MEDIA_TYPES, Format, of_media_type


def _schema(media_type: str) -> dict[str, Any]:
    """What a generated client takes for a document: JSON is no text."""
    if not media_type.endswith("+json"):
        return {"type": "string"}
    objects = {"type": "object", "additionalProperties": True}
    return {"anyOf": [objects, {"type": "array", "items": objects}]} if media_type.endswith("ld+json") else objects


DOCUMENT_BODIES: dict[str, Any] = {
    "parameters": [
        {
            "name": "strict",
            "in": "query",
            "required": False,
            "schema": {"type": "boolean", "default": False, "title": "Strict"},
            "description": "Whether to refuse a news document for what would be told as a warning.",
        }
    ],
    "requestBody": {
        "content": {
            media_type: {"schema": _schema(media_type)}
            for media_type, format_ in MEDIA_TYPES.items()
            if format_ is not Format.JSON
        }
    },
}
"""What a route's OpenAPI says of the media types beside JSON, and of how strictly these are read."""


class DocumentRoute(APIRoute):
    """A route for requests that bring a news document."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match at all for other requests, which the next route with the same path takes."""
        format_, _ = of_media_type(Headers(scope=scope).get("content-type"))
        return (Match.NONE, {}) if format_ in (None, Format.JSON) else super().matches(scope)
