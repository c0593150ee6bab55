"""Wait for conditions, never for a time: a loaded machine makes a test slower, not wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from wirematch.errors import IndexUnavailableError

T = TypeVar("T")

PATIENCE_SECONDS = 300.0
"""More than anything takes on a shared machine. Only a failing test waits for so long."""
POLL_SECONDS = 0.02
PATIENT = {"redis_timeout": PATIENCE_SECONDS, "max_wait": 60.0, "request_timeout": 2 * PATIENCE_SECONDS}
"""Settings of a service that answers late on a loaded machine, and refuses nothing for that."""


def wait_for(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE_SECONDS} seconds"
        time.sleep(POLL_SECONDS)


async def until(condition: Callable[[], Any]) -> None:
    """The same for an event loop; ``condition`` is called in a thread, so it may block."""
    await asyncio.to_thread(wait_for, condition, "what was waited for")


async def eventually(ask: Callable[[], Awaitable[T]], accepted: Callable[[T], bool] = lambda _: True) -> T:
    """Ask again until the result is accepted; an unavailable index counts as no result."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            answer = await ask()
        except IndexUnavailableError as error:
            refused: object = error
        else:
            if accepted(answer):
                return answer
            refused = answer
        assert time.monotonic() < deadline, f"the last answer within {PATIENCE_SECONDS} seconds was {refused!r}"
        await asyncio.sleep(POLL_SECONDS)
