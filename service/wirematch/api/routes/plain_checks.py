"""Fast path of ``POST /v1/check`` for the usual request: an article as JSON, without query parameters.

FastAPI's routing (some eighty routes), dependencies and threefold validation take as long as looking the article up.
Requests that can be read in only one way are handled here, before the other routes are tried. Anything unusual or
invalid is handed on to them, and they respond as always.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from wirematch.detection.detector import Detector
from wirematch.formats.unique_names import load_unique
from wirematch.models import NO_FILTERS, Article, Filters

PATH = "/v1/check"
PLAIN = frozenset({b"application/json", b"application/json; charset=utf-8"})
HANDED_ON = "wirematch.handed_on"
"""Key in the ASGI scope of a request that was handed on to the other routes."""
_OF_FILTERS = frozenset(Filters.model_fields)


class PlainCheckRoute(BaseRoute):
    """Precedes all other routes. It is not in the OpenAPI document; the regular route of the same path is."""

    path = PATH

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match requests whose head has nothing unusual."""
        asks = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
        if not asks or scope["query_string"] or scope.get("root_path") or HANDED_ON in scope:
            return Match.NONE, {}
        types = [value for name, value in scope["headers"] if name == b"content-type"]
        return (Match.FULL, {"route": self}) if len(types) == 1 and types[0] in PLAIN else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond or hand on. Raises the errors of Detector, and HTTPException if the body cannot be read."""
        request = Request(scope, receive)
        try:
            body = await request.body()
        except HTTPException:
            raise
        except Exception as error:  # the same error as FastAPI's
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
    """Parse article and filters, which are one JSON object; None if either is invalid."""
    try:
        given = load_unique(body.decode())
        if not isinstance(given, dict):
            return None
        narrowing = {name: given.pop(name) for name in _OF_FILTERS.intersection(given)}
        filters = Filters.model_validate(narrowing) if narrowing else NO_FILTERS
        return Article.model_validate(given), filters
    except (ValueError, RecursionError):
        return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receive channel that yields the body again, and then whatever follows."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
