"""Refusals that are sent later, in batches, with one timer for each batch rather than for each connection.

Every timer costs the event loop several callbacks. Each needs the GIL, and waits for it while a thread computes.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from wirematch.server.protocol.read_batches import end_of_batch


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
