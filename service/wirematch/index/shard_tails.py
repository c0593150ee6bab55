"""The ends of a shard's records: skeletons are kept there without reading the texts before them."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.index import scripts
from wirematch.index.connection import Argument, Store
from wirematch.index.keys import ScriptKeys
from wirematch.index.protocol import Skeleton
from wirematch.index.record_tail import checksum_of

WRITE_BATCH = 64


class ShardTails:
    """Those of one shard. Errors are those of Store."""

    def __init__(self, store: Store, keys: ScriptKeys) -> None:
        self._store = store
        self._keys = keys

    async def keep_skeletons(self, skeletons: Sequence[Skeleton]) -> None:
        """Write each into its record, unless that is gone, has one already, or has no room for it."""
        for first in range(0, len(skeletons), WRITE_BATCH):
            args: list[Argument] = [self._keys.prefix]
            for number, skeleton, text in skeletons[first : first + WRITE_BATCH]:
                local = number & 0xFFFF_FFFF
                args += [local.to_bytes(4, "little"), skeleton, checksum_of(skeleton, text)]
            await self._store.read(scripts.KEEP_SKELETONS, self._keys.declared, args)
