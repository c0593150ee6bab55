"""Turn away what would only wait in vain, before its body is read and before anything is asked of Redis."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wirematch.access.route_path import route_path
from wirematch.api.problems import answer, of_error
from wirematch.detection.scheduling.executor import BoundedExecutor, Expectation
from wirematch.errors import OverloadedError

ARTICLES = "/v1/articles"
EXPECTATION = "wirematch.expectation"
"""In the scope of a request: that it was let in already, where the HTTP protocol could tell what it asks for."""
CHECKING = frozenset({"/v1/check", "/v1/compare"})


class Overload:
    """ASGI middleware; the lifespan's state has the detector, and with it the lines that requests stand in."""

    def __init__(self, app: ASGIApp, streams: frozenset[str] = frozenset()) -> None:
        """``streams`` wait for a place with each batch, and are not turned away."""
        self._app = app
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] != "http" or not self._computes(scope["method"], route_path(scope)):
            await self._app(scope, receive, send)
            return
        executor: BoundedExecutor = scope["state"]["detector"].executor
        expectation: Expectation | None = scope.get(EXPECTATION)
        if expectation is not None:  # the HTTP protocol has let it in
            with executor.expecting(expectation):
                await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        cost = int(length) if length.isdecimal() and length.isascii() else 0
        refused = executor.refusal(cost)
        if refused is not None:
            await _refuse(refused, scope, receive, send)
            return
        with executor.expecting(executor.expect(cost)):
            await self._app(scope, receive, send)

    def _computes(self, method: str, path: str) -> bool:
        if method == "POST":
            return path in CHECKING or path == ARTICLES
        return method == "PUT" and path.startswith(f"{ARTICLES}/")


async def _refuse(error: OverloadedError, scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(scope["state"]["refusals"].wait())
    await answer(of_error(error), {"Retry-After": str(error.retry_after)})(scope, receive, send)
