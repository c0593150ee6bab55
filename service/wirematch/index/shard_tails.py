"""The ends of a shard's records: sketches are read, and skeletons kept, without the texts before them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.index import scripts
from wirematch.index.connection import Argument, Store
from wirematch.index.keys import ScriptKeys
from wirematch.index.protocol import Skeleton
from wirematch.index.record_tail import checksum_of

READ_BATCH = 512
"""Sketches that one script reads: about a millisecond of the server."""
WRITE_BATCH = 64


class ShardTails:
    """Those of one shard. Errors are those of Store."""

    def __init__(self, store: Store, keys: ScriptKeys) -> None:
        self._store = store
        self._keys = keys

    async def sketches(self, numbers: NDArray[np.uint32]) -> list[bytes]:
        """The sketch of each local number; empty where there is none."""
        found: list[bytes] = []
        for first in range(0, len(numbers), READ_BATCH):
            packed = numbers[first : first + READ_BATCH].astype("<u4").tobytes()
            found += await self._store.read(scripts.SKETCHES, self._keys.declared, [self._keys.prefix, packed])
        return found

    async def keep_skeletons(self, skeletons: Sequence[Skeleton]) -> None:
        """Write each into its record, unless that is gone, has one already, or has no room for it."""
        for first in range(0, len(skeletons), WRITE_BATCH):
            args: list[Argument] = [self._keys.prefix]
            for number, skeleton, text in skeletons[first : first + WRITE_BATCH]:
                local = number & 0xFFFF_FFFF
                args += [local.to_bytes(4, "little"), skeleton, checksum_of(skeleton, text)]
            await self._store.read(scripts.KEEP_SKELETONS, self._keys.declared, args)
