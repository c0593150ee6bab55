"""Retention windows of articles, and the loop that removes expired ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from wirematch.errors import WirematchError

SWEEP_SECONDS = 5.0
"""Pause after a sweep that found nothing. Expired articles are invisible at once; the sweep frees their memory."""
SWEEP_BATCH = 64
"""Articles removed per shard and sweep: each costs a signature, and half a millisecond of the server's time."""
PUT_OFF_MS = 3_600_000
"""Delay before an expired article that could not be removed is retried: its damaged record does not tell its id."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention windows, counted from the time of storing; the shortest that applies counts."""

    everything: timedelta | None = None
    by_source: Mapping[str, timedelta] = field(default_factory=dict)

    def milliseconds(self, source: str | None) -> int:
        """Window of articles of a source, in milliseconds; 0 for no limit."""
        windows = [window for window in (self.everything, self.by_source.get(source or "")) if window is not None]
        return max(1, round(min(windows).total_seconds() * 1000)) if windows else 0


async def run_sweeps(sweep: Callable[[int], Awaitable[int]]) -> None:
    """Remove expired articles in batches until cancelled; several processes may run it concurrently.

    ``sweep`` removes up to the given number of articles a shard and returns how many it handled, 0 when it is done.
    """
    while True:
        removed = 0
        try:
            removed = await sweep(SWEEP_BATCH)
        except WirematchError as error:
            log.warning("sweeping failed and is retried: %s", error)
        await asyncio.sleep(0.01 if removed else SWEEP_SECONDS)
