"""Which requests carry a news document, and how OpenAPI describes them."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from wirematch.formats.registry import MEDIA_TYPES, Format, of_media_type

DOCUMENT_BODIES: dict[str, Any] = {
    "requestBody": {
        "content": {
            media_type: {"schema": {"type": "string"}}
            for media_type, format_ in MEDIA_TYPES.items()
            if format_ is not Format.JSON
        }
    }
}
"""OpenAPI's ``requestBody`` for the media types of news formats, to be merged with that for JSON."""


class DocumentRoute(APIRoute):
    """A route for requests that carry a news document."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match no other request, so that a later route with the same path gets it."""
        format_, _ = of_media_type(Headers(scope=scope).get("content-type"))
        return (Match.NONE, {}) if format_ in (None, Format.JSON) else super().matches(scope)
