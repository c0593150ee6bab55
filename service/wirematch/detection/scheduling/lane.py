"""Admission control for one kind of request, long or short: who works, who waits, and who is refused.

A request costs the bytes of its text. If a newcomer would wait too long to be of use, it is refused before it costs
anything; a request that has waited too long nonetheless is refused, too. While the queue is that slow, it is served
newest first: those that came long ago have the least time left, and serving them in order would make everybody late
(adaptive last-in-first-out; Maurer, "Fail at scale", ACM Queue 13.8, 2015).

Batches of streams wait as long as it takes, behind all other requests. A place goes to the stream of which the fewest
bytes are worked on, so that one of long texts does not hold all of them.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import deque
from collections.abc import Callable

from wirematch.detection.scheduling.fair_threads import FairThreads, Flow
from wirematch.errors import OverloadedError

AT_WORK = 4
"""Concurrent requests per thread: while one waits for Redis, another computes."""
LEAST_COST = 1_024
"""Bytes: the fixed cost of a request beside its text."""
SLOW = 0.5
"""Share of the longest wait. A newcomer that would wait longer is refused, and the newest is served first once the
oldest has waited longer: reading a request that then waits in vain is wasted."""
REMEMBERED = 0.9
"""Weight of the past in the moving average of the pace; the latest request has the rest."""
MOST_RETRY_SECONDS = 30


class _Waiting:
    """A request in the queue."""

    __slots__ = ("cost", "flow", "let_in", "since")

    def __init__(self, cost: int, flow: Flow, since: float, let_in: asyncio.Future[None]) -> None:
        self.cost, self.flow, self.since, self.let_in = cost, flow, since, let_in


class Lane:
    """A queue and its threads. Not thread-safe: call all methods in the event loop."""

    def __init__(
        self,
        name: str,
        threads: int,
        most_waiting: int,
        most_seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.threads = FairThreads(name, threads)
        self.reserved = 0
        """Places reserved for requests whose bodies are being read."""
        self._clock = clock
        self._most_seconds = most_seconds
        self._most = threads + most_waiting
        self._free = min(self._most, AT_WORK * threads)
        self._most_waiting = self._most - self._free
        self._line: deque[_Waiting] = deque()
        self._line_cost = 0
        """Cost of all requests in ``_line``."""
        self._unbounded: deque[_Waiting] = deque()
        """Requests that wait as long as it takes, behind all others."""
        self._pace = 0.0
        """Seconds per byte while there is a queue."""
        self._left_at = 0.0
        """When a place last became free, or the queue last became non-empty."""

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return len(self._line) + len(self._unbounded)

    @property
    def full(self) -> bool:
        """Whether a newcomer must wait."""
        return self._free <= self.reserved

    def refusal(self, cost: int) -> OverloadedError | None:
        """Return why a request of ``cost`` bytes should not come now; None if it may."""
        ahead = len(self._line) + self.reserved
        if not self.full:
            return None
        if ahead >= self._most_waiting:
            said = f"{self._most} requests are being processed or waiting; try again in a moment."
            return OverloadedError(said, self._retry_after(cost))
        if self._expected_wait(cost) > SLOW * self._most_seconds:
            return OverloadedError(
                "The requests that are already waiting take longer than a request may wait.", self._retry_after(cost)
            )
        return None

    async def enter(self, cost: int, flow: Flow, *, unbounded_wait: bool) -> None:
        """Wait for a place; unless ``unbounded_wait``, OverloadedError if that takes, or would take, too long."""
        if self._free and not (unbounded_wait and self._line):
            self._give(cost, flow)
            return
        if not unbounded_wait and (refused := self.refusal(cost)) is not None:
            raise refused
        waiting = _Waiting(max(cost, LEAST_COST), flow, self._clock(), asyncio.get_running_loop().create_future())
        if not self._line and not self._unbounded:
            self._left_at = waiting.since  # the pace is measured by places that become free from now on
        if unbounded_wait:
            self._unbounded.append(waiting)
        else:
            self._line.append(waiting)
            self._line_cost += waiting.cost
        try:
            async with asyncio.timeout(None if unbounded_wait else self._most_seconds):
                await waiting.let_in
        except TimeoutError:
            self._give_up(waiting)
            said = f"The request has waited {self._most_seconds:g} seconds without being processed."
            raise OverloadedError(said, self._retry_after(cost)) from None
        except asyncio.CancelledError:
            self._give_up(waiting)
            raise

    def _give_up(self, waiting: _Waiting) -> None:
        """Take a request out of the queue, or give its place back if it was let in at the same moment."""
        if waiting in self._unbounded:
            self._unbounded.remove(waiting)
        elif waiting in self._line:
            self._line.remove(waiting)
            self._line_cost -= waiting.cost
        elif waiting.let_in.done() and not waiting.let_in.cancelled():
            self.leave(waiting.cost, waiting.flow, worked=False)

    def leave(self, cost: int, flow: Flow, *, worked: bool = True) -> None:
        """Give the place of ``flow`` to the next in the queue."""
        now = self._clock()
        self.threads.share(flow).admitted -= max(cost, LEAST_COST)
        if worked and (self._line or self._unbounded):
            pace = (now - self._left_at) / max(cost, LEAST_COST)
            self._pace = REMEMBERED * self._pace + (1 - REMEMBERED) * pace if self._pace else pace
        self._left_at = now
        self._free += 1
        while self._free and (self._line or self._unbounded):
            waiting = self._next(now)
            if not waiting.let_in.done():
                waiting.let_in.set_result(None)
                self._give(waiting.cost, waiting.flow)

    def _give(self, cost: int, flow: Flow) -> None:
        self._free -= 1
        self.threads.share(flow).admitted += max(cost, LEAST_COST)

    def _next(self, now: float) -> _Waiting:
        if not self._line:
            fewest = min(self._unbounded, key=self._has)
            self._unbounded.remove(fewest)
            return fewest
        slow = now - self._line[0].since > SLOW * self._most_seconds
        waiting = self._line.pop() if slow else self._line.popleft()
        self._line_cost -= waiting.cost
        return waiting

    def _has(self, waiting: _Waiting) -> tuple[int, float]:
        """Sort key of a waiting flow: its bytes that are worked on, then the processor time that it has had."""
        share = self.threads.share(waiting.flow)
        return share.admitted, self.threads.had(share)

    def _expected_wait(self, cost: int) -> float:
        ahead = self._line_cost + self.reserved * max(cost, LEAST_COST)
        return self._pace * ahead

    def _retry_after(self, cost: int) -> int:
        """Seconds until the present queue is gone, plus jitter of up to as many, so refused clients do not stampede."""
        seconds = max(1.0, self._expected_wait(cost))
        spread = random.uniform(0, seconds)  # noqa: S311 - no secret
        return min(MOST_RETRY_SECONDS, math.ceil(seconds + spread))
