"""Turns at Redis for work that can wait, such as streams: while requests come, it sends one command at a time.

Redis works on commands in the order in which they come. A request that comes while streams have several commands on
their way waits for all of them, and each may take some milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar

REQUESTS_SECONDS = 1.0
"""Time after the latest command of a request in which streams leave room for further ones."""
AT_ONCE = contextlib.nullcontext()
"""No turn is waited for."""

_can_wait: ContextVar[bool] = ContextVar("can_wait", default=False)


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """Mark the commands of this task, and of tasks that it starts within, as work that can wait.

    All other commands count as those of requests.
    """
    before = _can_wait.set(True)
    try:
        yield
    finally:
        _can_wait.reset(before)


class Turns:
    """The turns of one process at one server. Streams take turns only while requests come, too."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._line = asyncio.Lock()
        self._requests_until = -REQUESTS_SECONDS

    def turn(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return a context to be entered for a command, within which it is on its way."""
        if not _can_wait.get():
            self._requests_until = self._clock() + REQUESTS_SECONDS
            return AT_ONCE
        return self._line if self._clock() < self._requests_until else AT_ONCE
