"""Threads for CPU-bound work, with bounded queues.

Long texts have a queue and threads of their own, so that short ones never wait for them. Within each, requests and
streams share the threads fairly (``FairThreads``). Cancelled work stops at its next ``safepoint``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Generic, ParamSpec, TypeVar

from wirematch.cancellation import CancelToken
from wirematch.detection.scheduling.fair_threads import Flow
from wirematch.detection.scheduling.lane import Lane
from wirematch.errors import OverloadedError

LONG = 65_536
"""Bytes of a request's text from which on it goes to the long lane."""
LONG_WORK = 524_288
"""Bytes of all texts compared at once from which on the work goes to the long lane."""


class Reservation:
    """A place in the queue for a request that will ask for admission; until it does, it counts as waiting."""

    def __init__(self, lane: Lane) -> None:
        self._lane: Lane | None = lane
        lane.reserved += 1

    def release(self) -> None:
        """Give the place up: the request has asked for admission, or will not. Idempotent."""
        if self._lane is not None:
            self._lane.reserved -= 1
            self._lane = None


_reserved: ContextVar[Reservation | None] = ContextVar("reserved", default=None)
_admitted: ContextVar[Lane | None] = ContextVar("admitted", default=None)
_flow: ContextVar[Flow | None] = ContextVar("flow", default=None)
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def one_flow() -> Iterator[None]:
    """Make all work within this context one flow, as the work of a request is. Without it, each admission is a flow."""
    before = _flow.set(Flow())
    try:
        yield
    finally:
        _flow.reset(before)


class WorkAhead(Generic[R]):
    """Work that a thread started before its result is needed; the event loop is not notified of its end."""

    def __init__(self, future: Future[R], cancel: CancelToken) -> None:
        self._future = future
        self._cancel = cancel

    def result(self) -> R:
        """Return the result, blocking. Call it only in a worker thread, from work submitted later.

        The work of a flow begins in order and resumes in order. So when later work of the same flow runs, this work is
        done or running.
        """
        return self._future.result()

    def drop(self) -> None:
        """Discard the work: nobody needs the result (any more)."""
        self._cancel.cancelled = True
        self._future.cancel()


class BoundedExecutor:
    """Threads for short and for long work, each behind a bounded queue."""

    def __init__(self, threads: int, most_waiting: int, most_seconds: float = 1.0) -> None:
        """Per lane: ``threads`` workers, at most ``most_waiting`` requests waiting, for ``most_seconds`` at most."""
        self.threads = threads
        self._short = Lane("compare", threads, most_waiting, most_seconds)
        self._long = Lane("compare-long", threads, most_waiting, most_seconds)

    @property
    def lanes(self) -> dict[str, Lane]:
        """Both lanes, by name."""
        return {"short": self._short, "long": self._long}

    def lane(self, cost: int) -> Lane:
        """The lane of a request of ``cost`` bytes."""
        return self._long if cost >= LONG else self._short

    def refusal(self, cost: int) -> OverloadedError | None:
        """Return why a request of ``cost`` bytes should be refused before its body is read; None if it should not."""
        return self.lane(cost).refusal(cost)

    @property
    def busy(self) -> bool:
        """Whether any request might be refused."""
        return self._short.full or self._long.full

    def reserve(self, cost: int) -> Reservation:
        """Reserve a place for a request of ``cost`` bytes whose body is about to be read."""
        return Reservation(self.lane(cost))

    @contextmanager
    def holding(self, reservation: Reservation) -> Iterator[None]:
        """Count the request as one in the queue while its body is read, until it is admitted."""
        before = _reserved.set(reservation)
        try:
            yield
        finally:
            _reserved.reset(before)
            reservation.release()

    @staticmethod
    def release_reservation() -> None:
        """The current request, which has a reservation, will not ask for admission."""
        if (reservation := _reserved.get()) is not None:
            reservation.release()

    @asynccontextmanager
    async def admission(self, cost: int = 0, *, wait: bool = False) -> AsyncIterator[None]:
        """Hold one place in the queue for all work of a request of ``cost`` bytes, so it is refused as a whole.

        Raises OverloadedError when the queue is full or too slow; with ``wait``, waits for a place instead.
        """
        self.release_reservation()
        lane, flow = self.lane(cost), _flow.get() or Flow()
        await lane.enter(cost, flow, unbounded_wait=wait)
        before, flow_before = _admitted.set(lane), _flow.set(flow)
        try:
            yield
        finally:
            _flow.reset(flow_before)
            _admitted.reset(before)
            lane.leave(cost, flow)

    @staticmethod
    def admitted() -> Lane | None:
        """The lane to which the current request is admitted."""
        return _admitted.get()

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` in a thread; outside an admission, OverloadedError when the queue is full."""
        lane = _admitted.get()
        if lane is not None:
            return await _in_thread(lane, lambda: function(*args, **kwargs))
        async with self.admission():
            return await _in_thread(self._short, lambda: function(*args, **kwargs))

    def begin(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkAhead[R] | None:
        """Start ``function`` in a thread ahead of need, within an admission; None if the lane is full."""
        lane, cancel = _admitted.get(), CancelToken()
        assert lane is not None
        if lane.full:
            return None
        return WorkAhead(lane.threads.submit(_present_flow(), cancel, lambda: function(*args, **kwargs)), cancel)

    async def run_weighed(self, weight: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """As ``run``, for work on ``weight`` bytes, which goes to the long lane if it is large."""
        if weight < LONG_WORK:
            return await self.run(function, *args, **kwargs)
        if _admitted.get() is not None:
            return await _in_thread(self._long, lambda: function(*args, **kwargs))
        async with self.admission(weight):
            return await _in_thread(self._long, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Let running work finish and cancel what has not started."""
        for lane in (self._short, self._long):
            lane.threads.close()


async def _in_thread(lane: Lane, function: Callable[[], R]) -> R:
    cancel = CancelToken()
    try:
        return await asyncio.wrap_future(lane.threads.submit(_present_flow(), cancel, function))
    except asyncio.CancelledError:
        cancel.cancelled = True
        raise


def _present_flow() -> Flow:
    flow = _flow.get()
    assert flow is not None  # set by the admission
    return flow
