"""Groups of articles that derive from one another wholly: one original, and its copies and rewrites.

They are kept by id, apart from the shards and their generations, under one hash tag: to settle an article is one
script, whatever shards its group is spread over. An article that is alone is in no group and costs nothing here
(``docs/adr/0009``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wirematch.index.connection import Argument, Store
from wirematch.index.record_codec import milliseconds
from wirematch.index.redis_errors import translated_errors
from wirematch.models import Relation
from wirematch.state import scripts

RELATIONS = (Relation.COPY, Relation.REWRITE, Relation.PARTIAL)
"""By the number that stands for each in the store."""
PARTS_OF_PROBABILITY = 10_000
LEFT_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ClusterLink:
    """A stored article that another derives from, or the other way round."""

    id: str
    stored_at: datetime
    relation: Relation
    probability: float


@dataclass(frozen=True, slots=True)
class ClusterUpdate:
    """An article whose group is to be settled."""

    id: str
    stored_at: datetime
    sources: Sequence[ClusterLink] = ()
    """What it derives from, earliest first."""
    followers: Sequence[ClusterLink] = ()
    """Copies and rewrites of it that were stored before."""
    stays: bool = True
    """Whether it joins the group; otherwise only the original is wanted."""
    changed: bool = False
    """Whether another text stood under the id before, whose group it leaves."""


@dataclass(frozen=True, slots=True)
class Membership:
    """An article of a group, with what it was found to be when it was stored."""

    id: str
    relation: Relation | None = None
    """None of the original, and of one that followed another original which is gone."""
    probability: float | None = None
    to: str | None = None
    """The article that it has this relation to."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Some members of a group: the original first, then in order of storing."""

    original: str
    size: int
    members: Sequence[Membership]


class ArticleClusters(Protocol):
    """Who belongs with whom. Every method raises IndexUnavailableError when the store does not answer."""

    async def settle(self, joining: Sequence[ClusterUpdate]) -> list[str | None]:
        """Of each, in order, the id of its original; None when it is one itself."""

    async def cluster_of(self, article_id: str, stored_at: datetime | None, offset: int, limit: int) -> Cluster | None:
        """The group of an article, without its first ``offset`` members; None when it is in none.

        With ``stored_at``, of the one that was stored then, and not of another that had the id before.
        """

    async def leave(self, article_ids: Sequence[str]) -> None:
        """Take articles that are gone out of their groups; the earliest member follows an original."""


class RedisArticleClusters:
    """Groups on Redis >= 7.2 or Valkey >= 8, one server or a cluster."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._keys = [f"{{{name}:groups}}:of"]
        self._prefix = f"{{{name}:groups}}:g"

    async def settle(self, joining: Sequence[ClusterUpdate]) -> list[str | None]:
        """See ArticleClusters."""
        args: list[Argument] = [self._prefix, *(_written(one) for one in joining)]
        with translated_errors():
            answers = await self._store.write(scripts.SETTLE, self._keys, args)
        return [answer.decode() or None for answer in answers]

    async def cluster_of(self, article_id: str, stored_at: datetime | None, offset: int, limit: int) -> Cluster | None:
        """See ArticleClusters."""
        args: list[Argument] = [self._prefix, article_id, offset, limit, milliseconds(stored_at) if stored_at else 0]
        with translated_errors():
            answer = await self._store.read(scripts.MEMBERS, self._keys, args)
        if not answer:
            return None
        original, size, *members = answer
        return Cluster(original.decode(), size, [_read(original, *member) for member in members])

    async def leave(self, article_ids: Sequence[str]) -> None:
        """See ArticleClusters."""
        with translated_errors():
            for first in range(0, len(article_ids), LEFT_AT_ONCE):
                part = article_ids[first : first + LEFT_AT_ONCE]
                await self._store.write(scripts.LEAVE, self._keys, [self._prefix, *part])


def _written(joining: ClusterUpdate) -> str:
    kin = (
        [[one.id, milliseconds(one.stored_at), RELATIONS.index(one.relation), _parts(one.probability)] for one in its]
        for its in (joining.sources, joining.followers)
    )
    return json.dumps([joining.id, milliseconds(joining.stored_at), joining.stays, joining.changed, *kin])


def _parts(probability: float) -> int:
    return round(probability * PARTS_OF_PROBABILITY)


def _read(original: bytes, member: bytes, relation: int, probability: int, to: bytes) -> Membership:
    if member == original or relation >= len(RELATIONS):
        return Membership(member.decode())
    return Membership(member.decode(), RELATIONS[relation], probability / PARTS_OF_PROBABILITY, to.decode())
