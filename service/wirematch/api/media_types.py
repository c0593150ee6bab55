"""Recognise requests that carry a news document, and describe them in OpenAPI."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from wirematch.formats.registry import MEDIA_TYPES, Format, of_media_type


def _schema(media_type: str) -> dict[str, Any]:
    """Return a schema from which client generators make usable code: an object for JSON, otherwise a string.

    JSON-LD may also be an array, but a union of both makes openapi-python-client generate a client that does not run.
    """
    return {"type": "object", "additionalProperties": True} if media_type.endswith("+json") else {"type": "string"}


DOCUMENT_BODIES: dict[str, Any] = {
    "parameters": [
        {
            "name": "strict",
            "in": "query",
            "required": False,
            "schema": {"type": "boolean", "default": False, "title": "Strict"},
            "description": "Whether to refuse a news document that would be accepted with warnings.",
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
"""OpenAPI of a route that accepts news formats; FastAPI merges it with the route's JSON body."""


class DocumentRoute(APIRoute):
    """A route for requests that carry a news document."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match no other requests, so that a later route with the same path gets them."""
        format_, _ = of_media_type(Headers(scope=scope).get("content-type"))
        return (Match.NONE, {}) if format_ in (None, Format.JSON) else super().matches(scope)
