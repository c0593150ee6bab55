"""Back references from an article to what mentions it beside the index, so that deleting it can erase that, too.

Each article has a Redis set of mentions. A mention is written before what it refers to, so nothing is ever left without
one; a mention of something that has since expired is harmless.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from wirematch.concurrency import together
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.state import scripts

NOTED_AT_ONCE = 32
"""Concurrent writes; each takes a connection."""


class Place(StrEnum):
    """Kinds of records that mention articles."""

    JUDGEMENT = "judgement"
    PICKUP_NOTE = "pickups"
    ANSWER = "answer"


class Mention(NamedTuple):
    """A record that mentions an article."""

    place: Place
    name: str
    """The key of a pair, the digest of a pickup note, or an idempotency key."""

    @classmethod
    def decode(cls, written: bytes) -> Self:
        """Decode what ``str`` encoded."""
        place, _, name = written.decode().partition(":")
        return cls(Place(place), name)

    def __str__(self) -> str:
        return f"{self.place}:{self.name}"


class Mentions:
    """The mentions of articles. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._namespace = namespace

    async def note(self, told: Iterable[tuple[Mention, Iterable[str]]], window: timedelta | None) -> None:
        """Record which articles mentions name, for ``window``; None keeps it for ever.

        Concurrency is bounded, to leave connections for others.
        """
        kept = 0 if window is None else round(window.total_seconds() * 1000)
        writes = [(mention, one) for mention, article_ids in told for one in dict.fromkeys(article_ids)]
        with translated_errors():
            for first in range(0, len(writes), NOTED_AT_ONCE):
                await together(
                    *(
                        self._store.write(scripts.NOTE_MENTION, self._keys(one), [str(mention), kept])
                        for mention, one in writes[first : first + NOTED_AT_ONCE]
                    )
                )

    async def of(self, article_id: str) -> list[Mention]:
        """Return all records that may mention an article."""
        with translated_errors():
            found: list[bytes] = await self._store.read(scripts.READ_MENTIONS, self._keys(article_id))
        return list(map(Mention.decode, found))

    async def forget(self, article_id: str, mentions: Iterable[Mention]) -> None:
        """Remove mentions of an article."""
        with translated_errors():
            await self._store.write(scripts.DROP_MENTIONS, self._keys(article_id), list(map(str, mentions)))

    def _keys(self, article_id: str) -> list[bytes]:
        return [self._namespace.mentions(article_id)]
