"""The order of a stream's batches, which overlap: one is decided while the next is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager


class BatchOrder(asyncio.Lock):
    """Held by the batch that is being written. Clusters are told of batches in the order in which they were written.

    A batch whose sources are all in the batch before it would otherwise name one of these as its original if it is
    decided first.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last: asyncio.Event | None = None

    @contextmanager
    def place(self) -> Iterator[Callable[[], Awaitable[object]]]:
        """Take the next place in the order, and give it up at the end; yields how to wait until it is at the front."""
        before, mine = self._last, asyncio.Event()
        self._last = mine
        try:
            yield _nothing if before is None else before.wait
        finally:
            mine.set()


async def _nothing() -> None:
    pass
