"""CPU work beside the event loop, and only so much of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from service.errors import OverloadedError

P = ParamSpec("P")
R = TypeVar("R")


class Offload:
    """A few threads and a bounded line in front of them."""

    def __init__(self, threads: int, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="compare")
        self._most = threads + most_waiting
        self._present = 0

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``function(*args)`` in a thread; OverloadedError at once when the line is full."""
        if self._present >= self._most:
            raise OverloadedError(f"{self._present} requests are being worked on or waiting; try again in a moment.")
        self._present += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))
        finally:
            self._present -= 1

    def close(self) -> None:
        """Let running work end and start no more."""
        self._pool.shutdown(cancel_futures=True)
