"""Reading the entries of a Redis stream, with word of those that left it before the group was done with them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

import redis.asyncio

from wirematch.index.connections.scripts import load_script
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch.pipelines.streams.subscribers import Read

logger = logging.getLogger(__name__)

TAKE = load_script("wirematch.pipelines.streams", "take")
CLAIM = load_script("wirematch.pipelines.streams", "claim")

FIRST = b"0-0"
"""Before all entries."""


class EntryReader:
    """Reads entries one by one, as FastStream's own reads return them. Raises RedisError."""

    def __init__(
        self,
        settings: StreamSettings,
        connection: redis.asyncio.Redis,
        held: Collection[str],
        goes_on: Callable[[], bool],
    ) -> None:
        """``held`` are the entries in work, and ``goes_on`` says whether the consumer has not been told to end."""
        self._settings = settings
        self._take = connection.register_script(TAKE.text)
        self._claim = connection.register_script(CLAIM.text)
        self._held = held
        self._goes_on = goes_on
        self._keys = [settings.name, f"{settings.name}:{settings.group}:lost"]
        self._looked_at = FIRST

    async def take_or_wait(self, wait: Read, last_id: str) -> Any:
        """Return the next entry that no consumer has; if there is none yet, ``wait`` for it with FastStream's read.

        Nothing is lost unseen while this waits: Redis gives an entry to who waits for it as it is added.
        """
        name, group = self._settings.name, self._settings.group
        lost, taken = await self._take(self._keys, [group, self._settings.consumer])
        if lost > 0:
            logger.error("%d entries left %s before the group %s took them: they are lost", lost, name, group)
        elif lost:
            logger.error("entries may have left %s before the group %s took them; Redis cannot say", name, group)
        if taken is not None:
            return [(stream, _with_fields(entries)) for stream, entries in taken]
        return await wait(last_id) if self._goes_on() else ()

    async def claim_or_wait(self, _wait: Read, _last_id: str) -> Any:
        """Return the next entry that a consumer has held for too long; if there is none, nothing after a pause."""
        name, group = self._settings.name, self._settings.group
        idle = round(self._settings.idle_seconds * 1000)
        args: list[str | int | bytes] = [group, self._settings.consumer, idle, self._looked_at, *self._held]
        self._looked_at, lost, claimed = await self._claim(self._keys, args)
        for entry in lost:
            logger.error(
                "%s left %s before a consumer of the group %s that has died stored it", entry.decode(), name, group
            )
        if claimed:
            return [(name.encode(), _with_fields(claimed))]
        if self._looked_at == FIRST:
            await asyncio.sleep(self._settings.pause_seconds)
        return ()


def _with_fields(entries: Sequence[tuple[bytes, Sequence[bytes]]]) -> list[tuple[bytes, dict[bytes, bytes]]]:
    return [(entry, dict(zip(fields[::2], fields[1::2], strict=True))) for entry, fields in entries]
