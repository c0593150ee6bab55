"""Routes whose responses, errors included, are HTML pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from wirematch.access.route_path import written_path
from wirematch.access.route_scopes import READING
from wirematch.api import problems
from wirematch.api.problems import Problem, RefusedBodyError
from wirematch.detection.detector import Detector
from wirematch.detection.policy import size_of
from wirematch.errors import WirematchError
from wirematch.models import Article
from wirematch.presentation.pages.rendering import render

T = TypeVar("T")


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}
"""A page may load only what this service serves, and no inline code. It sends no referrer to other sites, but does to
this one: without any, browsers would send ``Origin: null`` with our own forms, which are then refused."""

log = logging.getLogger(__name__)
PageHandler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route for browsers: errors are HTML pages, and forms are accepted only from this site."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the undecoded path, in which an id's own slashes are percent-encoded and separate nothing.

        No part is empty: a slash too many leads to the address without it, which the router asks for by ``path`` alone.
        """
        written = written_path(scope)
        if scope["type"] != "http" or written is None or unquote(written) != scope["path"]:
            return super().matches(scope)
        match, found = super().matches({**scope, "path": written})
        if match is not Match.NONE:
            found["path_params"] = {name: unquote(value) for name, value in found["path_params"].items()}
            if "" in found["path_params"].values():
                return Match.NONE, {}
        return match, found

    def get_route_handler(self) -> PageHandler:
        """Return the route's handler, wrapped in error pages and the check of a form's origin."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            again = request.method in READING
            try:
                if request.method == "POST":
                    _refuse_other_sites(request)
                response = await handle(request)
            except WirematchError as error:
                response = error_page(problems.of_error(error), problems.headers_of(error), again=again)
            except RequestValidationError as error:
                response = error_page(problems.invalid(error.errors()))
            except HTTPException as error:
                response = error_page(_problem_of(error))
            except Exception:
                log.exception("a page could not be made")
                response = error_page(
                    problems.unexpected("Try again; if it happens again, tell whoever runs this service."), again=again
                )
            return with_headers(response)

        return handle_page


def with_headers(response: Response) -> Response:
    """Return the response with the default headers of pages added."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """Return an HTML response rendered from a template."""
    return HTMLResponse(render(template, **shown), status)


def error_page(problem: Problem, headers: dict[str, str] | None = None, *, again: bool = True) -> HTMLResponse:
    """Return the HTML counterpart of a problem document.

    With ``again``, it links to its own address if the error may pass. A form's address need not have a page.
    """
    return HTMLResponse(render("error.html", problem=problem, again=again), problem.status, headers)


def download(content: str | bytes, media_type: str, name: str) -> Response:
    """Return a response that browsers save as a file; text is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    charset = "; charset=utf-8" if isinstance(content, str) else ""
    return Response(content, media_type=f"{media_type}{charset}", headers=headers)


def plain_name(article: Article) -> str:
    """Return the article's id or source in a form that is safe in a file name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", article.id or article.source or "").strip("-")[:60] or "article"


def _problem_of(error: HTTPException) -> Problem:
    if isinstance(error, RefusedBodyError):
        return error.problem
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return problems.too_large(str(error.detail))
    title = HTTPStatus(error.status_code).phrase
    return problems.problem(error.status_code, title.lower().replace(" ", "-"), title, str(error.detail))


def _refuse_other_sites(request: Request) -> None:
    """Raise 403 for a form sent from another site, which browsers tell by ``Sec-Fetch-Site``."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(HTTPStatus.FORBIDDEN, "This form was sent from another site; send it from the page itself.")


async def made_in_thread(detector: Detector, articles: Sequence[Article], make: Callable[[], T]) -> T:
    """Run ``make`` in a thread, queued by the size of the articles like any other request. Raises OverloadedError."""
    async with detector.executor.admission(sum(size_of(one.body) for one in articles)):
        return await detector.executor.run(make)
