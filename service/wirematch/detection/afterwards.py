"""Work that begins when an answer is known: whoever asked does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any


class Afterwards:
    """That of one process; not for threads."""

    def __init__(self) -> None:
        self._going: dict[Hashable, asyncio.Task[None]] = {}

    def begin(self, what: Hashable, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this while others are served; nothing where the same is being done already."""
        if what not in self._going:
            task = asyncio.get_running_loop().create_task(work())
            self._going[what] = task
            task.add_done_callback(lambda _: self._going.pop(what))

    async def finish(self) -> None:
        """Wait for what is being done; to be called before connections are closed."""
        await asyncio.gather(*self._going.values(), return_exceptions=True)
