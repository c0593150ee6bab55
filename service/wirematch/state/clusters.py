"""Clusters of articles: an original with its copies and rewrites.

Memberships are kept by article id under one hash tag, apart from the shards and their generations, so one script
updates a cluster whatever shards its members are in. An article without copies and rewrites is in no key
(``docs/adr/0009``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.index.records.codec import milliseconds
from wirematch.models import Relation
from wirematch.state import scripts
from wirematch.state.pending_articles import PendingArticles

RELATIONS = (Relation.COPY, Relation.REWRITE, Relation.PARTIAL)
"""Relations by their code in Redis."""
NO_RELATION = 255
"""Code of an original's missing relation."""
PROBABILITY_SCALE = 10_000
"""Redis stores probabilities as integers, multiplied by this."""
LEAVE_BATCH = 200
"""Articles that one script removes from their clusters."""


@dataclass(frozen=True, slots=True)
class ClusterLink:
    """A stored article that another derives from, or that derives from it."""

    id: str
    stored_at: datetime
    relation: Relation
    probability: float


@dataclass(frozen=True, slots=True)
class ClusterUpdate:
    """An article whose cluster is to be determined."""

    id: str
    stored_at: datetime
    number: int
    """Its document number, which orders articles that were stored in the same millisecond."""
    sources: Sequence[ClusterLink] = ()
    """Articles that it derives from, earliest first."""
    followers: Sequence[ClusterLink] = ()
    """Copies and rewrites of it that were stored before it."""
    _: KW_ONLY
    stays: bool = True
    """Whether it becomes a member; if False, only its original is returned."""
    changed: bool = False
    """Whether its text replaced another under the same id, so that it leaves its present cluster first."""
    again: bool = False
    """Whether it corrects an earlier update of this text, made without knowing all that was stored before."""
    copied_id: str | None = None
    """Id of the source whose cluster it joins, as it has the same text; None for the earliest source."""

    @property
    def through(self) -> int:
        """Index of the source through which it joins a cluster."""
        return next((place for place, one in enumerate(self.sources) if one.id == self.copied_id), 0)


@dataclass(frozen=True, slots=True)
class Membership:
    """A member of a cluster, with its relation as of storing."""

    id: str
    relation: Relation | None = None
    """None for the original, also if it became so when the previous original left."""
    probability: float | None = None
    to: str | None = None
    """Id of the article that the relation is to; None if that is deleted."""


class KeptMembership(NamedTuple):
    """A membership as stored; see ``lua/clusters.lua``."""

    id: str
    original: str
    relation: int
    """Index into :data:`RELATIONS`; :data:`NO_RELATION` for an original."""
    probability: int
    """Probability, multiplied by :data:`PROBABILITY_SCALE`."""
    to: str
    stored: int
    """Time of storing, ms since 1970; 0 if the cluster's set lacks the article."""


def kept_membership(answer: Sequence[Any]) -> KeptMembership:
    """Parse a membership in a script's answer."""
    article_id, original, relation, probability, to, stored = answer
    return KeptMembership(article_id.decode(), original.decode(), relation, probability, to.decode(), stored)


def source_of(member: KeptMembership, stored_at: datetime) -> ClusterLink:
    """Return the link to the article through which a member joined its cluster, stored at ``stored_at``."""
    return ClusterLink(member.to, stored_at, RELATIONS[member.relation], member.probability / PROBABILITY_SCALE)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A page of a cluster's members: the original first, the others in order of storing."""

    original: str
    size: int
    """Members in all, the original included."""
    members: Sequence[Membership]


class ArticleClusters:
    """Clusters of articles. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        keys = namespace.clusters
        self._keys, self._prefix = keys.declared, keys.prefix
        self._pending_key = namespace.pending_articles
        self.pending = PendingArticles(store, namespace.pending_articles)
        """Notes of articles that are or will be stored, and whose cluster update may be still to come."""

    async def settle(
        self, updates: Sequence[ClusterUpdate], settled: Mapping[str, int] = MappingProxyType({})
    ) -> list[str | None]:
        """Assign articles to clusters, in order; return the id of each one's original, None if it is one itself.

        ``settled`` are articles of which no update is to come but those given, although they may still be noted as
        pending: when their notes are due. Without it, an earlier original would be expected of them.
        """
        args: list[Argument] = [self._prefix, json.dumps({**settled}), *(_encode(update) for update in updates)]
        with translated_errors():
            answers = await self._store.write(scripts.SETTLE, [*self._keys, self._pending_key], args)
        return [answer.decode() or None for answer in answers]

    async def cluster_of(self, article_id: str, stored_at: datetime | None, offset: int, limit: int) -> Cluster | None:
        """Return an article's cluster with up to ``limit`` members from ``offset`` on; None if it is in none.

        With ``stored_at``, also None if the membership is that of an earlier article with the same id.
        """
        args: list[Argument] = [self._prefix, article_id, offset, limit, milliseconds(stored_at) if stored_at else 0]
        with translated_errors():
            answer = await self._store.read(scripts.MEMBERS, self._keys, args)
        if not answer:
            return None
        original, size, *members = answer
        return Cluster(original.decode(), size, [_membership(original, *member) for member in members])

    async def leave(self, article_ids: Sequence[str]) -> None:
        """Remove articles from their clusters; the earliest member takes the place of an original that leaves."""
        with translated_errors():
            for first in range(0, len(article_ids), LEAVE_BATCH):
                batch = article_ids[first : first + LEAVE_BATCH]
                await self._store.write(scripts.LEAVE, self._keys, [self._prefix, *batch])

    async def memberships(self, article_ids: Collection[str]) -> list[KeptMembership]:
        """Return the memberships of those articles that have one, in no order."""
        with translated_errors():
            answers = await self._store.read(scripts.READ_MEMBERS, self._keys, [self._prefix, *article_ids])
        return [kept_membership(answer) for answer in answers]


def _encode(update: ClusterUpdate) -> str:
    """JSON as settle.lua reads it."""
    sources, followers = ([_link(link) for link in links] for links in (update.sources, update.followers))
    stored, number = milliseconds(update.stored_at), f"{update.number:016x}"
    what = [update.stays, update.changed, update.again, update.through + 1]
    return json.dumps([update.id, stored, number, *what, sources, followers])


def _link(link: ClusterLink) -> list[str | int]:
    probability = round(link.probability * PROBABILITY_SCALE)
    return [link.id, milliseconds(link.stored_at), RELATIONS.index(link.relation), probability]


def _membership(original: bytes, member: bytes, relation: int, probability: int, to: bytes) -> Membership:
    if member == original or relation >= len(RELATIONS):
        return Membership(member.decode())
    return Membership(member.decode(), RELATIONS[relation], probability / PROBABILITY_SCALE, to.decode() or None)
