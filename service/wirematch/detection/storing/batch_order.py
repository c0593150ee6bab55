"""The order of a stream's batches, several of which are in work at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator


class BatchOrder:
    """Lets the batches of one stream be written, and join clusters, in the order in which they came.

    Both go one batch at a time. What a batch does between them, it does beside the others.
    """

    def __init__(self) -> None:
        self.writing = asyncio.Lock()
        """Held by the batch that is being written."""
        self._last: asyncio.Future[None] | None = None
        """Done when the last batch, and all before it, have joined clusters or failed."""

    @contextlib.contextmanager
    def place(self) -> Iterator[Callable[[], Awaitable[object]]]:
        """Take the next place in the order; call it while holding ``writing``.

        Yields a function that waits until all batches with earlier places have left theirs.
        """
        before, mine = self._last, asyncio.get_running_loop().create_future()
        self._last = mine

        async def others_left() -> None:
            if before is not None:
                await asyncio.wait([before])  # unlike awaiting it, this does not cancel it with the caller

        try:
            yield others_left
        finally:
            if before is None:
                mine.set_result(None)
            else:  # a batch that failed early does not let the next pass those before it
                before.add_done_callback(lambda _: mine.set_result(None))
