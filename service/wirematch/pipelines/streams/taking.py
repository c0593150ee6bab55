"""Taking new entries of a Redis stream, with word of those that left it before anybody of the group took them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import redis.asyncio

from wirematch.index.connections.scripts import load_script
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch.pipelines.streams.subscribers import Read

logger = logging.getLogger(__name__)

TAKE = load_script("wirematch.pipelines.streams", "take")


class Taking:
    """Takes entries one by one. Raises RedisError."""

    def __init__(self, settings: StreamSettings, connection: redis.asyncio.Redis, goes_on: Callable[[], bool]) -> None:
        """``goes_on`` says whether the consumer has not been told to end."""
        self._settings = settings
        self._take = connection.register_script(TAKE.text)
        self._goes_on = goes_on

    async def take_or_wait(self, wait: Read, last_id: str) -> Any:
        """Return the next new entry as FastStream's read does; if there is none yet, ``wait`` for it.

        Nothing is lost unseen while this waits: Redis gives an entry to who waits for it as it is added.
        """
        name, group = self._settings.name, self._settings.group
        keys, args = [name, f"{name}:{group}:lost"], [group, self._settings.consumer]
        lost, taken = await self._take(keys, args)
        if lost > 0:
            logger.error("%d entries left %s before the group %s took them: they are lost", lost, name, group)
        elif lost:
            logger.error("entries may have left %s before the group %s took them; Redis cannot say", name, group)
        if taken is not None:
            return [_entries(*one) for one in taken]
        return await wait(last_id) if self._goes_on() else ()


def _entries(stream: bytes, entries: Sequence[tuple[bytes, Sequence[bytes]]]) -> Any:
    return stream, [(entry, dict(zip(fields[::2], fields[1::2], strict=True))) for entry, fields in entries]
