"""Reading of a shard's records, by id or by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import ScriptKeys
from wirematch.index.protocol import Record
from wirematch.index.records import fetch as record_fetch
from wirematch.index.records.codec import decode_record
from wirematch.index.records.damage import DamageReport
from wirematch.kernels.index.replies import Values

ANSWER_BYTES = 1_048_576
"""Bytes of records after which a script that reads some ends: it holds the server for some two milliseconds then."""


class ShardRecords:
    """The records of one shard. Raises the errors of Store."""

    def __init__(self, store: Store, keys: ScriptKeys, number: Callable[[int], int]) -> None:
        """``number`` makes document numbers of the shard's local numbers."""
        self._store = store
        self._keys = keys
        self._number = number

    async def get(self, article_ids: Sequence[str]) -> list[Record | None]:
        """Return the record of each id, None if there is none. Raises DamagedRecordError."""
        rows = await self._get(article_ids)
        return [decode_record(self._number(row[0]), row[1]) if row else None for row in rows]

    async def get_readable(self, article_ids: Sequence[str], damage: DamageReport) -> list[Record]:
        """Return the readable records of these ids; damaged ones are reported to ``damage``."""
        return damage.readable((self._number(row[0]), row[1]) for row in await self._get(article_ids) if row)

    async def get_encoded(self, article_ids: Sequence[str]) -> list[bytes | None]:
        """Return the encoded record of each id; None where there is none."""
        return [row[1] if row else None for row in await self._get(article_ids)]

    async def _get(self, article_ids: Sequence[str]) -> list[Any]:
        """Return local number and record of each id; an empty list if there is none."""
        rows: list[Any] = []
        while len(rows) < len(article_ids):  # long records take several answers
            args: list[Argument] = [self._keys.prefix, ANSWER_BYTES, *article_ids[len(rows) :]]
            rows += await self._store.read(scripts.GET, self._keys.declared, args)
        return rows

    async def fetch(self, numbers: NDArray[np.uint64], limit: int, filters: bytes = b"") -> list[tuple[int, bytes]]:
        """Return number and bytes of the first ``limit`` documents that exist and pass ``filters``, in order."""
        wanted, found = numbers.astype("<u4"), list[tuple[int, bytes]]()
        while len(wanted) and len(found) < limit:  # long records take several answers
            args: list[Argument] = [self._keys.prefix, limit - len(found), filters, wanted.tobytes(), ANSWER_BYTES]
            looked_at, local, *records = await self._store.read(scripts.FETCH, self._keys.declared, args)
            found += zip(map(self._number, np.frombuffer(local, "<u4").tolist()), records, strict=True)
            wanted = wanted[looked_at:]
        return found

    async def read(self, numbers: NDArray[np.uint32]) -> tuple[int, Values]:
        """Return the server's time (ms since 1970) and the bytes of each record, expired or not; None if deleted."""
        commands = record_fetch.commands(self._keys, numbers.tobytes())
        most = record_fetch.values_of(len(numbers))
        return record_fetch.answered(await self._store.read_values(self._keys.declared[0], commands, most))

    async def ends(self, numbers: NDArray[np.uint32]) -> Values:
        """Return the last bytes of each record (``fetch.END_BYTES``); empty if deleted."""
        commands = record_fetch.commands_for_ends(self._keys, numbers.tobytes())
        return await self._store.read_values(self._keys.declared[0], commands, len(commands))
