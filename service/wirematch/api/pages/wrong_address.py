"""Unknown addresses: browsers get an HTML page, programs a problem document."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from wirematch.access.route_scopes import READING
from wirematch.api.pages.page_route import error_page, with_headers
from wirematch.api.problems import of_request, problem

SAID = {
    HTTPStatus.NOT_FOUND: (
        "No such page",
        "There is no page at this address. It may be mistyped, or cut off where it was copied.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Nothing to show",
        "This address is for programs; a browser has nothing to show. /docs describes it.",
    ),
}
"""Title and text of a page by status."""
MOST_RANGES = 40
"""Maximum number of media ranges read from ``Accept``; browsers send fewer than ten."""


def install(app: FastAPI) -> None:
    """Answer browsers with a page where no route matches; call after :func:`wirematch.api.problems.install`."""
    app.add_exception_handler(HTTPException, _page_or_problem)


def asks_for_page(scope: Scope) -> bool:
    """Whether a browser is navigating: the method reads, and HTML is preferred to JSON."""
    if scope["method"] not in READING:
        return False
    accepted = Headers(scope=scope).get("accept", "")
    return _quality(accepted, "text/html") > _quality(accepted, "application/problem+json")


def leads_nowhere(scope: Scope) -> bool:
    """Whether no route of the application matches the path, whatever the method."""
    return all(route.matches(scope)[0] is Match.NONE for route in scope["app"].routes)


async def _page_or_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = await of_request(request, error)
    status = HTTPStatus(error.status_code)
    if error.detail != status.phrase or status not in SAID or not asks_for_page(request.scope):
        return told
    shown = problem(status, status.phrase.lower().replace(" ", "-"), *SAID[status])
    allowed = {name: told.headers[name] for name in ("Allow",) if name in told.headers}
    return with_headers(error_page(shown, allowed | {"Vary": "Accept"}))


def _quality(accepted: str, media_type: str) -> float:
    """Return the quality, 0 to 1, that ``Accept`` gives a media type by its most specific range (RFC 9110, 12.5.1)."""
    found = (-1, 0.0)
    for one in accepted.split(",")[:MOST_RANGES]:
        media_range, *parameters = (part.strip().lower() for part in one.split(";"))
        if media_range == media_type:
            closeness = 2
        elif media_range == f"{media_type.partition('/')[0]}/*":
            closeness = 1
        elif media_range == "*/*":
            closeness = 0
        else:
            continue
        found = max(found, (closeness, _weight(parameters)))
    return found[1]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
