"""Signing in and out by a form, and the page for callers who are unknown or not allowed in."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import Headers
from starlette.types import Scope

from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.access.route_scopes import FIRST_PAGE, READING, SIGN_IN, SIGN_OUT
from wirematch.api.pages.page_route import PageRoute, error_page, page, with_headers
from wirematch.api.problems import Problem, problem
from wirematch.api.session_cookie import SessionCookie, begin_session, end_session
from wirematch.errors import NoKeysError

LONGEST_ADDRESS = 20_000
WRONG_KEY = problem(401, "key-needed", "This key is not valid", "It was mistyped, has expired, or was revoked.")
NOT_TAKEN = problem(
    401, "key-needed", "You are signed out", "What you sent was not taken. Sign in, and send it again from its form."
)
_OURS = re.compile(r"/(?![/\\])[!-\[\]-~]*")

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Target = Annotated[str, Query(alias="to", max_length=LONGEST_ADDRESS)]
SentKey = Annotated[str, Form(max_length=1_000)]
SentTarget = Annotated[str, Form(alias="to", max_length=LONGEST_ADDRESS)]


@router.get(SIGN_IN)
async def show_sign_in(request: Request, target: Target = FIRST_PAGE, session: SessionCookie = None) -> Response:
    """The form; for those signed in, who they are and a button to sign out."""
    gate: Gate = request.state.gate
    caller = None if session is None else await gate.signed_in(session)
    return _form(200, target, has_keys=await gate.has_keys(), caller=caller)


@router.post(SIGN_IN)
async def sign_in_by_form(request: Request, key: SentKey = "", target: SentTarget = FIRST_PAGE) -> Response:
    """Begin a session and redirect to the page asked for."""
    gate: Gate = request.state.gate
    if not await gate.has_keys():
        raise NoKeysError
    caller = await gate.caller(key.strip())
    if caller is None:
        return _form(401, target, fault=WRONG_KEY)
    response = RedirectResponse(_page_of_ours(target), 303)
    await begin_session(request, response, caller)
    return response


@router.post(SIGN_OUT)
async def sign_out_by_form(request: Request, session: SessionCookie = None) -> Response:
    """End the session."""
    response = RedirectResponse(SIGN_IN, 303)
    await end_session(request, response, session)
    return response


def refusal_page(scope: Scope, refusal: Problem, headers: dict[str, str]) -> Response:
    """Return a refusal as a page: the sign-in form where signing in would help."""
    if refusal.status != HTTPStatus.UNAUTHORIZED:
        return with_headers(error_page(refusal, headers))
    read = scope["method"] in READING
    to, fault = (_address(scope), None) if read else (_page_of_form(scope), NOT_TAKEN)
    response = _form(refusal.status, to, fault=fault)
    response.headers.update(headers)
    return with_headers(response)


def _form(
    status: int, to: str, *, fault: Problem | None = None, has_keys: bool = True, caller: Caller | None = None
) -> Response:
    told = {"has_keys": has_keys, "caller": caller, "fault": fault, "wrong_key": fault is WRONG_KEY}
    return page("sign_in.html", status, to=_page_of_ours(to), **told)


def _address(scope: Scope) -> str:
    """Path and query as sent, in which slashes within ids are percent-encoded."""
    raw = scope.get("raw_path")
    path = quote(scope["path"]) if raw is None else raw.decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _page_of_form(scope: Scope) -> str:
    """Path and query of the page whose form was sent. Of another site's, too: it is a path on this one then."""
    page = urlsplit(Headers(scope=scope).get("referer", FIRST_PAGE))
    return f"{page.path}?{page.query}" if page.query else page.path


def _page_of_ours(address: str) -> str:
    """Return ``address`` if it is a path on this site, otherwise the front page's, so that redirects stay here."""
    return address if _OURS.fullmatch(address) else FIRST_PAGE
