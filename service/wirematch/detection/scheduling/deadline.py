"""When a request is given up: its deadline, its client's leaving, the end of the service; and when no more.

What checks only may be stopped anywhere. What has stored an article is carried on, so that its answer says so; there is
an end to what that takes without a clock (``DetectorLimits``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum, auto


class GivenUp(Enum):
    """Why."""

    LATE = auto()
    """The time that a request has is over."""
    CLIENT_GONE = auto()
    CLOSING = auto()
    """The service ends."""


class RequestDeadline:
    """Of one request. All methods are called in the event loop."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self.reason = GivenUp.LATE
        self._timeout = timeout
        self._lifted = False

    def give_up(self, reason: GivenUp, after: float = 0.0) -> None:
        """Cancel what the request does, in so many seconds."""
        when = asyncio.get_running_loop().time() + after
        current = self._timeout.when()
        if self._lifted or self._timeout.expired() or (current is not None and current <= when):
            return
        self.reason = reason
        self._timeout.reschedule(when)

    def lift(self) -> None:
        """Carry the request on to its end."""
        self._lifted = True
        if not self._timeout.expired():
            self._timeout.reschedule(None)


_deadline: ContextVar[RequestDeadline | None] = ContextVar("deadline", default=None)


def set_deadline(deadline: RequestDeadline) -> Callable[[], None]:
    """For all that the request of this task does; call what is returned when it is done."""
    token = _deadline.set(deadline)
    return lambda: _deadline.reset(token)


def carry_on() -> None:
    """Something is stored: from here on the request is finished, whoever waits for it."""
    deadline = _deadline.get()
    if deadline is not None:
        deadline.lift()
