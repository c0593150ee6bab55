"""Headers of requests about articles and of their responses: ``ETag`` and conditions on it, ``Location``, ``Link``."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import xxhash
from fastapi import Depends, Header, Request, Response
from starlette.types import Scope

from wirematch.access.route_path import written_path
from wirematch.detection.documents.intake import Condition
from wirematch.errors import PreconditionFailedError
from wirematch.models import StoredArticle


def etag_of(article: StoredArticle) -> str:
    """Return the article's strong ETag, which changes with every byte of its representation."""
    return f'"{xxhash.xxh3_64_hexdigest(article.model_dump_json().encode())}"'


def names(condition: str, article: StoredArticle) -> bool:
    """Whether a list of ETags in a header contains the article's; weak tags are compared as strong ones."""
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return "*" in tags or etag_of(article) in tags


async def _condition(
    if_match: Annotated[
        str | None, Header(description="ETags, one of which the stored article must have; '*' for any article.")
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(description="ETags, none of which the stored article may have; '*' if no article may be stored."),
    ] = None,
) -> Condition:
    """Return a check of the preconditions, which raises PreconditionFailedError if the stored article fails them."""

    def hold(stored: StoredArticle | None) -> None:
        if if_match is not None and (stored is None or not names(if_match, stored)):
            raise PreconditionFailedError("If-Match")
        if if_none_match is not None and stored is not None and names(if_none_match, stored):
            raise PreconditionFailedError("If-None-Match")

    return hold


UsesCondition = Annotated[Condition, Depends(_condition)]


_KEPT = "/%:@!$&'()*+,;=~"
"""Characters that need no encoding in a path (RFC 3986, 3.3), and ``%``, as the path is encoded already."""


def link_pages(request: Request, response: Response, offset: int, limit: int, total: int) -> None:
    """Add links to the previous and the next page, where they exist."""
    offsets: dict[str, int] = {}
    if offset:
        offsets["prev"] = max(0, offset - limit)
    if offset + limit < total:
        offsets["next"] = offset + limit
    links = [_link(request, name, offset=place) for name, place in offsets.items()]
    if links:
        response.headers["Link"] = ", ".join(links)


def link_next(request: Request, response: Response, after: int | None) -> None:
    """Add a link to the page after ``after``, if there is one."""
    if after is not None:
        response.headers["Link"] = _link(request, "next", after=after)


def _link(request: Request, relation: str, **parameters: int) -> str:
    # The path as sent: decoding would lose slashes in ids and characters beyond ASCII.
    path = request.scope.get("raw_path", request.url.path.encode()).partition(b"?")[0]
    query = request.url.include_query_params(**parameters).query
    return f'<{quote(path, safe=_KEPT)}?{query}>; rel="{relation}"'


LOCATION = {"Location": {"description": "Address of the new article.", "schema": {"type": "string"}}}
"""For the OpenAPI document."""


def location_of(scope: Scope, article_id: str) -> str:
    """Return the address of an article that a request to the collection of articles created."""
    return f"{written_path(scope) or scope['path']}/{quote(article_id, safe='')}"


def tell_location(request: Request, response: Response, article_id: str | None) -> None:
    """Add the header to the response to a request that created an article."""
    if article_id is not None:
        response.headers["Location"] = location_of(request.scope, article_id)
