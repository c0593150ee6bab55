"""List all articles of an index in pages, by shard and order of storing."""

from __future__ import annotations

import numpy as np

from wirematch.errors import StaleListingError
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.addressing import LOCAL_BITS, home_of, number_of
from wirematch.index.live_shards import LiveShards
from wirematch.index.protocol import Records
from wirematch.index.record_reader import RecordReader
from wirematch.models import Filters

NUMBERS_AT_ONCE = 1_000
"""Document numbers read per round trip; numbers of replaced or deleted articles have no record."""
_LOCAL = 2**LOCAL_BITS - 1


async def read_page(
    shards: LiveShards, reader: RecordReader, after: int, limit: int, filters: Filters
) -> tuple[Records, int | None]:
    """Return the ``limit`` articles after document number ``after``, and a cursor; see StoryIndex.list_page."""
    generation, shard = home_of(after) if after else (shards.generation, 0)
    if generation != shards.generation or shard >= shards.count:
        raise StaleListingError
    local, found = after & _LOCAL, Records()
    while shard < shards.count:
        last = await shards.retried(lambda of=shard: shards.shard(of).sequence())  # type: ignore[misc]
        if shards.generation != generation:  # a rebuild has replaced the generation meanwhile
            if after:
                raise StaleListingError
            return await read_page(shards, reader, after, limit, filters)
        while local < last and len(found) < limit:
            end = min(last, local + NUMBERS_AT_ONCE)
            numbers = np.arange(local + 1, end + 1, dtype=np.uint64) + np.uint64(number_of(generation, shard, 0))
            ranking = Ranking(numbers, np.zeros(len(numbers)))
            records = await reader.read(ranking, limit - len(found), filters, shards.count)
            found += records
            found.partial |= records.partial
            local = records[-1].number & _LOCAL if records and len(found) >= limit else end
        if len(found) >= limit:
            return found, number_of(generation, shard, local)
        shard, local = shard + 1, 0
    return found, None
