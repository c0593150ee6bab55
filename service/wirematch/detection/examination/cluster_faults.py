"""Check clusters against the stored articles, and against fresh decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wirematch.detection.detector import Detector
from wirematch.detection.storing.late_clustering import is_in_its_cluster
from wirematch.errors import OverloadedError, PartialIndexError
from wirematch.index.protocol import Record, Records
from wirematch.index.records.codec import milliseconds
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters, ClusterUpdate, KeptMembership

DECIDED_AT_ONCE = 8


class ClusterFaults(NamedTuple):
    """Ids of articles whose cluster is wrong."""

    stray: list[str]
    """Members that are not stored."""
    elsewhere: list[str]
    """Members of a wrong cluster."""
    nowhere: list[str]
    """Derived articles in no cluster: stored undecided, or while the clusters' store was unavailable."""


class ClusterExamination:
    """One examination of all clusters. Raises the errors of Detector and its parts."""

    def __init__(self, detector: Detector, clusters: ArticleClusters, backup_state: BackupState) -> None:
        self._detector = detector
        self._clusters = clusters
        self._backup_state = backup_state
        self._members: dict[str, KeptMembership] = {}
        self._unseen: set[str] = set()
        """Members whose article was not seen yet."""
        self._wrong: list[str] = []
        """Articles that a fresh decision puts elsewhere."""
        self.decided = 0

    async def begin(self) -> None:
        """Read all memberships."""
        self._members = {member.id: member async for member in self._backup_state.members()}
        self._unseen = set(self._members)

    def note(self, records: Sequence[Record]) -> None:
        """Note records as stored."""
        for record in records:
            member = self._members.get(record.id)
            if member is not None and member.stored == milliseconds(record.stored_at):
                self._unseen.discard(record.id)

    async def decide(self, records: Sequence[Record]) -> None:
        """Decide records anew, and note those that are in another cluster than the decision says.

        Records without texts are skipped: they were decided by more than what is kept of them.
        """
        readable = [record for record in records if record.imprint is None]
        for first in range(0, len(readable), DECIDED_AT_ONCE):
            batch = readable[first : first + DECIDED_AT_ONCE]
            try:
                updates = await self._detector.decide_again(batch)
            except OverloadedError:  # the service is busy
                return
            self.decided += len(batch)
            for record, update in zip(batch, updates, strict=True):
                if not is_in_its_cluster(self._members, record, update):
                    self._wrong.append(record.id)

    async def end(self, *, fix: bool) -> ClusterFaults:
        """Return the faults; with ``fix``, after mending them."""
        stray = await self._stray()
        astray = {one.id for one in self._members.values() if self._is_astray(one)} - set(stray)
        now = {member.id: member async for member in self._backup_state.members()} if astray or self._wrong else {}
        same = [one for one in dict.fromkeys([*astray, *self._wrong]) if now.get(one) == self._members.get(one)]
        if fix:
            await self._clusters.leave(stray)
            await self._settle(same)
        return ClusterFaults(
            stray,
            elsewhere=[one for one in same if one in self._members],
            nowhere=[one for one in same if one not in self._members],
        )

    async def _stray(self) -> list[str]:
        """Return those that are still members and still not stored."""
        unseen = sorted(self._unseen)
        found = await self._stored(unseen)
        stored = {record.id: milliseconds(record.stored_at) for record in found}
        missing = [one for one in unseen if stored.get(one) != self._members[one].stored]
        if not missing:
            return []
        present = {member.id async for member in self._backup_state.members()}
        return [one for one in missing if one in present]

    async def _stored(self, ids: Sequence[str]) -> Records:
        """Read the articles that are stored. What a shard holds that does not answer must not count as deleted."""
        found = await self._detector.index.get_many(ids)
        if found.partial:
            raise PartialIndexError
        return found

    def _is_astray(self, member: KeptMembership) -> bool:
        """Whether a member's cluster does not exist, or its set lacks the member."""
        original = self._members.get(member.original)
        return not member.stored or original is None or original.original != original.id

    async def _settle(self, ids: Sequence[str]) -> None:
        """Decide articles anew and put them into the resulting clusters, in order of storing."""
        records = sorted(await self._stored(ids), key=lambda record: (record.stored_at, record.number))
        updates: list[ClusterUpdate | None] = []
        for first in range(0, len(records), DECIDED_AT_ONCE):  # all before any leaves: a decision may fail
            updates += await self._detector.decide_again(records[first : first + DECIDED_AT_ONCE])
        await self._clusters.leave([record.id for record in records])
        for first in range(0, len(updates), DECIDED_AT_ONCE):
            await self._clusters.settle([one for one in updates[first : first + DECIDED_AT_ONCE] if one is not None])
