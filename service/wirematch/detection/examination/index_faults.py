"""Examine an index: postings, records, ids and clusters against one another, and clusters decided afresh.

Runs while others write. What was written after it was read is skipped, so every reported fault is real, and only what
is still as it was found is repaired.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.examination.cluster_faults import ClusterExamination
from wirematch.errors import DamagedRecordError
from wirematch.index.addressing import number_of
from wirematch.index.buckets import NO_HASHES, BucketHashes, buckets_of
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.live_shards import LiveShards
from wirematch.index.protocol import Record, Signer
from wirematch.index.records.codec import decode_record
from wirematch.index.shard import Shard
from wirematch.index.shard_upkeep import AT_ONCE, Posted

MOST_NAMED = 5
"""Articles named for each kind of fault."""


class FaultKind(StrEnum):
    """What is inconsistent."""

    LOST_POSTINGS = "postings that lead to no record"
    UNPOSTED = "records that are missing in buckets"
    LOST_IDS = "ids that lead to no record"
    MISCOUNTED = "shards that miscount their postings"
    DAMAGED = "records that cannot be read"
    STRAY_MEMBERS = "members of clusters that are not stored"
    OUT_OF_LINE = "articles in another cluster than they should be"
    UNCLUSTERED = "copies and rewrites in no cluster"
    """Includes everything that was stored without a report."""


@dataclass(slots=True)
class Examined:
    """Counts of what was examined, found and mended."""

    articles: int = 0
    postings: int = 0
    decided: int = 0
    """Articles whose decisions were computed anew."""
    faults: dict[FaultKind, int] = field(default_factory=lambda: defaultdict(int))
    mended: dict[FaultKind, int] = field(default_factory=lambda: defaultdict(int))
    named: dict[FaultKind, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids or document numbers of the first few."""

    def note(self, kind: FaultKind, names: Sequence[str], mended: int = 0) -> None:
        """Count the faults in ``names``, of which ``mended`` were mended."""
        if names:
            self.faults[kind] += len(names)
            self.mended[kind] += mended
            self.named[kind] += names[: MOST_NAMED - len(self.named[kind])]


async def at_once(_: int) -> None:
    """No pause."""


