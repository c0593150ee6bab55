"""Turns at Redis for work that can wait, such as streams: while requests come, it sends one command at a time.

Redis works on commands in the order in which they come. A request that comes while streams have several commands on
their way waits for all of them, and each may take some milliseconds. Probes of a supervisor are no requests: they come
every few seconds, and nobody waits for their answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from enum import Enum, auto

REQUESTS_SECONDS = 1.0
"""Time after the latest command of a request in which streams leave room for further ones."""
AT_ONCE = contextlib.nullcontext()
"""No turn is waited for."""


class _Sender(Enum):
    REQUEST = auto()
    STREAM = auto()
    PROBE = auto()


_sender: ContextVar[_Sender] = ContextVar("sender", default=_Sender.REQUEST)


@contextlib.contextmanager
def _sent_by(sender: _Sender) -> Iterator[None]:
    before = _sender.set(sender)
    try:
        yield
    finally:
        _sender.reset(before)


def in_turn() -> contextlib.AbstractContextManager[None]:
    """Mark the commands of this task, and of tasks that it starts within, as work that can wait.

    All others count as those of requests.
    """
    return _sent_by(_Sender.STREAM)


def of_probe() -> contextlib.AbstractContextManager[None]:
    """Commands of this task wait for no turn, and streams leave no room for others after them."""
    return _sent_by(_Sender.PROBE)


class Turns:
    """The turns of one process at one server. Streams take turns only while requests come, too."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._line = asyncio.Lock()
        self._requests_until = -REQUESTS_SECONDS

    def turn(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return a context to be entered for a command, within which it is on its way."""
        sender = _sender.get()
        if sender is _Sender.REQUEST:
            self._requests_until = self._clock() + REQUESTS_SECONDS
        waits = sender is _Sender.STREAM and self._clock() < self._requests_until
        return self._line if waits else AT_ONCE


MOST_AT_ONCE = 64
"""Concurrent commands to one server."""


class Rooms:
    """The rooms of all servers, by name; one server alone needs no name. A room limits the commands that are under way.

    Further ones wait: redis-py opens a connection for each command and fails beyond 100. In a cluster, each server has
    a limit of its own, as one that hangs must not hold up the others.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, asyncio.Semaphore] = {}

    def at(self, server: str = "") -> asyncio.Semaphore:
        """Return the room of a server, within which a command is sent and answered."""
        if server not in self._rooms:
            self._rooms[server] = asyncio.Semaphore(MOST_AT_ONCE)
        return self._rooms[server]
