"""When a request is given up (deadline, client gone, shutdown), and from which point on it no longer is.

A check may be stopped anywhere. Once an article is stored, the request runs to its end so that its answer says so; the
work that this takes is bounded by sizes, not by time (``DetectorLimits``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum, auto


class GivenUp(Enum):
    """Why a request was given up."""

    LATE = auto()
    """The request's time is up."""
    CLIENT_GONE = auto()
    CLOSING = auto()
    """The service is shutting down."""


class RequestDeadline:
    """The deadline of one request. Call all methods in the event loop."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self.reason = GivenUp.LATE
        self._timeout = timeout
        self._removed = False

    def give_up(self, reason: GivenUp, after: float = 0.0) -> None:
        """Cancel the request in ``after`` seconds, unless its deadline is removed or due earlier already."""
        when = asyncio.get_running_loop().time() + after
        current = self._timeout.when()
        if self._removed or self._timeout.expired() or (current is not None and current <= when):
            return
        self.reason = reason
        self._timeout.reschedule(when)

    def remove_deadline(self) -> None:
        """Let the request run to its end."""
        self._removed = True
        if not self._timeout.expired():
            self._timeout.reschedule(None)


_deadline: ContextVar[RequestDeadline | None] = ContextVar("deadline", default=None)


def set_deadline(deadline: RequestDeadline) -> Callable[[], None]:
    """Set the deadline for this task and what it calls; call the returned function to reset it."""
    token = _deadline.set(deadline)
    return lambda: _deadline.reset(token)


def commit_to_finish() -> None:
    """Let the current request run to its end from here on, whoever waits for it. Call it before something is stored."""
    deadline = _deadline.get()
    if deadline is not None:
        deadline.remove_deadline()
