"""Metrics that are sampled every few seconds: queues, caches, memory."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wirematch.detection.number_cache import LRUCache
from wirematch.detection.scheduling.lane import Lane
from wirematch.observability import metrics

SECONDS = 5.0
_STATM = Path("/proc/self/statm")


class Sampler:
    """Samples one process."""

    def __init__(self, caches: Mapping[str, LRUCache[int, Any]], lines: Mapping[str, Lane]) -> None:
        self._caches = caches
        self._lines = lines
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self) -> None:
        """Update the metrics."""
        for name, cache in self._caches.items():
            now, before = (cache.hits, cache.misses), self._seen.get(name, (0, 0))
            self._seen[name] = now
            metrics.CACHE_LOOKUPS.labels(name, "hit").inc(now[0] - before[0])
            metrics.CACHE_LOOKUPS.labels(name, "miss").inc(now[1] - before[1])
            metrics.CACHE_ENTRIES.labels(name).set(len(cache))
        for name, line in self._lines.items():
            metrics.WAITING.labels(name).set(line.waiting)
        metrics.MEMORY.set(resident_bytes())

    async def run(self) -> None:
        """Sample every few seconds, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(SECONDS)


def resident_bytes() -> int:
    """Return the resident memory of this process; on systems other than Linux, its peak."""
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
