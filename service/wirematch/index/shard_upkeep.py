"""Find and repair inconsistencies between a shard's postings, records and ids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.cuts import cut
from wirematch.index.buckets import PARTS, POSTING, BucketHashes, BucketRequest
from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import ScriptKeys
from wirematch.index.shard import Shard, ShardLookup

AT_ONCE, BUCKETS_AT_ONCE = 32, 1_280
"""Articles whose postings one call checks or changes, and buckets of theirs."""
IDS_AT_ONCE = 500


class ShardCounts(NamedTuple):
    """A shard's own counters."""

    articles: int
    postings: int
    sequence: int
    """The local number that was assigned last."""


class Posted(NamedTuple):
    """A record and the buckets that it should be in."""

    id: str
    number: int
    """Local number."""
    hashes: BucketHashes


class ShardUpkeep:
    """Upkeep of one shard. Raises the errors of Store."""

    def __init__(self, store: Store, keys: ScriptKeys, shard: Shard, bucket_cap: int) -> None:
        self._store = store
        self._keys = keys.declared
        self._prefix = keys.prefix
        self._shard = shard
        self._cap = bucket_cap

    async def counts(self) -> ShardCounts:
        """The current counters."""
        return ShardCounts(*await self._store.read(scripts.READ_COUNTS, self._keys, [self._prefix]))

    async def correct_count(self, found: ShardCounts, postings: int) -> bool:
        """Set the number of postings, unless something was written since ``found`` was read; returns whether."""
        args: list[Argument] = [self._prefix, found.postings, found.sequence, postings]
        return bool(await self._store.write(scripts.CORRECT_COUNT, self._keys, args))

    async def postings(self) -> AsyncIterator[tuple[BucketHashes, NDArray[np.uint32]]]:
        """Yield all postings, a few pages at a time: bucket hashes and local numbers."""
        for part in range(PARTS):
            cursor, seen = b"0", set[bytes]()
            while True:
                args: list[Argument] = [self._prefix, part, cursor]
                cursor, flat = await self._store.read(scripts.SCAN_PAGES, self._keys, args)
                new = {field: page for field, page in zip(flat[::2], flat[1::2], strict=True) if field not in seen}
                seen |= new.keys()
                yield _read_pages(list(new), list(new.values()))
                if cursor == b"0":
                    break

    async def missing(self, records: Sequence[Posted]) -> list[BucketHashes]:
        """Return for each record the buckets that lack it, unless full of newer ones."""
        lookups = list[ShardLookup]()
        for part in _parts([one.hashes for one in records]):
            lookups += await self._shard.read_buckets([one.hashes for one in records[part]])
        return [
            one.hashes[self._lacking(one, lookup.postings.numbers, lookup.postings.bands)]
            for one, lookup in zip(records, lookups, strict=True)
        ]

    def _lacking(self, one: Posted, numbers: NDArray[np.uint64], bands: NDArray[np.intp]) -> NDArray[np.bool_]:
        held = np.zeros(len(one.hashes), np.bool_)
        held[bands[numbers.astype(np.uint32) == one.number]] = True
        full = np.bincount(bands, minlength=len(one.hashes)) >= self._cap
        return ~(held | full)

    async def drop_postings(self, lost: Mapping[int, BucketHashes]) -> int:
        """Remove postings of local numbers without a record; returns how many there were."""
        numbers, dropped = list(lost), 0
        for part in _parts(list(lost.values())):
            batch = numbers[part]
            request = BucketRequest([lost[number] for number in batch])
            fields: list[Argument] = [number.to_bytes(4, "little") for number in batch]
            dropped += await self._shard.run(self._store.write, scripts.DROP_POSTINGS, [], [request], fields)
        return dropped

    async def add_missing(self, records: Sequence[Posted]) -> int:
        """Add records to these buckets at their places in the order of storing; returns the number of postings."""
        added = 0
        for part in _parts([one.hashes for one in records]):
            batch = records[part]
            fields: list[Argument] = [part for one in batch for part in (one.id, one.number.to_bytes(4, "little"))]
            request = BucketRequest([one.hashes for one in batch])
            added += await self._shard.run(self._store.write, scripts.ADD_MISSING, [], [request], fields)
        return added

    async def ids_of(self, numbers: NDArray[np.uint32]) -> list[str]:
        """Return the ids that have these local numbers."""
        wanted = set(numbers.tolist())
        return [
            article_id.decode()
            async for article_id, packed in self._store.scan_hash(self._keys[1], "*")
            if int.from_bytes(packed, "little") in wanted
        ]

    async def lost_ids(self, ids: Sequence[str], *, drop: bool = False) -> list[str]:
        """Return those of ``ids`` that lead to no record; with ``drop``, they are freed."""
        lost: list[bytes] = []
        for first in range(0, len(ids), IDS_AT_ONCE):
            args: list[Argument] = [self._prefix, "drop" if drop else "", *ids[first : first + IDS_AT_ONCE]]
            lost += await self._store.write(scripts.LOST_IDS, self._keys, args)
        return [one.decode() for one in lost]


def _parts(hashes: Sequence[BucketHashes]) -> Iterator[slice]:
    return cut(list(map(len, hashes)), AT_ONCE, BUCKETS_AT_ONCE)


def _read_pages(fields: Sequence[bytes], pages: Sequence[bytes]) -> tuple[BucketHashes, NDArray[np.uint32]]:
    """Decode pages into postings; a long page begins with a marker byte (docs/keys-and-bytes.md)."""
    held = [page[len(page) % POSTING.itemsize :] for page in pages]
    postings = np.frombuffer(b"".join(held), POSTING)
    numbers = np.array([int.from_bytes(field[:4], "little") for field in fields], np.uint32)
    lower = np.repeat(numbers & np.uint32(0xFFFF), [len(one) // POSTING.itemsize for one in held])
    return postings["bucket"].astype(np.uint32) << np.uint32(16) | lower, postings["number"].astype(np.uint32)
