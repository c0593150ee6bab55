"""The ``Location`` header of what a request created (RFC 9110, 15.3.2)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from starlette.types import Scope

from wirematch.api.written_path import written_path

LOCATION = {"Location": {"description": "Address of the new article.", "schema": {"type": "string"}}}
"""For the OpenAPI document."""


def location_of(scope: Scope, article_id: str) -> str:
    """Return the address of an article that a request to the collection of articles created."""
    return f"{written_path(scope) or scope['path']}/{quote(article_id, safe='')}"


def tell_location(request: Request, response: Response, article_id: str | None) -> None:
    """Add the header to the response to a request that created an article."""
    if article_id is not None:
        response.headers["Location"] = location_of(request.scope, article_id)
