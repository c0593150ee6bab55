"""Operations on a whole shard: listing and dropping its contents, and the phases of a rebuild."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import ScriptKeys

DROP_BATCH = 2_000
"""Keys that one script call removes."""


class ShardContents:
    """Copying and dropping of one shard. Raises the errors of Store."""

    def __init__(self, store: Store, keys: ScriptKeys) -> None:
        self._store = store
        self._keys = keys

    async def set_phase(self, rebuild: str, expected: str, phase: str, milliseconds: int) -> str:
        """Compare-and-set the phase of a rebuild, which lasts ``milliseconds``; returns the phase before.

        Changes nothing if that differs from ``expected``; "*" matches any phase. The phase of a rebuild of another name
        is "another", and never matches.
        """
        args: list[Argument] = [self._keys.prefix, rebuild, expected, phase, milliseconds]
        answer: bytes = await self._store.write(scripts.SET_PHASE, self._keys.declared, args)
        return answer.decode()

    async def numbers(self) -> NDArray[np.uint32]:
        """Local numbers, ascending, of all articles that exist throughout the scan."""
        cursor, parts = b"0", [b""]
        while True:
            cursor, part = await self._store.read(scripts.SCAN, self._keys.declared, [self._keys.prefix, cursor])
            parts.append(part)
            if cursor == b"0":
                return np.unique(np.frombuffer(b"".join(parts), "<u4"))

    async def pop_changes(self, rebuild: str, most: int) -> list[str] | None:
        """Remove and return up to ``most`` ids that were written since phase "logged" began.

        None if it began for another rebuild: that one needs them.
        """
        ids = await self._store.write(scripts.POP_CHANGES, self._keys.declared, [self._keys.prefix, rebuild, most])
        return None if ids is None else [article_id.decode() for article_id in ids]

    async def drop(self) -> None:
        """Remove all keys of the shard, in batches; an interrupted drop can be repeated."""
        numbers = await self.numbers()
        for first in range(0, len(numbers), DROP_BATCH):
            batch = numbers[first : first + DROP_BATCH].astype("<u4").tobytes()
            await self._store.write(scripts.DROP_RECORDS, self._keys.declared, [self._keys.prefix, batch])
        await self._store.write(scripts.DROP_SHARD, self._keys.declared, [self._keys.prefix])
