"""Clusters of articles whose process died, or lost the store, between storing them and telling the clusters.

Every article is noted before it is stored and forgotten once its cluster is told, so what is still noted after a
minute is looked at: decided again, and put where that says, if it is not there.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wirematch.detection.ingest import Ingest
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import WirematchError
from wirematch.index.protocol import Record, StoryIndex
from wirematch.state.clusters import NO_RELATION, ArticleClusters, ClusterUpdate, KeptMembership

LOOKED_AT_AT_ONCE = 8
"""Articles that are decided together: a check or two need not wait long for them, and neither does the sweep."""

log = logging.getLogger(__name__)


class LateClustering:
    """Tells clusters what others left untold."""

    def __init__(self, index: StoryIndex, clusters: ArticleClusters, ingest: Ingest, executor: BoundedExecutor) -> None:
        self._index = index
        self._clusters = clusters
        self._ingest = ingest
        self._executor = executor

    async def catch_up(self) -> int:
        """Look at some articles that are due; how many it was. Several processes may do so at once.

        What fails is told to the log and done later: it holds up nothing else.
        """
        try:
            return await self._catch_up()
        except WirematchError as error:
            log.warning("clusters are told later what was left untold: %s", error)
            return 0

    async def _catch_up(self) -> int:
        claim = await self._clusters.pending.claim(LOOKED_AT_AT_ONCE)
        if not claim.article_ids:
            return 0
        records = await self._index.get_many(claim.article_ids)
        done = set() if records.partial else {*claim.article_ids} - {record.id for record in records}
        if records:
            async with self._executor.admission(wait=True):
                looked_at = await self._look_at(records)
            done |= {*await self._unchanged(looked_at)}
        await self._clusters.pending.complete(claim, sorted(done))
        return len(claim.article_ids)

    async def _look_at(self, records: Sequence[Record]) -> Sequence[Record]:
        """Those with which nothing went wrong: a defect that one of them meets holds up none of the others."""
        try:
            await self._put_in_line(records)
        except WirematchError:
            raise
        except Exception:
            if len(records) == 1:
                log.exception("the cluster of article %s cannot be found out", records[0].id)
                return []
            return [one for record in records for one in await self._look_at([record])]
        return records

    async def _unchanged(self, records: Sequence[Record]) -> list[str]:
        """Those that are still what was looked at, of which alone clusters were told the truth.

        Others are noted anew, and taken out of their clusters where they are gone.
        """
        present = await self._index.get_many([record.id for record in records])
        numbers = {record.id: record.number for record in present}
        await self._clusters.pending.add(
            [record.id for record in records if numbers.get(record.id) not in (None, record.number)], 0
        )
        gone = [] if present.partial else [record.id for record in records if record.id not in numbers]
        await self._clusters.leave(gone)
        return [record.id for record in records if numbers.get(record.id) == record.number]

    async def _put_in_line(self, records: Sequence[Record]) -> None:
        """Of those whose texts are kept: others were decided by more than what is left of them."""
        readable = [record for record in records if record.imprint is None]
        if len(readable) < len(records):
            unread = [record.id for record in records if record.imprint is not None]
            log.warning("clusters may miss articles whose texts are not kept, so nobody can find out: %s", unread)
        if not readable:
            return
        updates = await self._ingest.decide_again(readable)
        members = await self._members({record.id: update for record, update in zip(readable, updates, strict=True)})
        leaving: list[str] = []
        told: list[ClusterUpdate] = []
        for record, update in zip(readable, updates, strict=True):
            member = members.get(record.id)
            inside = in_line(members, record, update)
            if update is None:
                leaving += [] if inside else [record.id]
                continue
            # Told twice, nothing moves; but where a text has replaced another, the place may be that of the other one.
            was_original = member is not None and member.original == record.id and not update.followers
            elsewhere = not inside or (was_original and bool(update.sources))
            told.append(replace(update, changed=record.article.version > 1 and elsewhere))
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
