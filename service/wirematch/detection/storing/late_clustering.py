"""Late cluster updates, of articles whose process died or lost the store between storing and clustering them.

Every article is noted before it is stored, and its note is forgotten once its cluster is updated. One that is still
noted after a minute is decided again, and moved to the cluster that results if it is not in it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.storing.ingest import Ingest
from wirematch.errors import WirematchError
from wirematch.index.protocol import Record, StoryIndex
from wirematch.state.clusters import NO_RELATION, ArticleClusters, ClusterUpdate, KeptMembership

DECIDED_AT_ONCE = 8
"""Articles decided together, so few that neither checks nor the sweep wait long for them."""

log = logging.getLogger(__name__)


class LateClustering:
    """Makes cluster updates that other processes did not complete."""

    def __init__(self, index: StoryIndex, clusters: ArticleClusters, ingest: Ingest, executor: BoundedExecutor) -> None:
        self._index = index
        self._clusters = clusters
        self._ingest = ingest
        self._executor = executor

    async def catch_up(self) -> int:
        """Update clusters of some articles that are due; return how many. Several processes may do so at once.

        Failures are logged and retried later; they hold up nothing else.
        """
        try:
            return await self._catch_up()
        except WirematchError as error:
            log.warning("outstanding cluster updates are retried later: %s", error)
            return 0

    async def _catch_up(self) -> int:
        claim = await self._clusters.pending.claim(DECIDED_AT_ONCE)
        if not claim.article_ids:
            return 0
        records = await self._index.get_many(claim.article_ids)
        done = set() if records.partial else {*claim.article_ids} - {record.id for record in records}
        if records:
            async with self._executor.admission(wait=True):
                decided = await self._decide_each(records)
            done |= {*await self._unchanged(decided)}
        await self._clusters.pending.complete(claim, sorted(done))
        return len(claim.article_ids)

    async def _decide_each(self, records: Sequence[Record]) -> Sequence[Record]:
        """Decide records anew and return those that succeeded: one that meets a defect does not hold up the others."""
        try:
            await self._correct_clusters(records)
        except WirematchError:
            raise
        except Exception:
            if len(records) == 1:
                log.exception("the cluster of article %s cannot be determined", records[0].id)
                return []
            return [one for record in records for one in await self._decide_each([record])]
        return records

    async def _unchanged(self, records: Sequence[Record]) -> list[str]:
        """Return the ids of records that did not change meanwhile, whose cluster updates are therefore right.

        Others are noted anew, or leave their clusters if they are gone.
        """
        present = await self._index.get_many([record.id for record in records])
        numbers = {record.id: record.number for record in present}
        await self._clusters.pending.add(
            [record.id for record in records if numbers.get(record.id) not in (None, record.number)], 0
        )
        gone = [] if present.partial else [record.id for record in records if record.id not in numbers]
        await self._clusters.leave(gone)
        return [record.id for record in records if numbers.get(record.id) == record.number]

    async def _correct_clusters(self, records: Sequence[Record]) -> None:
        """Decide records anew and correct their clusters.

        Records without texts are left alone: they were decided by more than what is kept of them.
        """
        readable = [record for record in records if record.imprint is None]
        if len(readable) < len(records):
            unread = [record.id for record in records if record.imprint is not None]
            log.warning(
                "clusters may lack articles whose texts are not kept, as these cannot be decided again: %s", unread
            )
        if not readable:
            return
        updates = await self._ingest.decide_again(readable)
        members = await self._members({record.id: update for record, update in zip(readable, updates, strict=True)})
        corrections = [correction_of(members, *one) for one in zip(readable, updates, strict=True)]
        if sent := [one for one in corrections if one is not None]:
            await self._clusters.settle(sent)

    async def _members(self, updates: Mapping[str, ClusterUpdate | None]) -> dict[str, KeptMembership]:
        """Read the memberships of the articles and of all that ``is_in_its_cluster`` needs."""
        sources = {one.id for update in updates.values() if update is not None for one in update.sources}
        members = {member.id: member for member in await self._clusters.memberships({*updates, *sources})}
        related = {member.to for member in members.values() if member.id in updates and member.to} - members.keys()
        if related:
            members |= {member.id: member for member in await self._clusters.memberships(related)}
        return members


def correction_of(
    members: Mapping[str, KeptMembership], record: Record, update: ClusterUpdate | None
) -> ClusterUpdate | None:
    """Return the update that puts an article where ``update``, its fresh decision, puts it; None if it is there.

    See ``is_in_its_cluster`` for ``members``.
    """
    inside = is_in_its_cluster(members, record, update)
    if update is None and inside:
        return None
    fresh = update or ClusterUpdate(record.id, record.stored_at, record.number)
    if record.article.version == 1:
        return replace(fresh, again=True)
    # The text was replaced, so its membership may be that of the text before, and others may have joined through that.
    member = members.get(record.id)
    was_original = member is not None and member.original == record.id and not fresh.followers
    return replace(fresh, changed=not inside or (was_original and bool(fresh.sources)))


def is_in_its_cluster(members: Mapping[str, KeptMembership], record: Record, update: ClusterUpdate | None) -> bool:
    """Whether an article is in the cluster in which ``update``, its fresh decision, puts it.

    ``members`` has the memberships, if any, of the article, of those that ``update`` names, and of the one that the
    article is related to.
    """
    member = members.get(record.id)
    sources = update.sources if update is not None and update.stays else ()
    if sources:
        originals = {members[one.id].original if one.id in members else one.id for one in sources}
        return member is not None and member.original in originals | {record.id}
    if member is None or member.relation == NO_RELATION or member.original == member.id:
        return True
    # A later story made it a member: that depends on the story's decision.
    other = members.get(member.to)
    return other is None or other.stored >= member.stored
