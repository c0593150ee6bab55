"""Work that is cancelled in a certain turn of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

TURNS = 60
"""More than a task takes that waits for nobody."""


async def ends_if_cancelled(
    work: Coroutine[Any, Any, Any], turn: int, wake: Callable[[], Awaitable[Any]] | None = None
) -> bool:
    """Cancel work so many turns after it was begun, or woken; return whether it was still going on."""
    task = asyncio.create_task(work)
    if wake is not None:
        await wake()
    for _ in range(turn):
        await asyncio.sleep(0)
    if not task.cancel():
        return False
    await asyncio.wait([task])
    assert task.cancelled(), f"the cancellation in turn {turn} was lost"
    return True
