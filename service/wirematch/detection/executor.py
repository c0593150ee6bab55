"""CPU work in threads beside the event loop, with a bound on how much of it may wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from wirematch.errors import OverloadedError

_admitted: ContextVar[bool] = ContextVar("admitted", default=False)
P = ParamSpec("P")
R = TypeVar("R")


class BoundedExecutor:
    """A thread pool with a bounded queue."""

    def __init__(self, threads: int, most_waiting: int) -> None:
        """At most ``threads`` pieces of work run and ``most_waiting`` requests wait."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="compare")
        self._most = threads + most_waiting
        self._places = asyncio.Semaphore(self._most)

    @asynccontextmanager
    async def admission(self, *, wait: bool = False) -> AsyncIterator[None]:
        """One place in the queue for all work of a request, so that it is refused as a whole or not at all.

        When the queue is full, OverloadedError; with ``wait``, wait for a place instead.
        """
        if self._places.locked() and not wait:
            raise OverloadedError(f"{self._most} requests are being worked on or waiting; try again in a moment.")
        async with self._places:
            before = _admitted.set(True)
            try:
                yield
            finally:
                _admitted.reset(before)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``function(*args)`` in a thread; outside an admission, OverloadedError when the queue is full."""
        async with nullcontext() if _admitted.get() else self.admission():
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Let running work end and start no more."""
        self._pool.shutdown(cancel_futures=True)
