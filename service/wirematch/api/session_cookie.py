"""The cookie of a session: a page sends its key once, and the cookie replaces the key in later requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import Cookie, Request, Response

from wirematch.access.gate import Gate
from wirematch.access.key import Caller

COOKIE = "wirematch_session"
CSRF_HEADER = "X-CSRF-Token"
SessionCookie = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


async def begin_session(request: Request, response: Response, caller: Caller) -> str:
    """Begin a session of the caller and set its cookie in ``response``."""
    gate: Gate = request.state.gate
    session = await gate.sessions.begin(caller.id)
    response.set_cookie(
        COOKIE,
        session,
        max_age=round(gate.sessions.window.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return session


async def end_session(request: Request, response: Response, session: str | None) -> None:
    """End the session and delete its cookie in ``response``."""
    gate: Gate = request.state.gate
    if session is not None:
        await gate.sign_out(session)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
