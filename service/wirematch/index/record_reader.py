"""Read records from all shards that hold some of the wanted ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.ranking import Ranking
from wirematch.index.addressing import LOCAL_BITS, home_of
from wirematch.index.connections.redis_errors import gather_available, translated_errors
from wirematch.index.protocol import Records
from wirematch.index.records.codec import encode_filters
from wirematch.index.records.damage import DamageReport
from wirematch.index.records.fetch import ENDS_AT_ONCE, RecordSizes, UndecodedRecords
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

        async def read(shard: Shard, mine: NDArray[np.uint64]) -> None:
            while len(mine):
                few = self._sizes.at_once
                part, mine = mine[:few], mine[few:]
                moment, records = await shard.records.read(part.astype("<u4"))
                self._sizes.read(records)
                fetched.add(moment, part.tolist(), records)

        fetched.partial = await self._by_shard(numbers, read)
        return fetched

    async def fetch_sketches(self, numbers: Collection[int]) -> UndecodedRecords:
        """See StoryIndex."""
        fetched = UndecodedRecords(self._damage)
        left: list[int] = []

        async def read(shard: Shard, mine: NDArray[np.uint64]) -> None:
            for at in range(0, len(mine), ENDS_AT_ONCE):
                part = mine[at : at + ENDS_AT_ONCE]
                left.extend(fetched.add_ends(part.tolist(), await shard.records.ends(part.astype("<u4"))))

        partial = await self._by_shard(numbers, read)
        return fetched.with_all_of(await self.fetch_numbers(left), partial=partial)

    async def _by_shard(
        self, numbers: Collection[int], read: Callable[[Shard, NDArray[np.uint64]], Awaitable[None]]
    ) -> bool:
        """Read from each shard those of these documents that are there; return whether a shard was unavailable."""
        if not numbers:
            return False
        wanted = np.sort(np.fromiter(numbers, np.uint64, len(numbers)))
        homes = wanted >> np.uint64(LOCAL_BITS)

        async def read_home(home: int) -> bool:
            generation, shard = home_of(home << LOCAL_BITS)
            await read(self._shard(shard, generation), wanted[homes == home])
            return True

        with translated_errors():
            # Usually of one shard, which is told in a tenth of the time.
            several = homes[0] != homes[-1]
            answers = await gather_available((np.unique(homes) if several else homes[:1]).tolist(), read_home)
        return None in answers

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
