"""Refusals that are told later, batch by batch: one timer for a batch, and not one for each connection.

Every timer costs the event loop several callbacks. Each takes Python's lock, for which it has to wait where a thread
computes.
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
        """Tell ``connection`` its refusal in ``seconds``, unless it is owed it no longer by then."""
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
