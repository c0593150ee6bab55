"""Answers to requests that end before a route could answer them."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Scope

from wirematch.access.route_path import route_path
from wirematch.access.route_scopes import READING, is_page
from wirematch.api.pages.page_route import error_page, with_headers
from wirematch.api.pages.wrong_address import asks_for_page
from wirematch.api.problems import answer_error, headers_of, of_error
from wirematch.errors import WirematchError


def shows_page(scope: Scope) -> bool:
    """Whether whoever sent the request reads pages: a browser, or a program that asks for one."""
    return is_page(route_path(scope)) or asks_for_page(scope)


def error_answer(scope: Scope, error: WirematchError) -> Response:
    """Return one of our own errors as a page or as a problem document, whichever the request asks for."""
    if shows_page(scope):
        return with_headers(error_page(of_error(error), headers_of(error), again=scope["method"] in READING))
    return answer_error(error)
