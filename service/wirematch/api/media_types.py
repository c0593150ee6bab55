"""Recognise requests that carry a news document, and describe them in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
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


ARTICLE_EXAMPLE: dict[str, Any] = {
    "source": "Norwind",
    "headline": "Barge brings down bridge in Averland harbour",
    "body": "AVERLAND (Norwind) - A gravel barge broke loose in a squall on Tuesday and struck the harbour bridge. "
    "Four people died when the middle span fell into the strait, the coast guard said.",
    "published_at": "2026-03-03T11:40:00+01:00",
    "kind": "wire",
}
DOCUMENT_BODIES: dict[str, Any] = {
    "requestBody": {
        "content": {"application/json": {"example": ARTICLE_EXAMPLE}}
        | {
            media_type: {"schema": _schema(media_type)}
            for media_type, format_ in MEDIA_TYPES.items()
            if format_ is not Format.JSON
        }
    },
}
"""OpenAPI of a route that accepts news formats; FastAPI merges it with the route's JSON body."""


async def _strict(
    *,
    strict: Annotated[
        bool, Query(description="Whether to refuse a news document that would be accepted with warnings.")
    ] = False,
) -> bool:
    return strict


STRICT = Depends(_strict)
"""Dependency of routes that accept news documents, for the parameter ``strict``, which makes no difference to JSON."""
WantsStrict = Annotated[bool, STRICT]


class DocumentRoute(APIRoute):
    """A route for requests that carry a news document."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match no other requests, so that a later route with the same path gets them."""
        format_, _ = of_media_type(Headers(scope=scope).get("content-type"))
        return (Match.NONE, {}) if format_ in (None, Format.JSON) else super().matches(scope)
