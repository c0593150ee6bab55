"""``/v1/session``: sign in to the pages with a key, say who is signed in, and sign out."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, Field

from wirematch.access.gate import Gate
from wirematch.access.key import Caller, Scope
from wirematch.access.sessions import csrf_token
from wirematch.api.problems import CONFLICT, RESPONSES
from wirematch.api.session_cookie import CSRF_HEADER, SessionCookie, begin_session, end_session
from wirematch.api.strict_route import StrictRoute
from wirematch.errors import NoKeysError

router = APIRouter(
    prefix="/v1/session",
    tags=["session"],
    responses={status: RESPONSES[status] for status in (422, 500, 503)},
    route_class=StrictRoute,
)


class Session(BaseModel):
    """Who is signed in."""

    name: str | None = Field(description="The key's name; null if no keys exist.")
    scopes: list[Scope]
    tenant: str | None = Field(None, description="Whose articles the key works on; null for those of no tenant.")
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


def _session(caller: Caller, session: str | None) -> Session:
    token = None if session is None else csrf_token(session)
    return Session(name=caller.name, scopes=sorted(caller.scopes), tenant=caller.tenant, csrf_token=token)
