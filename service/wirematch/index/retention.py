"""How long articles are kept, and the sweep that gives their memory back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from wirematch.errors import WirematchError

SWEEP_SECONDS = 5.0
"""Between sweeps that find nothing. What has expired is not seen in the meantime; only its memory waits."""
SWEEP_BATCH = 64
"""Articles a shard that are removed at a time: each takes a signature and half a millisecond of the server."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """Windows from the time of storing; the shortest that applies counts."""

    everything: timedelta | None = None
    by_source: Mapping[str, timedelta] = field(default_factory=dict)

    def milliseconds(self, source: str | None) -> int:
        """For articles of a source; 0 for ever."""
        windows = [window for window in (self.everything, self.by_source.get(source or "")) if window is not None]
        return max(1, round(min(windows).total_seconds() * 1000)) if windows else 0


async def sweep_for_ever(sweep: Callable[[int], Awaitable[int]]) -> None:
    """Remove what has expired, in batches; several processes may do so at once. Ends by being cancelled.

    ``sweep`` removes at most so many articles a shard, and says how many it was.
    """
    while True:
        removed = 0
        try:
            removed = await sweep(SWEEP_BATCH)
        except WirematchError as error:
            log.warning("sweeping failed and is tried again: %s", error)
        await asyncio.sleep(0.01 if removed else SWEEP_SECONDS)
