"""``Link`` headers of paged lists (RFC 8288)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response

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
