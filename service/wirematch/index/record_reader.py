"""Reads the best articles of rankings from all shards that hold some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.ranking import Ranking
from wirematch.index.keys import home_of
from wirematch.index.protocol import Records
from wirematch.index.record_codec import read_lazily, write_filters
from wirematch.index.redis_errors import gather_available, translated_errors
from wirematch.index.shard import Shard
from wirematch.models import Filters


class Fetcher:
    """Asks as few shards as few times as it can."""

    def __init__(self, shard_of: Callable[[int, int], Shard]) -> None:
        """``shard_of`` gives the shard of a number and a generation."""
        self._shard_of = shard_of

    async def fetch(self, rankings: Sequence[Ranking], limit: int, filters: Filters, shards: int) -> list[Records]:
        """Of each ranking the best ``limit`` articles that pass ``filters``."""
        packed = write_filters(filters)
        found = [Records() for _ in rankings]
        rest = [ranking.numbers for ranking in rankings]
        while any(len(numbers) and len(entries) < limit for numbers, entries in zip(rest, found, strict=True)):
            window: list[NDArray[np.uint64]] = []
            for place, numbers in enumerate(rest):
                wanted = limit - len(found[place])
                # Most are there, so of several shards only the best are asked for; where some are gone, the next.
                size = len(numbers) if packed or shards == 1 else wanted
                window.append(numbers[: size if wanted > 0 else 0])
                rest[place] = numbers[len(window[-1]) :] if wanted > 0 else numbers[:0]
            with translated_errors():
                records, partial = await self._records(window, limit, packed)
            for place, numbers in enumerate(window):
                here = [number for number in numbers.tolist() if number in records]
                wanted = limit - len(found[place])
                found[place] += [read_lazily(number, records[number]) for number in here[:wanted]]
                found[place].partial |= partial
        return found

    async def _records(
        self, windows: Sequence[NDArray[np.uint64]], most: int, filters: bytes
    ) -> tuple[dict[int, bytes], bool]:
        """Records by number, and whether a shard did not answer."""
        asked: dict[int, list[NDArray[np.uint64]]] = {}
        for numbers in windows:
            homes = numbers >> np.uint64(32)
            for home in np.unique(homes).tolist():
                asked.setdefault(home, []).append(numbers[homes == home])
        if not asked:
            return {}, False

        async def read(home: int) -> list[list[tuple[int, bytes]]]:
            generation, shard = home_of(home << 32)
            requests = [(numbers, most, filters) for numbers in asked[home]]
            return await self._shard_of(shard, generation).fetch(requests)

        answers: list[Any] = await gather_available(asked, read)
        records = {number: record for answer in answers if answer for rows in answer for number, record in rows}
        return records, None in answers
