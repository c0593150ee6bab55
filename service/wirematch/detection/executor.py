"""CPU work beside the event loop, and only so much of it."""

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
    """A few threads and a bounded line in front of them."""

    def __init__(self, threads: int, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="compare")
        self._most = threads + most_waiting
        self._places = asyncio.Semaphore(self._most)

    @asynccontextmanager
    async def admission(self, *, wait: bool = False) -> AsyncIterator[None]:
        """A place in the line for all the work within, so that none of it is refused half-way.

        When there is none, OverloadedError; who is ``wait`` waits for one instead.
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
        """``function(*args)`` in a thread; OverloadedError at once when the line is full and no place was taken."""
        async with nullcontext() if _admitted.get() else self.admission():
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Let running work end and start no more."""
        self._pool.shutdown(cancel_futures=True)
