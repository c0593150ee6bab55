"""Backoff for an engine that keeps failing."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0


class EngineBackoff:
    """No delay after the first failure in a row, then exponential backoff up to a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._not_before = 0.0

    @property
    def seconds(self) -> float:
        """Seconds until the engine may be tried again; 0 if it may be now."""
        return max(0.0, self._not_before - self._clock())

    def failed(self) -> None:
        """Record a failure."""
        self._failures += 1
        if self._failures > 1:
            longer = FIRST_SECONDS * 2.0 ** min(self._failures - 2, 16)
            self._not_before = self._clock() + min(longer, LONGEST_SECONDS)

    def worked(self) -> None:
        """Record a success, which resets the delay."""
        self._failures, self._not_before = 0, 0.0
