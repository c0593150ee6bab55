"""Who would be refused anyway is listened to some milliseconds later, together with all others of whom that is so.

Refusing takes 15 µs. But a request that comes by itself wakes the event loop, which must wait for the thread that
computes to give up Python's lock, and that thread for it in turn: both lose ten times as much. What has gathered
meanwhile is read and refused in one go, for which the lock changes hands once. The wait has an end whatever happens.
"""

from __future__ import annotations

import asyncio
import math
from typing import Protocol

SECONDS = 0.025
"""Between two bunches: what a refusal, or what is asked on a new connection, may wait at the most. It is a fortieth of
the shortest ``Retry-After``."""


def end_of_bunch(moment: float) -> float:
    """The end of the bunch that a moment falls into: what is due within one is done in one go."""
    return math.ceil(moment / SECONDS) * SECONDS


class Listener(Protocol):
    """A connection."""

    def pause_listening(self) -> None:
        """Leave what comes with the system; the client waits."""

    def resume_listening(self) -> None:
        """Read what has come; nothing, where the connection has ended."""


class Bunches:
    """Of one event loop."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._waiting: list[Listener] = []

    def add(self, connection: Listener) -> None:
        """Listen to it again with the next bunch."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(self._seconds, self._listen)
        self._waiting.append(connection)
        connection.pause_listening()

    def _listen(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            connection.resume_listening()
