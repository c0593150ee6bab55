"""Metrics and an access log line for each request: its route, status, duration and decisions."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.observability import metrics
from wirematch.observability.logs import ACCESS, FIELDS, RequestNotes, notes
from wirematch.observability.route_names import METHODS, QUIET, UNANSWERED, UNROUTED, RouteNames, routed

log = logging.getLogger(ACCESS)


class RequestLog:
    """ASGI middleware around all others except ``AnswerHeaders``, which sets the request id."""

    def __init__(self, app: ASGIApp, names: RouteNames) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record it."""
        started, status, noted = time.perf_counter(), UNANSWERED, RequestNotes()
        before = notes.set(noted)

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        metrics.IN_WORK.inc()
        try:
            await self._app(scope, receive, send_and_look)
        finally:
            metrics.IN_WORK.dec()
            notes.reset(before)
            _tell(scope, self._names.route_of(scope), status, time.perf_counter() - started, noted)


def _tell(scope: Scope, route: str, status: int, seconds: float, noted: RequestNotes) -> None:
    method = scope["method"] if scope["method"] in METHODS else "(other)"
    handled = routed(scope) or UNROUTED  # how long a refusal takes says nothing of the route
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(handled).observe(seconds)
    caller = scope.get("state", {}).get("caller")
    fields = {
        "request_id": scope.get("state", {}).get("request_id"),
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "decisions": dict(noted.decisions) or None,
        "key": None if caller is None else caller.name,
    }
    told = {name: value for name, value in fields.items() if value is not None}
    log.log(logging.DEBUG if handled in QUIET else logging.INFO, "request", extra={FIELDS: told})
