"""Work behind the requests, which must go on for as long as the process does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

PAUSE_SECONDS = 5.0
"""Pause before work that failed is begun anew."""

log = logging.getLogger(__name__)


def in_background(
    name: str, work: Callable[[], Coroutine[Any, Any, None]], pause: float = PAUSE_SECONDS
) -> asyncio.Task[None]:
    """Start ``work`` as a task that ends when the work ends or is cancelled, and not by an error.

    What is expected to fail, the work handles itself. An error that reaches this is a defect: nobody awaits the task,
    so without a log line and a new beginning it would end unnoticed, and with it, say, the removal of expired articles.
    """
    return asyncio.create_task(_keep_going(name, work, pause), name=name)


async def _keep_going(name: str, work: Callable[[], Coroutine[Any, Any, None]], pause: float) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed in the background and is restarted", name)
            await asyncio.sleep(pause)
        else:
            return
