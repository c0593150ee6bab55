"""Copy articles with their versions and times: in a rebuild to the next generation, or from a backup into an index."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.addressing import LOCAL_BITS
from wirematch.index.buckets import buckets_of
from wirematch.index.draft import BATCH, Draft
from wirematch.index.records.codec import TIMES, decode_article, encode_article, milliseconds
from wirematch.index.shard import Shard
from wirematch.models import StoredArticle

_LOCAL = (1 << LOCAL_BITS) - 1


def draft_of(article: StoredArticle, expires: int, scheme: FingerprintScheme) -> Draft:
    """Draft of a stored article, with sketch and skeleton as this program makes them; ``expires`` as in a record."""
    submitted = article.as_submitted()
    [read] = read_first([submitted], scheme, prepared=False)
    return Draft(
        submitted,
        buckets_of(read.fingerprint.signature, scheme),
        encode_article(submitted, read.aids),
        expires=expires,
        version=article.version,
        stored=milliseconds(article.stored_at),
    )


def draft_of_record(record: bytes, scheme: FingerprintScheme) -> Draft:
    """Draft of an encoded record; DamagedRecordError."""
    return draft_of(decode_article(record), expiry_of(record), scheme)


def expiry_of(record: bytes) -> int:
    """When a record expires, in ms since 1970; 0 for never."""
    expires: int = TIMES.unpack_from(record)[2]
    return expires


async def in_order_of_storing(
    shards: Sequence[Shard], numbers: Sequence[NDArray[np.uint32]], batch: int = BATCH
) -> AsyncIterator[tuple[int, int, bytes]]:
    """Yield the records of all shards, merged by time of storing, as shard, local number and encoded record.

    ``numbers`` has each shard's local numbers, ascending. Records removed meanwhile are left out.
    """

    async def records(place: int) -> AsyncIterator[tuple[int, bytes]]:
        for first in range(0, len(numbers[place]), batch):
            wanted = numbers[place][first : first + batch].astype(np.uint64)
            for number, record in await shards[place].records.fetch(wanted, batch):
                yield number & _LOCAL, record

    streams = [records(place) for place in range(len(shards))]
    heads: list[tuple[int, int, int, bytes]] = []
    for place, stream in enumerate(streams):
        async for number, record in stream:
            heads.append((TIMES.unpack_from(record)[1], place, number, record))
            break
    heapq.heapify(heads)
    while heads:
        _, place, number, record = heads[0]
        yield place, number, record
        following = await anext(streams[place], None)
        if following is None:
            heapq.heappop(heads)
        else:
            number, record = following
            heapq.heapreplace(heads, (TIMES.unpack_from(record)[1], place, number, record))
