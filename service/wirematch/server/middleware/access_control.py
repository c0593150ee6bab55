"""Access control: by key or, where no keys exist, for programs on this machine (``keyless_access``).

The decision needs only the request's head, so the body of a refused request is never read.
"""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.access.key import Scope as KeyScope
from wirematch.access.rate_limits import RateLimits
from wirematch.access.route_path import route_path
from wirematch.access.route_scopes import METRICS, READING, is_page, needed_scope
from wirematch.access.sessions import is_csrf_token
from wirematch.api.pages.sign_in import refusal_page
from wirematch.api.pages.wrong_address import asks_for_page, leads_nowhere
from wirematch.api.problems import Problem, answer, headers_of, of_error, problem
from wirematch.api.request_state import TenantState
from wirematch.api.session_cookie import COOKIE, CSRF_HEADER
from wirematch.composition.tenancy import Tenancy
from wirematch.errors import WirematchError
from wirematch.server.middleware.bodies import announced_bytes
from wirematch.server.middleware.error_answers import error_answer, shows_page
from wirematch.server.middleware.keyless_access import KeylessAccess, refused_form, refused_origin

BEARER = "bearer "


class AccessControl:
    """ASGI middleware. Expects ``gate`` and ``tenancy`` in the lifespan's state, and sets ``caller`` in the request's.

    For the key of a tenant, it also puts what belongs to that tenant into the request's state, so that each request
    works on the articles of its key's tenant.
    """

    def __init__(self, app: ASGIApp, keyless: KeylessAccess) -> None:
        self._app = app
        self._keyless = keyless

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it."""
        try:
            refusal, headers = await self._refusal(scope, scope["state"]["gate"])
        except WirematchError as error:  # Redis cannot say whose key it is
            refusal, headers = of_error(error), headers_of(error)
        if refusal is not None:
            scope["state"]["detector"].executor.release_reservation()
            await asyncio.sleep(scope["state"]["refusals"].next_delay())
            refused = refusal_page(scope, refusal, headers) if shows_page(scope) else answer(refusal, headers)
            await refused(scope, receive, send)
            return
        caller: Caller | None = scope["state"]["caller"]
        if caller is not None and caller.tenant is not None:
            tenancy: Tenancy[TenantState] = scope["state"]["tenancy"]
            try:
                scope["state"].update(await tenancy.view(caller.tenant))
            except WirematchError as error:  # the tenant's articles cannot be reached
                await error_answer(scope, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope, gate: Gate) -> tuple[Problem | None, dict[str, str]]:
        """Return why a request is refused (None if it is not), and headers for the refusal."""
        needed = needed_scope(scope["method"], route_path(scope))
        scope["state"]["caller"] = None
        # Liveness probes must not wait for a Redis that does not answer; metrics must say that it does not.
        in_outage = route_path(scope) == METRICS
        has_keys = gate.had_keys_when_last_read if needed is None else await gate.has_keys(in_outage=in_outage)
        if not has_keys:
            return self._keyless.refusal(scope), {}
        headers = Headers(scope=scope)
        if kept := _kept_by_caches(scope, needed, headers):
            scope["state"]["answer_headers"] = {"Cache-Control": kept}
        refusal = self._keyless.refused_host(headers) if self._keyless.allowed_hosts else None
        if refusal is not None:
            return refusal, {}
        if needed is None:
            return _refused_sign_in(scope, headers), {}
        caller, refusal = await _caller(scope, headers, gate, in_outage=in_outage)
        if refusal is not None:
            return refusal, {}
        scope["state"]["caller"] = caller
        if caller is not None and caller.limited and caller.may(needed):
            return await _rated(scope, caller)
        return _refused_caller(scope, caller, needed)


async def _rated(scope: Scope, caller: Caller) -> tuple[Problem | None, dict[str, str]]:
    """Apply the key's rate limits. The length of a chunked body is unknown and not counted."""
    limits: RateLimits = scope["state"]["rate_limits"]
    decision = await limits.admit(caller, announced_bytes(scope))
    if decision.exceeded is None:
        scope["state"]["answer_headers"] |= decision.headers
        return None, {}
    said = f"The key {caller.name!r} has sent more {decision.exceeded} than it may; try again later."
    return problem(429, "rate-limited", "Too many requests", said), decision.headers


def _kept_by_caches(scope: Scope, needed: KeyScope | None, headers: Headers) -> str | None:
    """Return the ``Cache-Control`` of the response; None if it is public.

    Even the browser keeps no pages, so that after signing out the back button shows nothing.
    """
    if is_page(route_path(scope)):
        return "no-store"
    if needed is None:
        return None
    return "private, no-cache" if _is_bearer(headers) else "no-store"


def _is_bearer(headers: Headers) -> bool:
    return headers.get("authorization", "")[: len(BEARER)].lower() == BEARER


def _refused_sign_in(scope: Scope, headers: Headers) -> Problem | None:
    """Refuse forms from other sites that would sign somebody in or out."""
    if scope["method"] in READING:
        return None
    return refused_origin(headers) or refused_form(scope, headers)


def _refused_caller(scope: Scope, caller: Caller | None, needed: KeyScope) -> tuple[Problem | None, dict[str, str]]:
    if caller is None:
        return UNKNOWN, {"WWW-Authenticate": "Bearer"}
    if caller.may(needed):
        return None, {}
    if asks_for_page(scope) and leads_nowhere(scope):  # no key opens a page that does not exist
        return None, {}
    said = f"The key {caller.name!r} does not allow this; one with the scope '{needed}' does."
    refused = problem(403, "scope-missing", "The key does not allow this", said)
    return refused, {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'}


UNKNOWN = problem(
    401,
    "key-needed",
    "A key is needed",
    "Send 'Authorization: Bearer KEY' with a valid key; 'wirematch keys create' makes one.",
)


async def _caller(
    scope: Scope, headers: Headers, gate: Gate, *, in_outage: bool
) -> tuple[Caller | None, Problem | None]:
    """Return who sends the request, and a problem if it might come from another site's page."""
    if _is_bearer(headers):
        return await gate.caller(headers["authorization"][len(BEARER) :].strip(), in_outage=in_outage), None
    session = HTTPConnection(scope).cookies.get(COOKIE)  # as FastAPI reads it
    if session is None:
        return None, None
    if refusal := refused_origin(headers):
        return None, refusal
    # Our own forms lack the CSRF header, but browsers send their ``Origin``, checked above.
    from_our_page = "origin" in headers and is_page(route_path(scope))
    trusted = scope["method"] in READING or from_our_page or is_csrf_token(headers.get(CSRF_HEADER, ""), session)
    if not trusted:
        said = f"Send the session's csrf_token as '{CSRF_HEADER}'; GET /v1/session has it."
        return None, problem(403, "csrf-token-needed", "The request may come from another page", said)
    return await gate.signed_in(session), None
