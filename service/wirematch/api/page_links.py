"""``Link`` headers of paged lists (RFC 8288)."""

from __future__ import annotations

from fastapi import Request, Response


def link_pages(request: Request, response: Response, offset: int, limit: int, total: int) -> None:
    """Add links to the pages before and after this one, where there are any."""
    offsets: dict[str, int] = {}
    if offset:
        offsets["prev"] = max(0, offset - limit)
    if offset + limit < total:
        offsets["next"] = offset + limit
    links = [f'<{request.url.include_query_params(offset=place)}>; rel="{name}"' for name, place in offsets.items()]
    if links:
        response.headers["Link"] = ", ".join(links)
