"""Clusters of stored articles: updated after each decision, and shown to a reader.

Clusters are kept apart from the index. Where they cannot be reached, answers name the closest story instead of the
original, and nothing is refused; what they are to know is kept, and told with what comes next. What a process that
dies had still to tell is found out anew (``late_clustering.py``): every article is noted before it is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from wirematch.detection.afterwards import Afterwards
from wirematch.detection.submission import ClusteredSubmission, DecidedSubmission
from wirematch.errors import IndexUnavailableError, WirematchError
from wirematch.index.protocol import StoryIndex
from wirematch.models import Decision, StoredArticle, StoryFacts
from wirematch.models.listings import ClusterMember, ClusterPage
from wirematch.state.clusters import ArticleClusters, ClusterUpdate, Membership
from wirematch.state.pending_articles import Claim

MOST_READS = 5
"""Of a cluster whose members are deleted while it is read."""
MOST_UNSETTLED = 10_000
"""Updates that are kept while the clusters cannot be reached; the oldest are dropped."""
JOINING_DECISIONS = frozenset({Decision.NEW, Decision.DUPLICATE, Decision.REWRITE})
"""An article that only takes passages, or cannot be decided, is in no cluster."""

R = TypeVar("R")
log = logging.getLogger(__name__)


class Clustering:
    """Clusters for as long as their part of the store answers."""

    def __init__(self, clusters: ArticleClusters, afterwards: Afterwards) -> None:
        self._clusters = clusters
        self._afterwards = afterwards
        self._unsettled: dict[str, ClusterUpdate] = {}
        """By id, updates that the clusters do not have yet; the latest of each."""
        self._done: list[tuple[Claim, Sequence[str]]] = []
        """Notes, and of which of their articles the clusters know all; to be forgotten."""

    async def add_pending(self, article_ids: Sequence[str], *, anew: bool = False) -> Claim | None:
        """Note articles that are about to be stored and decided; None where that cannot be, and of none.

        With ``anew``, whatever is noted of them already is about texts that they will not have any more.
        """
        if not article_ids:
            return None
        try:
            return await self._clusters.pending.add(article_ids, keep_earlier=not anew)
        except WirematchError as error:  # storing itself says what is refused
            log.warning("what is stored now is not noted for clusters: %s", error)
            return None

    def complete_pending(self, claim: Claim | None, article_ids: Sequence[str]) -> None:
        """Nothing is left to tell of these; what is noted of them goes behind the caller's back."""
        done = [one for one in article_ids if one not in self._unsettled]
        if claim is not None and done:
            self._done.append((claim, done))
            self._afterwards.begin(self, self._complete)

    async def _complete(self) -> None:
        while self._done:
            await self._clusters.pending.complete(*self._done.pop())

    async def join(self, batch: Sequence[DecidedSubmission], *, changed: bool = False) -> list[ClusteredSubmission]:
        """Put each into the cluster of its sources, and name the original; no round trip where nothing derives.

        With ``changed``, the ids held other texts before, whose clusters they leave.
        """
        updates = [update_of(decided, changed=changed) for decided in batch]
        sent = [update for update in updates if update is not None]
        answers = await self._settle(sent) if sent else []
        originals = iter(answers if answers is not None else [None] * len(sent))
        return [
            ClusteredSubmission(decided, (next(originals) if update is not None else None) or decided.closest_id)
            for decided, update in zip(batch, updates, strict=True)
        ]

    async def tell(self, updates: Sequence[ClusterUpdate]) -> None:
        """Tell the clusters of articles that were stored earlier."""
        await self._settle(updates)

    async def catch_up(self) -> None:
        """Tell the clusters what they could not be told before."""
        if self._unsettled:
            await self._settle([])

    async def _settle(self, updates: Sequence[ClusterUpdate]) -> list[str | None] | None:
        """The original of each, after whatever was left over; None when the store does not answer."""
        for update in updates:
            self._unsettled.pop(update.id, None)
        before, self._unsettled = list(self._unsettled.values()), {}
        answers = None
        try:
            answers = await _unless_unavailable(self._clusters.settle([*before, *updates]))
        finally:
            if answers is None:  # cancelled, too
                left = {update.id: update for update in (*before, *updates)} | self._unsettled
                self._unsettled = dict(list(left.items())[-MOST_UNSETTLED:])
        return None if answers is None else answers[len(before) :]

    async def original_of(self, article_id: str) -> str:
        """The original of an article's cluster, which may be itself."""
        cluster = await _unless_unavailable(self._clusters.cluster_of(article_id, None, 0, 1))
        return cluster.original if cluster else article_id

    async def leave(self, article_ids: Sequence[str]) -> None:
        """Take articles that were deleted out of their clusters."""
        for article_id in article_ids:
            self._unsettled.pop(article_id, None)
        if article_ids:
            await _unless_unavailable(self._clusters.leave(article_ids))

    async def page(self, index: StoryIndex, article_id: str, offset: int, limit: int) -> ClusterPage:
        """Members ``offset`` to ``offset + limit`` of the cluster of an article, which may be alone in it.

        Members that were deleted, as after a crash between two steps of a deletion, are taken out on the way.
        ArticleNotFoundError when the article itself is unknown, and IndexUnavailableError.
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
    """What the clusters must know of a decided submission; None when nothing, as for most articles."""
    submission = decided.retrieved.submission
    assert submission.stored_at is not None
    joins = not decided.dropped and decided.decision in JOINING_DECISIONS
    followers = decided.followers if joins else ()
    if not decided.sources and not followers and not changed:
        return None
    return ClusterUpdate(
        submission.id, submission.stored_at, decided.sources, followers, joins, changed, decided.copied_id
    )


def _shown(article: StoredArticle, member: Membership) -> ClusterMember:
    facts = {name: getattr(article, name) for name in (*StoryFacts.model_fields, "kind", "stored_at")}
    return ClusterMember(**facts, relation=member.relation, probability=member.probability, to=member.to)


async def _unless_unavailable(work: Awaitable[R]) -> R | None:
    """None when the store does not answer."""
    try:
        return await work
    except IndexUnavailableError as error:
        log.warning("clusters cannot be updated now: %s", error)
        return None
