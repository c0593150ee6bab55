"""Read buckets of the whole index: shards are queried concurrently, in batches, and their answers merged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from wirematch.cuts import cut
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Postings, ToRank, joined, rank_many
from wirematch.index.buckets import BucketHashes, hashes_of_buckets
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.live_shards import LiveShards
from wirematch.index.protocol import BucketContents, Lookup
from wirematch.index.records.codec import milliseconds
from wirematch.index.shard import Shard, ShardLookup

QUERY_BATCH, QUERY_BUCKETS = 32, 5_120
"""Signatures that one transaction looks up, and their buckets together; bounded, as it blocks the server. Stories of
usual length have some 130 buckets each, long texts up to 512."""
BUCKETS_AT_ONCE = 2_048
"""Buckets of one text that one transaction reads; bounded for the same reason."""
_Asked = tuple[Sequence[Signature | None], Sequence[int | None]]
"""Signatures, and for each the document number from which on postings are ignored."""


class BucketReader:
    """Reads buckets from all shards. Raises the errors of StoryIndex."""

    def __init__(self, shards: LiveShards, bucket_cap: int) -> None:
        self._shards = shards
        self._cap = bucket_cap

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """See StoryIndex."""
        lookups: list[Lookup] = []
        # Within one shard, document numbers give the order of storing, so its clock need not advance.
        after = 0 if stored_at is None or self._shards.count == 1 else milliseconds(stored_at)
        sizes = [0 if signature is None else len(signature) for signature in signatures]
        for part in cut(sizes, QUERY_BATCH, QUERY_BUCKETS):
            batch = signatures[part], before[part]

            async def query(shard: Shard, batch: _Asked = batch) -> list[ShardLookup]:
                return await shard.query(*batch, after)

            with translated_errors():
                answers = await self._shards.on_all(query)
            available = [answer for answer in answers if answer is not None]
            partial = len(available) < len(answers)
            asked = [
                ToRank(joined([part.postings for part in parts]), sum(part.documents for part in parts), limit)
                for *parts, limit in zip(*available, batch[1], strict=True)
            ]
            lookups += [
                Lookup(ranking, one.documents, partial, one.postings, self._cap)
                for one, ranking in zip(asked, rank_many(asked, self._cap), strict=True)
            ]
        return lookups

    async def read(self, minima: NDArray[np.uint32], bands: NDArray[np.intp]) -> BucketContents:
        """See StoryIndex."""
        hashes = hashes_of_buckets(minima, bands, self._shards.scheme.scheme)
        lots = [hashes[first : first + BUCKETS_AT_ONCE] for first in range(0, len(hashes), BUCKETS_AT_ONCE)]
        parts: list[Postings] = []
        documents, partial = 0, False
        for number, lot in enumerate(lots):

            async def query(shard: Shard, lot: BucketHashes = lot) -> list[ShardLookup]:
                return await shard.read_buckets([lot])

            with translated_errors():
                answers = await self._shards.on_all(query)
            available = [answer[0] for answer in answers if answer is not None]
            partial = partial or len(available) < len(answers)
            documents = sum(answer.documents for answer in available)
            shift = number * BUCKETS_AT_ONCE
            parts += [Postings(one.postings.numbers, one.postings.bands + shift) for one in available]
        return BucketContents(joined(parts), documents, partial)
