"""Work that begins when an answer is known: whoever asked does not wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from wirematch.errors import WirematchError

log = logging.getLogger(__name__)


class Afterwards:
    """That of one process; not for threads."""

    def __init__(self) -> None:
        self._going: dict[Hashable, asyncio.Task[None]] = {}

    def begin(self, what: Hashable, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do this while others are served; nothing where the same is being done already.

        What fails is logged and done no further: nobody waits for it, and the next answer begins it again.
        """
        if what not in self._going:
            task = asyncio.get_running_loop().create_task(_logged(work))
            self._going[what] = task
            task.add_done_callback(lambda _: self._going.pop(what))

    async def finish(self) -> None:
        """Wait for what is being done, and for what begins meanwhile; to be called before connections are closed."""
        while self._going:
            await asyncio.wait(list(self._going.values()))


async def _logged(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        await work()
    except WirematchError as error:
        log.warning("what goes on behind an answer failed: %s", error)
    except Exception:
        log.exception("what goes on behind an answer failed")
