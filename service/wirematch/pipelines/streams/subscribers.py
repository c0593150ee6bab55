"""What FastStream's subscribers of a Redis stream are made to do, for which it has no hooks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import ResponseError

from wirematch.concurrency import end

logger = logging.getLogger(__name__)

FIELD = "data"
"""The field of a stream entry that holds the article as JSON."""

Read = Callable[[str], Awaitable[Any]]
"""As FastStream reads: returns, for each stream, its entries with their fields."""
Receive = Callable[[Read], Awaitable[None]]
"""Reads once, and has what was read handled."""


def read_with(subscriber: Any, changed: Callable[[Receive], Receive]) -> None:
    """Let a subscriber receive by a changed step."""
    subscriber._get_msgs = changed(subscriber._get_msgs)  # noqa: SLF001 - there is no hook


def paused_if_refused(receive: Receive, name: str, pause_seconds: float) -> Receive:
    """Return a step after which a consumer pauses if Redis refuses to be read: READONLY, MISCONF, NOREPLICAS.

    FastStream would read again at once, over a hundred times a second, and log each.
    """

    async def receive_or_pause(read: Read) -> None:
        try:
            await receive(read)
        except ResponseError as error:
            if "NOGROUP" in str(error):  # FastStream ends the consumer
                raise
            logger.warning("%s waits: Redis refuses to be read: %s", name, error)
            await asyncio.sleep(pause_seconds)

    return receive_or_pause


def wait_when_stopped(subscriber: Any) -> None:
    """Let a subscriber be stopped only when it reads no more, as its connections are closed then.

    FastStream cancels its reads and leaves them to themselves. One that does not heed it, as redis-py may not under
    Python 3.11, would take an entry that nobody handles, over a connection that nobody closes.
    """
    stop = subscriber.stop

    async def stop_and_wait() -> None:
        reading = [task for task in subscriber.tasks if task is not asyncio.current_task()]
        await stop()
        await end(reading)

    subscriber.stop = stop_and_wait


async def parse_as_bytes(raw: Any, parse: Callable[[Any], Awaitable[Any]]) -> Any:
    """Keep the entry's fields as bytes: FastStream's own parser raises if one is not UTF-8."""
    message = await parse({**raw, "data": {FIELD.encode(): b"null"}})
    message.raw_message = raw
    return message
