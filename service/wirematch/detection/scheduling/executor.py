"""CPU work in threads beside the event loop, with a bound on how much of it may wait.

Long texts stand in a line of their own and have threads of their own, so that no short one waits for them. What was
cancelled stops at its next piece of work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Generic, ParamSpec, TypeVar

from wirematch.detection.scheduling.lane import Lane
from wirematch.errors import OverloadedError
from wirematch.stopping import Interest, working_for

LONG = 65_536
"""Bytes of a request's text from which on it is a long one."""
LONG_WORK = 524_288
"""Bytes of all texts that are compared at once, from which on that is done where long ones are."""


class Expectation:
    """That a request will ask to be admitted: until it does, it counts as one in line."""

    def __init__(self, lane: Lane) -> None:
        self._lane: Lane | None = lane
        lane.expected += 1

    def end(self) -> None:
        """It has asked, or will not; to be told more than once."""
        if self._lane is not None:
            self._lane.expected -= 1
            self._lane = None


_expected: ContextVar[Expectation | None] = ContextVar("expected", default=None)
_admitted: ContextVar[Lane | None] = ContextVar("admitted", default=None)
P = ParamSpec("P")
R = TypeVar("R")


class WorkAhead(Generic[R]):
    """Work that a thread has begun before it is needed; the event loop is not told when it is done."""

    def __init__(self, future: Future[R], interest: Interest) -> None:
        self._future = future
        self._interest = interest

    def result(self) -> R:
        """To be called in a thread, of any work that was begun later: so it is done, or is being done."""
        return self._future.result()

    def drop(self) -> None:
        """Nobody needs it any more, if somebody did."""
        self._interest.lost = True
        self._future.cancel()


class BoundedExecutor:
    """Two thread pools with bounded lines before them."""

    def __init__(self, threads: int, most_waiting: int, most_seconds: float = 1.0) -> None:
        """In each line, at most ``threads`` pieces of work run and ``most_waiting`` requests wait so many seconds."""
        self.threads = threads
        self._short = Lane("compare", threads, most_waiting, most_seconds)
        self._long = Lane("compare-long", threads, most_waiting, most_seconds)

    @property
    def lanes(self) -> dict[str, Lane]:
        """Both, by name."""
        return {"short": self._short, "long": self._long}

    def lane(self, cost: int) -> Lane:
        """Where a request of so many bytes stands."""
        return self._long if cost >= LONG else self._short

    def refusal(self, cost: int) -> OverloadedError | None:
        """Why a request of so many bytes had better not be read; None when it may come."""
        return self.lane(cost).refusal(cost)

    @property
    def busy(self) -> bool:
        """Whether any request might be refused."""
        return self._short.full or self._long.full

    def expect(self, cost: int) -> Expectation:
        """A request of so many bytes is let in, and its body will be read."""
        return Expectation(self.lane(cost))

    @contextmanager
    def expecting(self, expectation: Expectation) -> Iterator[None]:
        """While the body of this request is read, and until it is admitted, it counts as one in line."""
        before = _expected.set(expectation)
        try:
            yield
        finally:
            _expected.reset(before)
            expectation.end()

    @staticmethod
    def excuse() -> None:
        """The request that is expected will not ask to be admitted."""
        if (expectation := _expected.get()) is not None:
            expectation.end()

    @asynccontextmanager
    async def admission(self, cost: int = 0, *, wait: bool = False) -> AsyncIterator[None]:
        """One place in the line for all work of a request of ``cost`` bytes: it is refused as a whole or not at all.

        OverloadedError when the line is full or has not moved in time; with ``wait``, wait for a place instead.
        """
        self.excuse()
        lane = self.lane(cost)
        await lane.enter(cost, patient=wait)
        before = _admitted.set(lane)
        try:
            yield
        finally:
            _admitted.reset(before)
            lane.leave(cost)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``function(*args)`` in a thread; outside an admission, OverloadedError when the line is full."""
        lane = _admitted.get()
        if lane is not None:
            return await _in_thread(lane, lambda: function(*args, **kwargs))
        async with self.admission():
            return await _in_thread(self._short, lambda: function(*args, **kwargs))

    def begin(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkAhead[R] | None:
        """Begin ``function(*args)`` in a thread, within an admission; None in a full line, where no thread is idle."""
        lane, interest = _admitted.get(), Interest()
        assert lane is not None
        if lane.full:
            return None
        return WorkAhead(lane.pool.submit(_working, interest, lambda: function(*args, **kwargs)), interest)

    async def run_weighed(self, weight: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same of work on so many bytes, whoever asked for it."""
        if weight < LONG_WORK:
            return await self.run(function, *args, **kwargs)
        if _admitted.get() is not None:
            return await _in_thread(self._long, lambda: function(*args, **kwargs))
        async with self.admission(weight):
            return await _in_thread(self._long, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Let running work end and start no more."""
        for lane in (self._short, self._long):
            lane.pool.shutdown(cancel_futures=True)


async def _in_thread(lane: Lane, function: Callable[[], R]) -> R:
    interest = Interest()
    try:
        return await asyncio.get_running_loop().run_in_executor(lane.pool, _working, interest, function)
    except asyncio.CancelledError:
        interest.lost = True
        raise


def _working(interest: Interest, function: Callable[[], R]) -> R:
    with working_for(interest):
        return function()
