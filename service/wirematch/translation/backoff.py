"""How long to leave an engine alone that fails again and again."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0


class EngineBackoff:
    """After one failure it may be tried again at once, after each further one twice as late, up to a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._not_before = 0.0

    @property
    def seconds(self) -> float:
        """How long it is to be left alone from now on; 0 if it may be tried."""
        return max(0.0, self._not_before - self._clock())

    def failed(self) -> None:
        """It failed. A success in between would have made this the first time."""
        self._failures += 1
        if self._failures > 1:
            longer = FIRST_SECONDS * 2.0 ** min(self._failures - 2, 16)
            self._not_before = self._clock() + min(longer, LONGEST_SECONDS)

    def worked(self) -> None:
        """It did what it was asked."""
        self._failures, self._not_before = 0, 0.0
