"""Background work started once an answer is known; no request waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from wirematch.errors import WirematchError

log = logging.getLogger(__name__)


class Afterwards:
    """Background tasks of one event loop, each under a key. Not thread-safe."""

    def __init__(self) -> None:
        self._going: dict[Hashable, asyncio.Task[None]] = {}

    def begin(self, what: Hashable, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start ``work`` in the background, unless a task with the key ``what`` is still running.

        A failure is logged and not retried; the next request starts the work again.
        """
        if what not in self._going:
            task = asyncio.get_running_loop().create_task(_logged(work))
            self._going[what] = task
            task.add_done_callback(lambda _: self._going.pop(what))

    async def finish(self) -> None:
        """Wait for all tasks, including those that start meanwhile. Call it before closing connections."""
        while self._going:
            await asyncio.wait(list(self._going.values()))


async def _logged(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    except WirematchError as error:
        log.warning("work after an answer failed: %s", error)
    except Exception:
        log.exception("work after an answer failed")
