"""Cancellation of requests: at their deadline, when the client disconnects, and at shutdown.

Work for the request then stops, in threads too, unless it stores something
(:mod:`wirematch.detection.scheduling.deadline`).
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.access.route_path import route_path
from wirematch.detection.scheduling.deadline import GivenUp, RequestDeadline, set_deadline
from wirematch.errors import DeadlineError, OutcomeUnknownError, ShuttingDownError, WirematchError
from wirematch.server.middleware.error_answers import error_answer

CONNECTION_WATCH = "wirematch.connection_watch"
"""Key in the ASGI scope: the connection's ``ConnectionWatch``, if the HTTP protocol provides one."""
UNKNOWN = (
    "The service was told to stop, and could not finish the request in time. It may have been done or not: send it "
    "again to another process, with the same id or Idempotency-Key."
)
LAST_SECONDS = 3.0
"""Time a request has after the service was told to stop; any longer, and its client would get no response."""


class ConnectionWatch:
    """Passes connection events on to the deadline of the request being answered."""

    __slots__ = ("_closing", "_deadline", "_gone")

    def __init__(self) -> None:
        self._deadline: RequestDeadline | None = None
        self._gone = self._closing = False

    def client_left(self) -> None:
        """The client has disconnected."""
        self._gone = True
        if self._deadline is not None:
            self._deadline.give_up(GivenUp.CLIENT_GONE)

    def closing(self) -> None:
        """The service was told to stop."""
        self._closing = True
        if self._deadline is not None:
            self._deadline.give_up(GivenUp.CLOSING, LAST_SECONDS)

    @property
    def is_closing(self) -> bool:
        """Whether the service was told to stop."""
        return self._closing

    @property
    def has_deadline(self) -> bool:
        """Whether the request being answered has a deadline."""
        return self._deadline is not None

    def attach(self, deadline: RequestDeadline | None) -> None:
        """Set the deadline to be notified, and notify it of what has already happened."""
        self._deadline = deadline
        if self._gone:
            self.client_left()
        elif self._closing:
            self.closing()


class Deadlines:
    """ASGI middleware that gives every request a deadline."""

    def __init__(self, app: ASGIApp, seconds: float, streams: frozenset[str] = frozenset()) -> None:
        """``streams`` are paths without a deadline, as their requests go on while data keeps coming."""
        self._app = app
        self._seconds = seconds
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; respond with 504 or 503 if it was given up or cancelled."""
        if route_path(scope) in self._streams:
            await self._app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        watch: ConnectionWatch = scope.get(CONNECTION_WATCH) or ConnectionWatch()
        deadline: RequestDeadline | None = None
        try:
            async with asyncio.timeout(self._seconds) as timeout:
                deadline = RequestDeadline(timeout)
                reset = set_deadline(deadline)
                watch.attach(deadline)
                try:
                    await self._app(scope, receive, watched_send)
                finally:
                    reset()
                    watch.attach(None)
        except asyncio.CancelledError:
            # The server cancels what is left some seconds after it was told to stop; only what stores is left then.
            if started or not watch.is_closing:
                raise
            await error_answer(scope, OutcomeUnknownError(UNKNOWN))(scope, receive, send)
        except TimeoutError:
            if deadline is None or started or deadline.reason is GivenUp.CLIENT_GONE:
                return
            await error_answer(scope, self._error(deadline.reason))(scope, receive, send)

    def _error(self, reason: GivenUp) -> WirematchError:
        if reason is GivenUp.CLOSING:
            return ShuttingDownError("The service is shutting down; nothing was stored. Send the request again.")
        return DeadlineError(f"The request was ended after {self._seconds:g} seconds. Nothing was stored.")
