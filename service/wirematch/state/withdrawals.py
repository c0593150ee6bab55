"""Kills: which stories were withdrawn, and with which version.

Each kill has a Redis key of its own, independent of shards and generations. A withdrawal writes the kill before it
deletes the article, and storing a version reads the kill after it has stored the article. So in either order, the
killed version and those before it do not stay stored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.state import scripts

MAX_ATTEMPTS = 200
"""Attempts at a compare-and-set before giving up; among concurrent writers, one succeeds each time."""


@dataclass(frozen=True, slots=True)
class Kill:
    """The version of a document that withdrew a story; any field may be unknown."""

    version: str | None
    version_created: datetime | None
    published_at: datetime | None = None
    """When the story was first published, for a later version that brings it back."""

    def and_known(self, published_at: datetime | None) -> Kill:
        """Return the kill with the earlier of two publication times."""
        known = [time for time in (self.published_at, published_at) if time is not None]
        return replace(self, published_at=min(known, default=None))


class Kills:
    """Kills by article id, each kept for ``window``. Every method raises IndexUnavailableError when Redis is away."""

    def __init__(self, store: Store, namespace: Namespace, window: timedelta) -> None:
        self._store = store
        self._namespace = namespace
        self._window = round(window.total_seconds() * 1000)

    async def note(self, article_id: str, kill: Kill, outdated: Callable[[Kill, Kill], bool]) -> None:
        """Record a kill, unless ``outdated(kill, recorded)`` says that the recorded one is newer.

        The earliest publication time known to either is kept.
        """
        keys, new, expected = [self._namespace.kill(article_id)], _encode(kill), b""
        with translated_errors():
            for _ in range(MAX_ATTEMPTS):
                found: bytes = await self._store.write(scripts.WRITE_KILL, keys, [expected, new, self._window])
                if found == new:
                    return
                expected = found
                if found:
                    recorded = decode_kill(found)
                    stays, other = (recorded, kill) if outdated(kill, recorded) else (kill, recorded)
                    new = _encode(stays.and_known(other.published_at))
                    if new == found:
                        return
                else:
                    new = _encode(kill)
        raise IndexUnavailableError("Other requests keep withdrawing this story; try again in a moment.")

    async def of(self, article_id: str) -> Kill | None:
        """Return the newest kill of a story; None if there is none or it has expired."""
        with translated_errors():
            found: bytes = await self._store.read(scripts.READ_KILL, [self._namespace.kill(article_id)])
        return decode_kill(found) if found else None


def _encode(kill: Kill) -> bytes:
    times = [time and time.isoformat() for time in (kill.version_created, kill.published_at)]
    return json.dumps([kill.version, *times]).encode()


def decode_kill(encoded: bytes) -> Kill:
    """Decode a kill from Redis."""
    version, *times = json.loads(encoded)
    return Kill(version, *(time and datetime.fromisoformat(time) for time in times))