class Examination:
    """A single pass over an index. Raises IndexUnavailableError, and the errors of Detector."""

    def __init__(  # noqa: PLR0913 - composed in two places
        self,
        shards: LiveShards,
        signer: Signer,
        clusters: ClusterExamination,
        *,
        fix: bool = False,
        fresh: int = 0,
        pause: Callable[[int], Awaitable[None]] = at_once,
    ) -> None:
        """``fresh`` is the most articles to decide anew; ``pause`` is awaited with the number of articles just read."""
        self._shards = shards
        self._upkeep = shards.upkeep
        self._signer = signer
        self._clusters = clusters
        self._fix = fix
        self._fresh = fresh
        self._pause = pause
        self.found = Examined()

    async def run(self) -> Examined:
        """Examine everything."""
        with translated_errors():
            counts = [await self._upkeep(place).counts() for place in range(self._shards.count)]
            step = max(1, sum(one.articles for one in counts) // self._fresh) if self._fresh else 0
            await self._clusters.begin()
            for place in range(self._shards.count):
                async for records in self._records(place):
                    await self._examine_records(place, records)
                    if step:
                        await self._clusters.decide([one for one in records if (one.number & 0xFFFFFFFF) % step == 0])
                    await self._pause(len(records))
            for place in range(self._shards.count):  # after lost ids, whose numbers still count as alive
                await self._examine_postings(place)
            faults = await self._clusters.end(fix=self._fix)
        self.found.decided = self._clusters.decided
        for kind, ids in zip(
            (FaultKind.STRAY_MEMBERS, FaultKind.OUT_OF_LINE, FaultKind.UNCLUSTERED), faults, strict=True
        ):
            self.found.note(kind, ids, len(ids) if self._fix else 0)
        return self.found

    async def _examine_postings(self, place: int) -> None:
        """Find postings whose number was assigned before the scan and has no record: their record was removed."""
        shard, upkeep = self._shards.shard(place), self._upkeep(place)
        before = await upkeep.counts()
        alive = await shard.contents.numbers()
        counted, lost = 0, defaultdict[int, list[int]](list)
        async for hashes, numbers in upkeep.postings():
            counted += len(numbers)
            dead = (numbers <= before.sequence) & ~np.isin(numbers, alive)
            for bucket, number in zip(hashes[dead].tolist(), numbers[dead].tolist(), strict=True):
                lost[number].append(bucket)
            await self._pause(0)
        self.found.postings += counted
        names = [str(self._number(place, number)) for number, buckets in lost.items() for _ in set(buckets)]
        by_number = {number: np.array(sorted(set(buckets)), np.uint32) for number, buckets in lost.items()}
        mended = await upkeep.drop_postings(by_number) if self._fix else 0
        self.found.note(FaultKind.LOST_POSTINGS, names, mended)
        after = await upkeep.counts()
        undisturbed = after == before._replace(postings=before.postings - mended)
        if undisturbed and after.postings != counted - mended:
            corrected = self._fix and await upkeep.correct_count(after, counted - mended)
            self.found.note(FaultKind.MISCOUNTED, [f"shard {place}"], int(corrected))

    async def _records(self, place: int) -> AsyncIterator[list[Record]]:
        """Yield the records of a shard in batches; afterwards, note the ids that lead to no record."""
        shard, upkeep = self._shards.shard(place), self._upkeep(place)
        numbers = await shard.contents.numbers()
        unread: list[NDArray[np.uint32]] = []
        for first in range(0, len(numbers), AT_ONCE):
            batch = numbers[first : first + AT_ONCE]
            found = await shard.records.fetch(batch.astype(np.uint64), AT_ONCE)
            read = np.array([number & 0xFFFFFFFF for number, _ in found], np.uint32)
            unread.append(np.setdiff1d(batch, read))
            yield self._decoded(found)
        without = np.concatenate([np.empty(0, np.uint32), *unread])  # expired, replaced meanwhile, or lost
        if len(without):
            lost = await upkeep.lost_ids(await upkeep.ids_of(without), drop=self._fix)
            self.found.note(FaultKind.LOST_IDS, lost, len(lost) if self._fix else 0)

    def _decoded(self, found: Sequence[tuple[int, bytes]]) -> list[Record]:
        records: list[Record] = []
        for number, encoded in found:
            try:
                record = decode_record(number, encoded)
                _ = record.article
            except DamagedRecordError:
                self.found.note(FaultKind.DAMAGED, [str(number)])
                continue
            records.append(record)
        self.found.articles += len(records)
        self._clusters.note(records)
        return records

    async def _examine_records(self, place: int, records: Sequence[Record]) -> None:
        upkeep = self._upkeep(place)
        posted = await asyncio.to_thread(lambda: [self._posted(record) for record in records])
        wanted = [one for one in posted if len(one.hashes)]
        if not wanted:
            return
        missing = await upkeep.missing(wanted)
        lacking = [one._replace(hashes=hashes) for one, hashes in zip(wanted, missing, strict=True) if len(hashes)]
        if not lacking:
            return
        # Records replaced or deleted since they were read lack nothing.
        shard: Shard = self._shards.shard(place)
        present = await shard.records.fetch(np.array([one.number for one in lacking], np.uint64), len(lacking))
        there = {number & 0xFFFFFFFF for number, _ in present}
        lacking = [one for one in lacking if one.number in there]
        mended = len(lacking) if self._fix and await upkeep.add_missing(lacking) else 0
        self.found.note(FaultKind.UNPOSTED, [one.id for one in lacking], mended)

    def _posted(self, record: Record) -> Posted:
        signature = self._signer(record.article)
        hashes: BucketHashes = NO_HASHES if signature is None else buckets_of(signature, self._shards.scheme).posted
        return Posted(record.id, record.number & 0xFFFFFFFF, hashes)

    def _number(self, place: int, local: int) -> int:
        return number_of(self._shards.generation, place, local)
