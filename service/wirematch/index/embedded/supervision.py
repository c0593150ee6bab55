"""Restart the embedded Valkey when it has ended, and give up when that does not help."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from wirematch.errors import WirematchError

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""Interval of checks whether the server still has its socket."""
MIN_DELAY, MAX_DELAY = 0.1, 10.0
"""Seconds before a restart; doubled each time, between these limits."""
MOST_RESTARTS, RESTARTS_SECONDS = 8, 600.0
"""The most restarts within RESTARTS_SECONDS before giving up."""


class Supervisor:
    """A thread that supervises one server."""

    def __init__(self, is_alive: Callable[[], bool], restart: Callable[[], None], give_up: Callable[[], None]) -> None:
        """``restart`` raises WirematchError when it fails; ``give_up`` is called once, from the thread."""
        self.failure: str | None = None
        """Why it gave up; None if it did not."""
        self._is_alive = is_alive
        self._restart = restart
        self._give_up = give_up
        self._ending = threading.Event()
        self._restarts: list[float] = []
        self._thread = threading.Thread(target=self._look_after, name="valkey-supervisor", daemon=True)

    def start(self) -> None:
        """Start supervising."""
        self._thread.start()

    def stop(self) -> None:
        """Stop supervising; waits for a restart that is under way."""
        self._ending.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _look_after(self) -> None:
        delay = MIN_DELAY
        while not self._ending.wait(LOOK_SECONDS):
            if self._is_alive():
                delay = MIN_DELAY
                continue
            now = time.monotonic()
            self._restarts = [then for then in self._restarts if now - then < RESTARTS_SECONDS]
            if len(self._restarts) >= MOST_RESTARTS:
                self.failure = f"The embedded Valkey ended {MOST_RESTARTS + 1} times; its log says why."
                log.error("%s The service ends.", self.failure)
                self._give_up()
                return
            log.error("The embedded Valkey has ended; it is started again in %.1f s.", delay)
            if self._ending.wait(delay):
                return
            delay = min(delay * 2, MAX_DELAY)
            self._restarts.append(now)
            try:
                self._restart()
            except WirematchError as error:
                log.error("It did not start: %s", error)  # noqa: TRY400 - the message says it all
            else:
                log.warning("The embedded Valkey runs again.")
