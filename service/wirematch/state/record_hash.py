"""A Redis hash of small records that are read together and changed one at a time: keys, and tenants."""

from __future__ import annotations

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.state import scripts


class RecordHash:
    """Encoded records by name. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self._keys = [key]

    async def read(self) -> list[tuple[str, bytes]]:
        """Return all records with their names."""
        with translated_errors():
            flat: list[bytes] = await self._store.read(scripts.READ_RECORDS, self._keys)
        names = [name.decode("utf-8", "replace") for name in flat[::2]]
        return list(zip(names, flat[1::2], strict=True))

    async def swap(self, name: str, before: bytes, after: str) -> bool:
        """Compare and set: write a record if it still is ``before`` (empty for none); return whether it did."""
        args: list[Argument] = [name, before, after]
        with translated_errors():
            return bool(await self._store.write(scripts.SWAP_RECORD, self._keys, args))
