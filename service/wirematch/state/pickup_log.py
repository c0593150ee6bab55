"""Cached findings of which stored articles derive from which wire stories, so that the desk need not search each time.

A note belongs to one version of one article and expires after a while; it is made again when needed
(``docs/adr/0016``).
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import TypeAdapter

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.models import Coverage, Relation, StoryFacts, Strict
from wirematch.state import scripts
from wirematch.state.mentions import Mention, Mentions, Place

READ_AT_ONCE = 500
KEPT = timedelta(days=35)


class NotedPickup(Strict):
    """An article that derives from a wire story, and how."""

    story: StoryFacts
    article: StoryFacts
    relation: Relation
    coverage: Coverage
    verbatim: float
    credited: bool


_NOTES: TypeAdapter[list[NotedPickup]] = TypeAdapter(list[NotedPickup])
ArticleVersion = tuple[str, int]
"""An article's id and version."""


class PickupLog:
    """Notes by article version, each kept for ``window``, all in one slot.

    Every method raises IndexUnavailableError when Redis does not answer.
    """

    def __init__(self, store: Store, namespace: Namespace, window: timedelta = KEPT) -> None:
        self._store = store
        self._namespace = namespace
        self._window = window
        self._mentions = Mentions(store, namespace)

    async def find(self, versions: Sequence[ArticleVersion]) -> dict[ArticleVersion, list[NotedPickup]]:
        """Return the notes that exist; an empty list says that the article derives from nothing."""
        found: dict[ArticleVersion, list[NotedPickup]] = {}
        with translated_errors():
            for first in range(0, len(versions), READ_AT_ONCE):
                part = versions[first : first + READ_AT_ONCE]
                answers = await self._store.read(scripts.READ_PICKUPS, list(map(self._key, part)))
                for version, answer in zip(part, answers, strict=True):
                    if answer:
                        found[version] = _NOTES.validate_json(zlib.decompress(answer))
        return found

    async def keep(self, notes: Mapping[ArticleVersion, Sequence[NotedPickup]]) -> None:
        """Write notes."""
        if not notes:
            return
        written: list[Argument] = [
            zlib.compress(json.dumps([one.model_dump(mode="json") for one in its]).encode()) for its in notes.values()
        ]
        # An empty note mentions no article.
        await self._mentions.note([_told(version, noted) for version, noted in notes.items() if noted], self._window)
        milliseconds = round(self._window.total_seconds() * 1000)
        with translated_errors():
            await self._store.write(scripts.WRITE_PICKUPS, list(map(self._key, notes)), [milliseconds, *written])

    def _key(self, version: ArticleVersion) -> bytes:
        return self._namespace.pickup_note(_digest(version))


def _told(version: ArticleVersion, noted: Sequence[NotedPickup]) -> tuple[Mention, list[str]]:
    told_of = [version[0], *(facts.id for one in noted for facts in (one.story, one.article) if facts.id)]
    return Mention(Place.PICKUP_NOTE, _digest(version)), told_of


def _digest(version: ArticleVersion) -> str:
    # "2": a release that cannot read what is noted now must not find it.
    return hashlib.sha256(f"2:{version[1]}:{version[0]}".encode()).hexdigest()[:24]
