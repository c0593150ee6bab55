"""A clock in place of a connection's event loop: time passes for it only when a test says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from support.waiting import PATIENCE_SECONDS


class Timer:
    """What ``call_later`` returns. (asyncio's own handle tells uvloop's loop when it is cancelled, which raises.)"""

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def run(self) -> None:
        if self._callback is not None:
            self._callback()


class LoopClock:
    """What timers ask of an event loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop
        """The real one; it runs what becomes due."""
        self._now = 0.0
        self._due: list[Timer] = []

    def time(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self._due.append(Timer(self._now + seconds, callback))
        return self._due[-1]

    def pass_by(self, seconds: float, before: Callable[[], None] = lambda: None) -> None:
        """Let time pass on the server's thread at once after ``before``, when nothing else had its turn."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(self._pass_by, seconds, before, done)
        assert done.wait(PATIENCE_SECONDS)

    def _pass_by(self, seconds: float, before: Callable[[], None], done: threading.Event) -> None:
        before()
        self._now += seconds
        due = [timer for timer in self._due if timer.when <= self._now]
        self._due = [timer for timer in self._due if timer.when > self._now]
        for timer in due:
            timer.run()
        done.set()
