"""Sessions: a page sends its key once, and a cookie replaces the key in later requests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Cookie, Request, Response, status
from pydantic import BaseModel, Field

from wirematch.access.gate import Gate
from wirematch.access.key import Caller, Scope
from wirematch.access.sessions import csrf_token
from wirematch.api.problems import CONFLICT, RESPONSES
from wirematch.errors import NoKeysError

COOKIE = "wirematch_session"
CSRF_HEADER = "X-CSRF-Token"
PATH = "/v1/session"
SessionCookie = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]

router = APIRouter(prefix=PATH, tags=["session"], responses={422: RESPONSES[422], 503: RESPONSES[503]})


class Session(BaseModel):
    """Who is signed in."""

    name: str | None = Field(description="The key's name; null if no keys exist.")
    scopes: list[Scope]
    csrf_token: str | None = Field(
        None,
        description=f"Send it as {CSRF_HEADER} with requests that change something; null for a key without a session.",
    )
    expires_at: datetime | None = None


@router.get("")
async def read_session(request: Request, session: SessionCookie = None) -> Session:
    """Who sends this request, and the CSRF token for requests that change something."""
    caller: Caller | None = request.state.caller
    if caller is None:
        return Session(name=None, scopes=list(Scope))
    return _session(caller, session)


@router.post("", status_code=status.HTTP_201_CREATED, responses=CONFLICT)
async def sign_in(request: Request, response: Response) -> Session:
    """Sign in with the key sent in this request; the response sets a session cookie for this service's pages."""
    caller: Caller | None = request.state.caller
    gate: Gate = request.state.gate
    if caller is None:
        raise NoKeysError
    session = await begin_session(request, response, caller)
    expires_at = datetime.now(UTC) + gate.sessions.window
    return _session(caller, session).model_copy(update={"expires_at": expires_at})


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, response_class=Response)
async def sign_out(request: Request, response: Response, session: SessionCookie = None) -> None:
    """End the session."""
    await end_session(request, response, session)


async def begin_session(request: Request, response: Response, caller: Caller) -> str:
    """Begin a session of the caller and set its cookie in ``response``."""
    gate: Gate = request.state.gate
    session = await gate.sessions.begin(caller.key_id)
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


def _session(caller: Caller, session: str | None) -> Session:
    token = None if session is None else csrf_token(session)
    return Session(name=caller.name, scopes=sorted(caller.scopes), csrf_token=token)
