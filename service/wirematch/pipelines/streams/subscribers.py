"""What FastStream's subscribers of a Redis stream are made to do, for which it has no hooks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import ResponseError

from wirematch.concurrency import end
from wirematch.pipelines.streams.settings import StreamSettings

logger = logging.getLogger(__name__)

FIELD = "data"
"""The field of a stream entry that holds the article as JSON."""

Read = Callable[[str], Awaitable[Any]]
"""As FastStream reads: returns, for each stream, its entries with their fields."""


def read_with(subscriber: Any, read: Callable[[Read, str], Awaitable[Any]]) -> None:
    """Let a subscriber read with ``read``, which is given FastStream's own read and the entry to read from."""
    receive = subscriber._get_msgs  # noqa: SLF001 - there is no hook

    async def receive_with(own: Read) -> None:
        await receive(lambda last_id: read(own, last_id))

    subscriber._get_msgs = receive_with  # noqa: SLF001


def pause_if_refused(subscriber: Any, settings: StreamSettings) -> None:
    """Let a subscriber pause if Redis refuses to be read: READONLY, MISCONF, NOREPLICAS.

    FastStream would read again at once, over a hundred times a second, and log each.
    """
    receive = subscriber._get_msgs  # noqa: SLF001

    async def receive_or_pause(read: Read) -> None:
        try:
            await receive(read)
        except ResponseError as error:
            if "NOGROUP" in str(error):  # FastStream ends the consumer
                raise
            logger.warning("%s waits: Redis refuses to be read: %s", settings.name, error)
            await asyncio.sleep(settings.pause_seconds)

    subscriber._get_msgs = receive_or_pause  # noqa: SLF001


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
