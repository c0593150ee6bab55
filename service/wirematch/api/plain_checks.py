"""``POST /v1/check`` as nearly everybody sends it: an article in JSON, and no options in the address.

Finding a route among some eighty, solving dependencies and validating an article three times takes FastAPI as long as
looking the article up. What can be read in one way is read here, before the other routes are asked. Whatever is odd or
wrong about a request is handed on to them, who answer as they always do.
"""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from wirematch.detection.detector import Detector
from wirematch.models import NO_FILTERS, Article, Filters

PATH = "/v1/check"
PLAIN = frozenset({b"application/json", b"application/json; charset=utf-8"})
HANDED_ON = "wirematch.handed_on"
"""In the scope of a request that is left to the other routes."""
_OF_FILTERS = frozenset(Filters.model_fields)


class PlainCheckRoute(BaseRoute):
    """Stands before all other routes, and is not described: the route of the same path is."""

    path = PATH

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A match where the head of the request is as plain as most."""
        asks = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        if not asks or scope["query_string"] or scope.get("root_path") or HANDED_ON in scope:
            return Match.NONE, {}
        types = [value for name, value in scope["headers"] if name == b"content-type"]
        return (Match.FULL, {"route": self}) if len(types) == 1 and types[0] in PLAIN else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on. Errors are those of Detector, and HTTPException where the body does not come."""
        request = Request(scope, receive)
        try:
            body = await request.body()
        except HTTPException:
            raise
        except Exception as error:  # as FastAPI tells it
            raise HTTPException(400, "There was an error parsing the body") from error
        read = _read(body)
        if read is None:
            scope[HANDED_ON] = True
            await scope["router"](scope, _replayed(body, receive), send)
            return
        detector: Detector = request.state.detector
        report = await detector.check(*read)
        await Response(report.model_dump_json(), media_type="application/json")(scope, receive, send)


def _read(body: bytes) -> tuple[Article, Filters] | None:
    """The article and the filters, which are in one object; None where either is not valid."""
    try:
        given = json.loads(body)
        if not isinstance(given, dict):
            return None
        narrowing = {name: given.pop(name) for name in _OF_FILTERS.intersection(given)}
        filters = Filters.model_validate(narrowing) if narrowing else NO_FILTERS
        return Article.model_validate(given), filters
    except (ValueError, RecursionError):
        return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then whatever comes."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
