"""Leases that could not be given back, as the store was away: given back when it answers again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from wirematch.errors import WirematchError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
"""Between attempts while the store is away."""
MOST = 10_000
"""Leases that are remembered; the oldest end by themselves."""

Release = Callable[[], Awaitable[None]]


class LateReleases:
    """Those of one process, which it goes on trying to give back for as long as they last."""

    def __init__(self, lease_ms: Callable[[], int]) -> None:
        self._lease_ms = lease_ms
        self._left: dict[str, tuple[float, Release]] = {}
        """By worker, when the lease has ended by itself, and what gives it back."""
        self._task: asyncio.Task[None] | None = None

    def add(self, worker: str, release: Release) -> None:
        """Give the lease of this worker back, behind the caller's back."""
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
                log.exception("a lease could not be given back; it ends by itself")
            self._left.pop(worker, None)
