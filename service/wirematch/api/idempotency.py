"""``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header-07): a retried request gets the first one's response.

If there is no response yet, because the service or Redis failed, the request is processed again under the same article
id, so the article is stored only once. Responses are kept for ``WIREMATCH_IDEMPOTENCY_WINDOW``, except those of
requests refused as unreadable: they store nothing, and are refused again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from wirematch.api import problems
from wirematch.api.headers import tell_location
from wirematch.api.strict_route import Handler, StrictRequest
from wirematch.errors import InvalidRequestKeyError, WirematchError
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt, BegunRequest, IdempotencyKeys, KeptAnswer

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')
"""A key: an RFC 8941 (structured fields) string, or the same without quotes, as many clients send it."""

REFUSED = frozenset({400, 403, 413, 415, 422})
"""Statuses of requests that stored nothing. Their responses are not kept: a retry is refused again, or succeeds once
there is room (403)."""

log = logging.getLogger(__name__)


async def _attempt(request: Request) -> Attempt:
    attempt: Attempt = getattr(request.state, "attempt", FIRST_ATTEMPT)
    return attempt


UsesAttempt = Annotated[Attempt, Depends(_attempt)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A key chosen by the client, such as a UUID. A retry with the same key gets the first response "
        "again and stores nothing; a different request with the same key is answered with 422.",
        json_schema_extra={"pattern": f"^{_KEY.pattern}$"},
    ),
]


def repeatable(handle: Handler) -> Handler:
    """Return a handler that accepts an idempotency key, and runs ``handle`` for it until there is a response."""

    async def handle_once(request: Request) -> Response:
        key = _key_of(request)
        return await handle(request) if key is None else await _once(StrictRequest.of(request), key, handle)

    return handle_once


async def _once(request: Request, key: str, handle: Handler) -> Response:
    requests: IdempotencyKeys = request.state.components.idempotency_keys
    begun = await requests.begin(key, await _digest(request))
    if begun.answer is not None:
        return _response(request, begun.answer)
    request.state.attempt = begun.attempt
    kept: KeptAnswer | None = None
    refused = False
    try:
        try:
            response = await handle(request)
        except WirematchError as error:
            if error.status >= 500:  # the article may have been stored; the next attempt finds out
                raise
            response = problems.answer_error(error)
        except (RequestValidationError, HTTPException) as error:
            response = await problems.of_request(request, error)
        refused = response.status_code in REFUSED and not begun.attempt.again
        kept = None if refused else _kept(response)
        return response
    finally:
        await _finish(requests, key, begun, kept, forget=refused)


async def _finish(
    requests: IdempotencyKeys, key: str, begun: BegunRequest, kept: KeptAnswer | None, *, forget: bool
) -> None:
    try:
        await (requests.forget(key, begun) if forget else requests.finish(key, begun, kept))
    except WirematchError as error:  # the article is stored; a later attempt finds it
        log.warning("the answer to the request with key %s could not be kept: %s", key, error)


def _key_of(request: Request) -> str | None:
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    found = _KEY.fullmatch(given[0].strip())
    if len(given) > 1 or found is None:
        raise InvalidRequestKeyError
    return found[1]


async def _digest(request: Request) -> str:
    """Return the SHA-256 of everything that the response depends on."""
    parts = (request.method, request.url.path, request.url.query, request.headers.get("content-type", ""))
    digest = hashlib.sha256(json.dumps(parts).encode())
    digest.update(await request.body())
    return digest.hexdigest()


def _kept(response: Response) -> KeptAnswer:
    return KeptAnswer(response.status_code, response.media_type, bytes(response.body).decode())


def _response(request: Request, answer: KeptAnswer) -> Response:
    response = Response(answer.body, answer.status, {REPLAYED: "true"}, answer.media_type)
    if answer.status == HTTPStatus.CREATED:
        tell_location(request, response, json.loads(answer.body)["id"])
    return response
