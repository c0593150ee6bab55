"""Clusters of stored articles: updated after each decision, and read page by page.

Clusters are stored apart from the index. While their store is unavailable, nothing is refused: answers name the closest
story instead of the original, and updates are kept and sent with the next ones. Every article is noted before it is
stored, so updates that a dying process did not send are computed anew (``storing/late_clustering.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from wirematch.detection.scheduling.afterwards import Afterwards
from wirematch.detection.submission import ClusteredSubmission, DecidedSubmission
from wirematch.errors import IndexUnavailableError, WirematchError
from wirematch.index.protocol import Record, StoryIndex
from wirematch.matching.story_facts import story_facts
from wirematch.models import Decision, StoredArticle
from wirematch.models.listings import ClusterMember, ClusterPage
from wirematch.state.clusters import ArticleClusters, ClusterUpdate, KeptMembership, Membership
from wirematch.state.pending_articles import Claim

MOST_READS = 5
"""Attempts to read a page of a cluster whose members are being deleted."""
MOST_IDS = 1_000
"""Members of a cluster that are read in one step."""
FIRST_MEMBERS = 16
"""Members of a cluster that are read where a few can stand for all."""
MOST_UNSETTLED = 10_000
"""Updates kept while the store is unavailable; the oldest are dropped."""
JOINING_DECISIONS = frozenset({Decision.NEW, Decision.DUPLICATE, Decision.REWRITE})
"""Decisions with which an article joins a cluster; one that only takes passages, or is undecided, joins none."""

R = TypeVar("R")
log = logging.getLogger(__name__)


class Clustering:
    """Clusters that tolerate an unavailable store."""

    def __init__(self, clusters: ArticleClusters, afterwards: Afterwards) -> None:
        self._clusters = clusters
        self._afterwards = afterwards
        self._unsettled: dict[str, ClusterUpdate] = {}
        """The latest update of each id that is not sent yet."""
        self._done: list[tuple[Claim, Sequence[str]]] = []
        """Notes to be forgotten, with the ids of which every update is sent."""
        self._settled: dict[str, int] = {}
        """Articles of which every update was sent but whose notes may still exist, with the times at which their notes
        are due."""

    async def add_pending(self, article_ids: Sequence[str], *, anew: bool = False) -> Claim | None:
        """Note articles that are about to be stored and decided; None without articles, or if the store is unavailable.

        With ``anew``, earlier notes on them are replaced, as they are about texts that are being replaced.
        """
        if not article_ids:
            return None
        for article_id in article_ids:
            self._settled.pop(article_id, None)
        try:
            return await self._clusters.pending.add(article_ids, keep_earlier=not anew)
        except WirematchError as error:  # storing reports what is wrong
            log.warning("articles stored now are not noted for cluster updates: %s", error)
            return None

    def complete_pending(self, claim: Claim | None, article_ids: Sequence[str]) -> None:
        """Forget, in the background, the notes on articles of which every update is sent."""
        done = [one for one in article_ids if one not in self._unsettled]
        if claim is not None and done:
            self._done.append((claim, done))
            self._settled |= dict.fromkeys(done, claim.due)
            self._afterwards.begin(self, self._complete)

    async def _complete(self) -> None:
        while self._done:
            claim, done = self._done.pop()
            try:
                await self._clusters.pending.complete(claim, done)
            finally:
                for article_id in done:
                    if self._settled.get(article_id) == claim.due:
                        del self._settled[article_id]

    async def join(
        self, batch: Sequence[DecidedSubmission], noted: Claim | None = None, *, changed: bool = False
    ) -> list[ClusteredSubmission]:
        """Put each into the cluster of its sources and name its original; no round trip if nothing is derived.

        The batch was noted as ``noted``. With ``changed``, the ids had other texts before, and leave the clusters of
        those.
        """
        updates = [update_of(decided, changed=changed) for decided in batch]
        sent = [update for update in updates if update is not None]
        mine = dict.fromkeys((one.retrieved.submission.id for one in batch), noted.due) if noted else {}
        answers = await self._settle(sent, mine) if sent else []
        originals = iter(answers if answers is not None else [None] * len(sent))
        return [
            ClusteredSubmission(decided, (next(originals) if update is not None else None) or decided.closest_id)
            for decided, update in zip(batch, updates, strict=True)
        ]

    async def tell(self, updates: Sequence[ClusterUpdate]) -> None:
        """Send updates of articles that were stored earlier."""
        await self._settle(updates)

    async def catch_up(self) -> None:
        """Send the updates that could not be sent before."""
        if self._unsettled:
            await self._settle([])

    async def _settle(
        self, updates: Sequence[ClusterUpdate], settled: Mapping[str, int] = MappingProxyType({})
    ) -> list[str | None] | None:
        """Send unsent updates, then these; return each one's original, or None if the store is unavailable.

        ``settled`` are the articles of which these are the last updates, with the times at which their notes are due.
        """
        for update in updates:
            self._unsettled.pop(update.id, None)
        before, self._unsettled = list(self._unsettled.values()), {}
        answers = None
        try:
            answers = await _unless_unavailable(self._clusters.settle([*before, *updates], self._settled | {**settled}))
        finally:
            if answers is None:  # cancelled, too
                left = {update.id: update for update in (*before, *updates)} | self._unsettled
                self._unsettled = dict(list(left.items())[-MOST_UNSETTLED:])
        return None if answers is None else answers[len(before) :]

    async def original_of(self, article_id: str) -> str:
        """Return the original of an article's cluster, which may be itself."""
        cluster = await _unless_unavailable(self._clusters.cluster_of(article_id, None, 0, 1))
        return cluster.original if cluster else article_id

    async def member_ids(self, article: StoredArticle, most: int) -> list[str]:
        """Return the ids of up to ``most`` members of an article's cluster, itself among them; empty if it is alone."""
        assert article.id is not None
        await self.catch_up()
        found: list[str] = []
        while len(found) < most:
            reading = self._clusters.cluster_of(
                article.id, article.stored_at, len(found), min(most - len(found), MOST_IDS)
            )
            cluster = await _unless_unavailable(reading)
            if cluster is None or not cluster.members:
                break
            found += [member.id for member in cluster.members]
        return found[:most]

    async def memberships(self, article_ids: Sequence[str]) -> list[KeptMembership]:
        """Return the memberships of those articles that have one. Raises IndexUnavailableError."""
        return await self._clusters.memberships(article_ids) if article_ids else []

    async def first_members(self, index: StoryIndex, record: Record) -> list[Record]:
        """Read the original of an article's cluster and the members that were stored first, without the article itself.

        A member derives from one of them, but where hundreds do, its buckets may lead only to newer ones. Raises the
        errors of StoryIndex.
        """
        names = [name for name in await self.member_ids(record.article, FIRST_MEMBERS) if name != record.id]
        return await index.get_many(names) if names else []

    async def leave(self, article_ids: Sequence[str]) -> None:
        """Remove deleted articles from their clusters."""
        for article_id in article_ids:
            self._unsettled.pop(article_id, None)
        if article_ids:
            await _unless_unavailable(self._clusters.leave(article_ids))

    async def page(self, index: StoryIndex, article_id: str, offset: int, limit: int) -> ClusterPage:
        """Return members ``offset`` to ``offset + limit`` of an article's cluster, in which it may be alone.

        Members without a stored article, left by a deletion that crashed, are removed on the way. Raises
        ArticleNotFoundError if the article itself is unknown, and IndexUnavailableError.
        """
        article = (await index.get(article_id)).article
        await self.catch_up()
        for _ in range(MOST_READS):
            cluster = await self._clusters.cluster_of(article_id, article.stored_at, offset, limit)
            if cluster is None:
                break
            records = await index.get_many([member.id for member in cluster.members])
            by_id = {record.article.id: record.article for record in records}
            deleted = [member.id for member in cluster.members if member.id not in by_id]
            if deleted and not records.partial:
                await self._clusters.leave(deleted)
                continue
            members = [_shown(by_id[member.id], member) for member in cluster.members if member.id in by_id]
            return ClusterPage(
                id=article_id, original_id=cluster.original, total=cluster.size, offset=offset, members=members
            )
        alone = [_shown(article, Membership(article_id))]
        return ClusterPage(
            id=article_id, original_id=article_id, total=1, offset=offset, members=alone[offset : offset + limit]
        )


def update_of(decided: DecidedSubmission, *, changed: bool) -> ClusterUpdate | None:
    """Return the cluster update of a decided submission; None if none is needed, as for most articles."""
    submission = decided.retrieved.submission
    assert submission.stored_at is not None
    assert submission.number is not None
    joins = not decided.dropped and decided.decision in JOINING_DECISIONS
    followers = decided.followers if joins else ()
    if not decided.sources and not followers and not changed:
        return None
    return ClusterUpdate(
        submission.id,
        submission.stored_at,
        submission.number,
        decided.sources,
        followers,
        stays=joins,
        changed=changed,
        copied_id=decided.copied_id,
    )


def _shown(article: StoredArticle, member: Membership) -> ClusterMember:
    return ClusterMember(
        **story_facts(article),
        kind=article.kind,
        stored_at=article.stored_at,
        relation=member.relation,
        probability=member.probability,
        to=member.to,
    )


async def _unless_unavailable(work: Awaitable[R]) -> R | None:
    """Await ``work``; None if the store is unavailable."""
    try:
        return await work
    except IndexUnavailableError as error:
        log.warning("clusters cannot be updated now: %s", error)
        return None
