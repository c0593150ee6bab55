"""Work of the event loop that is done in batches, some milliseconds later: reading, and sending refusals.

Refusing a request takes 15 µs. But a request that arrives alone wakes the event loop, which has to wait until a
computing thread releases the GIL, and the thread then waits for the event loop; both lose ten times as much. Requests
that have gathered meanwhile are read and refused in one go, so the GIL changes hands once. Refusals that are sent later
share a timer for the same reason: every timer costs several callbacks. The delay is bounded.
"""

from __future__ import annotations

import asyncio
import math
from typing import Protocol

SECONDS = 0.025
"""Interval between batches, and so the longest delay of a refusal or of the first request on a new connection. It is a
fortieth of the shortest ``Retry-After``."""


def end_of_batch(moment: float) -> float:
    """Return when the batch that ``moment`` falls into ends: everything due within a batch is done in one go."""
    return math.ceil(moment / SECONDS) * SECONDS


class Listener(Protocol):
    """A connection whose reading can be paused."""

    def pause_listening(self) -> None:
        """Stop reading; data stays in the kernel's buffer and the client waits."""

    def resume_listening(self) -> None:
        """Read what has arrived; does nothing if the connection is closed."""


class ReadBatches:
    """The paused connections of one event loop."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._waiting: list[Listener] = []

    def add(self, connection: Listener) -> None:
        """Pause a connection until the end of the batch."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(self._seconds, self._listen)
        self._waiting.append(connection)
        connection.pause_listening()

    def _listen(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            connection.resume_listening()


class Refused(Protocol):
    """A connection that may be owed a refusal."""

    late_refusal: bytes | None
    """The response that it is owed."""

    def tell_refusal(self, refusal: bytes) -> None:
        """Send it."""


class LateRefusals:
    """The refusals that the connections of one event loop are owed."""

    def __init__(self) -> None:
        self._batches: dict[float, list[tuple[Refused, bytes]]] = {}

    def add(self, connection: Refused, refusal: bytes, seconds: float) -> None:
        """Send ``connection`` its refusal in ``seconds``, unless it was answered or closed by then."""
        loop = asyncio.get_running_loop()
        moment = end_of_batch(loop.time() + seconds)
        batch = self._batches.get(moment)
        if batch is None:
            batch = self._batches[moment] = []
            loop.call_at(moment, self._tell, moment)
        connection.late_refusal = refusal
        batch.append((connection, refusal))

    def _tell(self, moment: float) -> None:
        for connection, refusal in self._batches.pop(moment):
            if connection.late_refusal is refusal:
                connection.tell_refusal(refusal)
