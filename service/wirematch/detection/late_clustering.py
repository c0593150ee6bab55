"""Clusters of articles whose process died, or lost the store, between storing them and telling the clusters.

Every article is noted before it is stored and forgotten once its cluster is told, so what is still noted after a
minute is looked at: decided again, and put where that says, if it is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.ingest import Ingest
from wirematch.index.protocol import Record, StoryIndex
from wirematch.state.clusters import NO_RELATION, ArticleClusters, ClusterUpdate, KeptMembership

LOOKED_AT_AT_ONCE = 8
"""Articles that are decided together: a check or two need not wait long for them."""


class LateClustering:
    """Tells clusters what others left untold. Errors are those of StoryIndex."""

    def __init__(self, index: StoryIndex, clusters: ArticleClusters, ingest: Ingest, executor: BoundedExecutor) -> None:
        self._index = index
        self._clusters = clusters
        self._ingest = ingest
        self._executor = executor

    async def catch_up(self) -> int:
        """Look at all articles that are due; how many it was. Several processes may do so at once."""
        count = 0
        while (taken := await self._clusters.expected.take(LOOKED_AT_AT_ONCE)).article_ids:
            records = await self._index.get_many(taken.article_ids)
            if records:
                async with self._executor.admission(wait=True):
                    await self._put_in_line(records)
            seen = {record.id for record in records}
            done = [one for one in taken.article_ids if one in seen or not records.partial]
            await self._clusters.expected.forget(taken, done)
            count += len(taken.article_ids)
        return count

    async def _put_in_line(self, records: Sequence[Record]) -> None:
        """Of those whose texts are kept: others were decided by more than what is left of them."""
        readable = [record for record in records if record.imprint is None]
        updates = await self._ingest.decide_again(readable)
        members = await self._members({record.id: update for record, update in zip(readable, updates, strict=True)})
        leaving: list[str] = []
        told: list[ClusterUpdate] = []
        for record, update in zip(readable, updates, strict=True):
            member = members.get(record.id)
            if update is None:
                leaving += [] if in_line(members, record, update) else [record.id]
            elif not in_line(members, record, update):
                told.append(replace(update, changed=member is not None))
            elif update.followers or (update.sources and member is not None and member.original == record.id):
                # What derives from it was told before it, and so made it an original; or it was one with another text.
                told.append(replace(update, changed=record.article.version > 1 and not update.followers))
        await self._clusters.leave(leaving)
        if told:
            await self._clusters.settle(told)

    async def _members(self, updates: Mapping[str, ClusterUpdate | None]) -> dict[str, KeptMembership]:
        """Those of the articles and of whatever tells whether they are in line."""
        sources = {one.id for update in updates.values() if update is not None for one in update.sources}
        members = {member.id: member for member in await self._clusters.memberships({*updates, *sources})}
        related = {member.to for member in members.values() if member.id in updates and member.to} - members.keys()
        if related:
            members |= {member.id: member for member in await self._clusters.memberships(related)}
        return members


def in_line(members: Mapping[str, KeptMembership], record: Record, update: ClusterUpdate | None) -> bool:
    """Whether an article is in the cluster in which ``update``, which is what is decided of it today, puts it.

    ``members`` has, if they are in a cluster, the article, those that ``update`` names, and the one that the article
    is related to.
    """
    member = members.get(record.id)
    sources = update.sources if update is not None and update.stays else ()
    if sources:
        originals = {members[one.id].original if one.id in members else one.id for one in sources}
        return member is not None and member.original in originals | {record.id}
    if member is None or member.relation == NO_RELATION or member.original == member.id:
        return True
    # A story that came later made it a member: that is decided when the story is.
    other = members.get(member.to)
    return other is None or other.stored >= member.stored
