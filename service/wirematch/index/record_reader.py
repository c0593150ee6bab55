"""Read records from all shards that hold some of the wanted ones."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.ranking import Ranking
from wirematch.index.addressing import LOCAL_BITS, home_of
from wirematch.index.connections.redis_errors import gather_available, translated_errors
from wirematch.index.protocol import Records
from wirematch.index.records.codec import encode_filters
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.fetch import RecordSizes, UndecodedRecords
from wirematch.index.shard import Shard
from wirematch.models import Filters


class RecordReader:
    """Reads records with as few shards and round trips as possible."""

    def __init__(self, shard: Callable[[int, int], Shard], damage: DamageReport) -> None:
        """``shard`` returns the shard for a shard number and a generation."""
        self._shard = shard
        self._damage = damage
        self._sizes = RecordSizes()

    async def read(self, ranking: Ranking, limit: int, filters: Filters, shards: int) -> Records:
        """Return the best ``limit`` records that pass ``filters``, from ``shards`` shards; IndexUnavailableError."""
        encoded = encode_filters(filters)
        records, rest = Records(), ranking.numbers
        while len(rest) and len(records) < limit:
            # Few records are missing, so with several shards only the best are read at first; filters may drop many.
            size = len(rest) if encoded or shards == 1 else limit - len(records)
            window, rest = rest[:size], rest[size:]
            with translated_errors():
                read, partial = await self._read_window(window, limit, encoded)
            found = [number for number in window.tolist() if number in read]
            records += self._damage.readable((number, read[number]) for number in found[: limit - len(records)])
            records.partial |= partial
        return records

    async def fetch_numbers(self, numbers: Collection[int]) -> UndecodedRecords:
        """See StoryIndex."""
        fetched = UndecodedRecords(self._damage)
        if not numbers:
            return fetched
        wanted = np.sort(np.fromiter(numbers, np.uint64, len(numbers)))
        homes = wanted >> np.uint64(LOCAL_BITS)

        async def read(home: int) -> bool:
            generation, shard = home_of(home << LOCAL_BITS)
            mine = wanted[homes == home]
            while len(mine):
                few = self._sizes.at_once
                part, mine = mine[:few], mine[few:]
                moment, records = await self._shard(shard, generation).records.read(part.astype("<u4"))
                self._sizes.read(records)
                fetched.add(moment, part.tolist(), records)
            return True

        with translated_errors():
            # Usually of one shard, which is told in a tenth of the time.
            several = homes[0] != homes[-1]
            answers = await gather_available((np.unique(homes) if several else homes[:1]).tolist(), read)
        fetched.partial = None in answers
        return fetched

    async def _read_window(
        self, window: NDArray[np.uint64], limit: int, filters: bytes
    ) -> tuple[dict[int, bytes], bool]:
        """Return encoded records by number, and whether a shard was unavailable."""
        homes = window >> np.uint64(LOCAL_BITS)

        async def read(home: int) -> list[tuple[int, bytes]]:
            generation, shard = home_of(home << LOCAL_BITS)
            return await self._shard(shard, generation).records.fetch(window[homes == home], limit, filters)

        answers = await gather_available(np.unique(homes).tolist(), read)
        return {number: record for answer in answers if answer for number, record in answer}, None in answers
