"""A shard as a whole: what it holds, to be copied or dropped, and the phases of a rebuild that copies it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Argument, Store
from wirematch.index.keys import ScriptKeys

DROP_BATCH = 2_000
"""Keys that one script removes."""


class ShardCopying:
    """Of one shard. Errors are those of Store."""

    def __init__(self, store: Store, keys: ScriptKeys) -> None:
        self._store = store
        self._keys = keys

    async def set_phase(self, expected: str, phase: str, milliseconds: int) -> str:
        """A compare-and-set of the phase of a rebuild, which lasts ``milliseconds``; the phase before.

        Nothing is done when that is another than ``expected``; "*" expects any.
        """
        args: list[Argument] = [self._keys.prefix, expected, phase, milliseconds]
        answer: bytes = await self._store.write(scripts.SET_PHASE, self._keys.declared, args)
        return answer.decode()

    async def numbers(self) -> NDArray[np.uint32]:
        """Local numbers, ascending, of all articles that exist during the whole scan."""
        cursor, parts = b"0", [b""]
        while True:
            cursor, part = await self._store.read(scripts.SCAN, self._keys.declared, [self._keys.prefix, cursor])
            parts.append(part)
            if cursor == b"0":
                return np.unique(np.frombuffer(b"".join(parts), "<u4"))

    async def pop_changes(self, most: int) -> list[str]:
        """Remove up to ``most`` ids from the list of those that were written since phase "logged" began."""
        ids = await self._store.write(scripts.POP_CHANGES, self._keys.declared, [self._keys.prefix, most])
        return [article_id.decode() for article_id in ids]

    async def get_encoded(self, article_ids: Sequence[str]) -> list[bytes | None]:
        """The bytes of the record of each id, None where there is none."""
        rows = await self._store.read(scripts.GET, self._keys.declared, [self._keys.prefix, *article_ids])
        return [row[1] if row else None for row in rows]

    async def drop(self) -> None:
        """Remove all keys of the shard, in batches; a drop that was interrupted can be repeated."""
        numbers = await self.numbers()
        for first in range(0, len(numbers), DROP_BATCH):
            batch = numbers[first : first + DROP_BATCH].astype("<u4").tobytes()
            await self._store.write(scripts.DROP_RECORDS, self._keys.declared, [self._keys.prefix, batch])
        await self._store.write(scripts.DROP_SHARD, self._keys.declared, [self._keys.prefix])
