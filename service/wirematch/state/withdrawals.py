"""Which stories were taken back, and in which version: what is left of them once they are gone.

A note a story, under a hash tag of its own, apart from the shards and their generations. Who stores a version reads it
afterwards, and who takes a story back writes it first: whichever comes first, an older version never stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from wirematch.errors import IndexUnavailableError
from wirematch.index.connection import Store
from wirematch.index.redis_errors import translated_errors
from wirematch.state import scripts

MOST_TRIES = 200


@dataclass(frozen=True, slots=True)
class Kill:
    """The version of a document that took a story back; either may be unknown."""

    version: str | None
    version_created: datetime | None


class Kills(Protocol):
    """Stories that were taken back. Every method raises IndexUnavailableError when the store does not answer."""

    async def note(self, article_id: str, kill: Kill, outdated: Callable[[Kill, Kill], bool]) -> None:
        """Note a kill, unless it is ``outdated`` by the one that is noted already."""

    async def of(self, article_id: str) -> Kill | None:
        """The newest kill of a story, None when there was none in the time for which they are kept."""


class RedisKills:
    """Kills on Redis >= 7.2 or Valkey >= 8, one server or a cluster, each kept for ``window``."""

    def __init__(self, store: Store, name: str, window: timedelta) -> None:
        self._store = store
        self._name = name
        self._window = round(window.total_seconds() * 1000)

    async def note(self, article_id: str, kill: Kill, outdated: Callable[[Kill, Kill], bool]) -> None:
        """See Kills."""
        new, known = _written(kill), b""
        with translated_errors():
            for _ in range(MOST_TRIES):
                found: bytes = await self._store.write(
                    scripts.WRITE_KILL, [self._key(article_id)], [known, new, self._window]
                )
                if found == new or (found and outdated(kill, _read(found))):
                    return
                known = found
        raise IndexUnavailableError("Others keep taking this story back; try again in a moment.")

    async def of(self, article_id: str) -> Kill | None:
        """See Kills."""
        with translated_errors():
            found: bytes = await self._store.read(scripts.READ_KILL, [self._key(article_id)])
        return _read(found) if found else None

    def _key(self, article_id: str) -> str:
        return f"{{{self._name}:kill:{article_id}}}"


def _written(kill: Kill) -> bytes:
    return json.dumps([kill.version, kill.version_created and kill.version_created.isoformat()]).encode()


def _read(note: bytes) -> Kill:
    version, created = json.loads(note)
    return Kill(version, None if created is None else datetime.fromisoformat(created))
