"""A line of requests of one kind, long or short: who works, who waits, and who had better come back later.

A request costs what its text has in bytes. Where the line is so long that a newcomer would wait longer than is any use,
it is refused before it costs anything; one that has waited too long all the same is refused, too. While the line is
that slow, the newest is let in first: those that came long ago have the least time left, and serving them in order
would make everybody late (adaptive last-in-first-out; Maurer, "Fail at scale", ACM Queue 13.8, 2015).
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wirematch.errors import OverloadedError

AT_WORK = 4
"""Requests a thread that are worked on at once: while one waits for Redis, another computes."""
LEAST_COST = 1_024
"""Bytes: what a request takes besides its text."""
SLOW = 0.5
"""Share of the longest wait that a newcomer may expect, and from which on the newest is let in first: what waits in
vain has been read in vain."""
REMEMBERED = 0.9
"""How much of the pace so far counts beside that of the latest request."""
MOST_RETRY_SECONDS = 30


class _Waiting:
    """One in the line."""

    __slots__ = ("cost", "let_in", "since")

    def __init__(self, cost: int, since: float, let_in: asyncio.Future[None]) -> None:
        self.cost, self.since, self.let_in = cost, since, let_in


class Lane:
    """Not for threads, but for those of its pool."""

    def __init__(
        self,
        name: str,
        threads: int,
        most_waiting: int,
        most_seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.expected = 0
        """Requests that were told to come, whose bodies are being read."""
        self._clock = clock
        self._most_seconds = most_seconds
        self._most = threads + most_waiting
        self._free = min(self._most, AT_WORK * threads)
        self._most_waiting = self._most - self._free
        self._line: deque[_Waiting] = deque()
        self._patient: deque[_Waiting] = deque()
        """Those that wait as long as it takes, behind all others."""
        self._pace = 0.0
        """Seconds a byte while there is a line."""
        self._left_at = 0.0
        """When a place became free last, or a line began to wait for one."""

    @property
    def waiting(self) -> int:
        """Requests in the line."""
        return len(self._line) + len(self._patient)

    @property
    def full(self) -> bool:
        """Whether a newcomer must wait."""
        return self._free <= self.expected

    def refusal(self, cost: int) -> OverloadedError | None:
        """Why a request that costs so many bytes had better not come now; None when it may."""
        ahead = len(self._line) + self.expected
        if not self.full:
            return None
        if ahead >= self._most_waiting:
            said = f"{self._most} requests are being worked on or waiting; try again in a moment."
            return OverloadedError(said, self._retry_after(cost))
        if self._expected_wait(cost) > SLOW * self._most_seconds:
            return OverloadedError(
                "The requests that are already waiting take longer than a request may wait.", self._retry_after(cost)
            )
        return None

    async def enter(self, cost: int, *, patient: bool) -> None:
        """Wait for a place; OverloadedError where that takes, or would take, too long, unless ``patient``."""
        if self._free and not (patient and self._line):
            self._free -= 1
            return
        if not patient and (refused := self.refusal(cost)) is not None:
            raise refused
        waiting = _Waiting(max(cost, LEAST_COST), self._clock(), asyncio.get_running_loop().create_future())
        line = self._patient if patient else self._line
        if not self._line and not self._patient:
            self._left_at = waiting.since  # from now on places that become free tell the pace
        line.append(waiting)
        try:
            async with asyncio.timeout(None if patient else self._most_seconds):
                await waiting.let_in
        except (TimeoutError, asyncio.CancelledError) as error:
            if waiting in line:
                line.remove(waiting)
            elif waiting.let_in.done() and not waiting.let_in.cancelled():
                self.leave(0)
            if isinstance(error, TimeoutError):
                said = f"The request has waited {self._most_seconds:g} seconds in vain."
                raise OverloadedError(said, self._retry_after(cost)) from None
            raise

    def leave(self, cost: int) -> None:
        """Give the place back, to one that waits."""
        now = self._clock()
        if cost and (self._line or self._patient):
            pace = (now - self._left_at) / max(cost, LEAST_COST)
            self._pace = REMEMBERED * self._pace + (1 - REMEMBERED) * pace if self._pace else pace
        self._left_at = now
        self._free += 1
        while self._free and (self._line or self._patient):
            waiting = self._next(now)
            if not waiting.let_in.done():
                waiting.let_in.set_result(None)
                self._free -= 1

    def _next(self, now: float) -> _Waiting:
        if not self._line:
            return self._patient.popleft()
        slow = now - self._line[0].since > SLOW * self._most_seconds
        return self._line.pop() if slow else self._line.popleft()

    def _expected_wait(self, cost: int) -> float:
        ahead = sum(waiting.cost for waiting in self._line) + self.expected * max(cost, LEAST_COST)
        return self._pace * ahead

    def _retry_after(self, cost: int) -> int:
        """Seconds until the line of now is gone, and up to as many more, lest all that were refused come at once."""
        seconds = max(1.0, self._expected_wait(cost))
        spread = random.uniform(0, seconds)  # noqa: S311 - no secret
        return min(MOST_RETRY_SECONDS, math.ceil(seconds + spread))
