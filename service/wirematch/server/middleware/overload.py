"""Load shedding: refuse work that would not start in time, before its body is read or Redis is asked."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from wirematch.access.route_path import route_path
from wirematch.api.problems import answer_error
from wirematch.detection.scheduling.executor import BoundedExecutor, Reservation, one_flow
from wirematch.errors import OverloadedError
from wirematch.server.middleware.bodies import announced_bytes

ARTICLES = "/v1/articles"
RESERVATION = "wirematch.reservation"
"""Key in the ASGI scope: the ``Reservation`` of a request that the HTTP protocol has already admitted."""
CHECKING = frozenset({"/v1/check", "/v1/compare"})


class Overload:
    """ASGI middleware. Expects the detector, whose executor has the queues, in the lifespan's state."""

    def __init__(self, app: ASGIApp, streams: frozenset[str] = frozenset()) -> None:
        """``streams`` are not refused: they queue with each batch."""
        self._app = app
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it. All its work is of one flow, however many articles it brings."""
        with one_flow():
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._computes(scope["method"], route_path(scope)):
            await self._app(scope, receive, send)
            return
        executor: BoundedExecutor = scope["state"]["detector"].executor
        reservation: Reservation | None = scope.get(RESERVATION)
        if reservation is not None:  # already admitted by the HTTP protocol
            with executor.holding(reservation):
                await self._app(scope, receive, send)
            return
        cost = announced_bytes(scope)
        refused = executor.refusal(cost)
        if refused is not None:
            await _refuse(refused, scope, receive, send)
            return
        with executor.holding(executor.reserve(cost)):
            await self._app(scope, receive, send)

    def _computes(self, method: str, path: str) -> bool:
        if method == "POST":
            return path in CHECKING or path == ARTICLES
        return method == "PUT" and path.startswith(f"{ARTICLES}/")


async def _refuse(error: OverloadedError, scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(scope["state"]["refusals"].next_delay())
    await answer_error(error)(scope, receive, send)
