"""A snapshot: all articles of an index as they are at the end of reading them, while others store, replace and delete.

The local numbers of each shard are scanned and those articles read; then they are scanned again and new ones are read,
until a scan finds next to nothing new. A number names one version for ever, so a number that a later scan does not find
was replaced or deleted, and is reported as gone. Each article is thus given as it was at one moment of the last scan,
which takes a fraction of a second for 100,000 articles; changes during that scan may or may not be included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from wirematch.concurrency import together
from wirematch.errors import RebuildError
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.rebuilding.copying import in_order_of_storing
from wirematch.index.shard import Shard

READ_AT_ONCE = 256
"""Records per answer, about a megabyte of news."""
FEW = 1_000
"""New articles in a scan up to which it is the last one."""
MOST_SCANS = 50
"""Most scans: under fast and steady writes, reading may never catch up."""

LocalNumbers = NDArray[np.uint32]


class Snapshot:
    """One pass of reading. Raises IndexUnavailableError, and RebuildError if the index was rebuilt meanwhile."""

    def __init__(
        self,
        record: FingerprintRecord,
        live: Generation,
        shards: Sequence[Shard],
        given: Sequence[LocalNumbers] | None = None,
    ) -> None:
        """``given`` has each shard's numbers that an interrupted pass yielded already."""
        self._record = record
        self._live = live
        self._shards = shards
        none = np.empty(0, np.uint32)
        self._given = [np.unique(part) for part in given] if given else [none] * len(shards)
        self.began_at = self.ended_at = datetime.now(UTC)
        """Time span of the last scan: every article is as it was at some moment within it."""
        self.gone: list[LocalNumbers] = [none] * len(shards)
        """Each shard's numbers that were yielded and have since been replaced or deleted; final after iteration."""

    async def articles(self) -> AsyncIterator[tuple[int, int, bytes]]:
        """Yield shard, local number and encoded record of each article, in order of storing within a scan."""
        with translated_errors():
            for _ in range(MOST_SCANS):
                self.began_at = datetime.now(UTC)
                found = await together(*(shard.contents.numbers() for shard in self._shards))
                self.ended_at = datetime.now(UTC)
                new = [np.setdiff1d(now, before) for now, before in zip(found, self._given, strict=True)]
                self.gone = [np.setdiff1d(before, now) for now, before in zip(found, self._given, strict=True)]
                read = 0
                async for article in in_order_of_storing(self._shards, new, READ_AT_ONCE):
                    read += 1
                    yield article
                # What could not be read has expired or got another number, which the next scan finds.
                self._given = [np.union1d(before, now) for before, now in zip(self._given, new, strict=True)]
                wanted = sum(map(len, new))
                if wanted <= FEW and read == wanted:
                    break
            await self._check_generation()

    async def _check_generation(self) -> None:
        """Raise if the generation was replaced: its records are being removed, so some may be missing."""
        record, _ = await self._record.read()
        if record.get("generation") != str(self._live.number):
            raise RebuildError("The index was rebuilt while it was read. Start again; the live index is as it was.")
