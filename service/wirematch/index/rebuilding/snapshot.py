"""All articles of an index as they are at the end of reading them, while others store, replace and delete.

The local numbers of a shard's articles are scanned and those articles read; then they are scanned again, and what is
new is read, until a scan finds next to nothing new. A number names one version for ever, so what a later scan does not
find any more was replaced or deleted, and is told as gone. So each article is given as it was at one moment of the last
scan, which takes a fraction of a second for 100,000; what changes while that scan runs is in it or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from wirematch.errors import RebuildError
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.rebuilding.copying import in_order_of_storing
from wirematch.index.shard import Shard

READ_AT_ONCE = 256
"""Records in one answer, about a megabyte of news."""
FEW = 1_000
"""New articles in a scan after which there is no further one."""
MOST_SCANS = 50
"""Under steady and fast writes, reading may never catch up."""

LocalNumbers = NDArray[np.uint32]


class Snapshot:
    """One reading. Raises IndexUnavailableError; RebuildError when the index was rebuilt meanwhile."""

    def __init__(
        self,
        record: FingerprintRecord,
        live: Generation,
        shards: Sequence[Shard],
        given: Sequence[LocalNumbers] | None = None,
    ) -> None:
        """``given`` are numbers of each shard that an interrupted reading has given already."""
        self._record = record
        self._live = live
        self._shards = shards
        none = np.empty(0, np.uint32)
        self._given = [np.unique(part) for part in given] if given else [none] * len(shards)
        self.began_at = self.ended_at = datetime.now(UTC)
        """Of the last scan: every article is as it was at some moment between these."""
        self.gone: list[LocalNumbers] = [none] * len(shards)
        """Numbers of each shard that were given and have been replaced or deleted since; known at the end."""

    async def articles(self) -> AsyncIterator[tuple[int, int, bytes]]:
        """Shard, local number and encoded record of each, in order of storing within a scan."""
        with translated_errors():
            for _ in range(MOST_SCANS):
                self.began_at = datetime.now(UTC)
                found = await asyncio.gather(*(shard.copying.numbers() for shard in self._shards))
                self.ended_at = datetime.now(UTC)
                new = [np.setdiff1d(now, before) for now, before in zip(found, self._given, strict=True)]
                self.gone = [np.setdiff1d(before, now) for now, before in zip(found, self._given, strict=True)]
                read = 0
                async for article in in_order_of_storing(self._shards, new, READ_AT_ONCE):
                    read += 1
                    yield article
                # What could not be read has expired, or has another number by now, which the next scan finds.
                self._given = [np.union1d(before, now) for before, now in zip(self._given, new, strict=True)]
                wanted = sum(map(len, new))
                if wanted <= FEW and read == wanted:
                    break
            await self._check_generation()

    async def _check_generation(self) -> None:
        """Records of a generation that was replaced are removed, so they are not all in what was read."""
        record, _ = await self._record.read()
        if record.get("generation") != str(self._live.number):
            raise RebuildError("The index was rebuilt while it was read. Start again; the live index is as it was.")
