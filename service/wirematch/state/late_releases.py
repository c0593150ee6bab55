"""Late releases: leases that could not be released while the store was unavailable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from wirematch.errors import WirematchError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
"""Pause between attempts while the store is unavailable."""
MOST = 10_000
"""Leases that are remembered; the oldest are left to expire."""

Release = Callable[[], Awaitable[None]]


class LateReleases:
    """Leases of one process, which it tries to release until they expire."""

    def __init__(self, lease_ms: Callable[[], int]) -> None:
        self._lease_ms = lease_ms
        self._left: dict[str, tuple[float, Release]] = {}
        """By worker: when the lease expires (``time.monotonic``), and what releases it."""
        self._task: asyncio.Task[None] | None = None

    def add(self, worker: str, release: Release) -> None:
        """Release the lease of this worker, in the background."""
        self._left[worker] = time.monotonic() + self._lease_ms() / 1000, release
        while len(self._left) > MOST:
            del self._left[next(iter(self._left))]
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._give_back())

    async def _give_back(self) -> None:
        while self._left:
            worker, (until, release) = next(iter(self._left.items()))
            try:
                if time.monotonic() < until:
                    await release()
            except WirematchError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            except Exception:
                log.exception("a lease could not be released; it expires by itself")
            self._left.pop(worker, None)
