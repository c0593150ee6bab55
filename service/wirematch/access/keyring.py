"""All keys of an index: records by key id, in one Redis hash.

Records of expired and revoked keys stay, so an index that ever had a key never becomes open again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from wirematch.access.key import NO_RATES, KeyRecord, Rates, Scope
from wirematch.errors import InvalidSettingError
from wirematch.index.connections.connection import Store
from wirematch.index.keys import Namespace
from wirematch.state.record_hash import RecordHash

KeyRecords = dict[str, KeyRecord]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, with its token, which is shown only once."""

    record: KeyRecord
    token: str


class Keyring:
    """The keys of an index. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._records = RecordHash(store, namespace.access_keys)

    async def records(self) -> KeyRecords:
        """Return all records by id, including those of expired and revoked keys."""
        return {found.id: found for found, _ in await self._read()}

    async def create(
        self,
        name: str,
        scopes: Collection[Scope],
        *,
        tenant: str | None = None,
        expires_at: datetime | None = None,
        rates: Rates = NO_RATES,
    ) -> NewKey:
        """Create a key. Raises InvalidSettingError if a valid key has this name, or ``expires_at`` has passed."""
        now = _now()
        if any(record.name == name and record.valid(now) for record in (await self.records()).values()):
            raise InvalidSettingError(f"A key {name!r} is in use; rotate or revoke it, or choose another name.")
        if expires_at is not None and expires_at <= now:
            raise InvalidSettingError(f"A key that expires at {expires_at.isoformat()} has done so already.")
        return await self._add(name, scopes, tenant, expires_at, rates)

    async def rotate(self, key: str, grace: timedelta) -> NewKey:
        """Replace a key, given by name or id, by a new one; the old one stays valid for ``grace``."""
        record, raw = max(await self._find(key), key=lambda found: found[0].created_at)
        rates = Rates(record.requests_per_second, record.bytes_per_second)
        made = await self._add(record.name, record.scopes, record.tenant, record.expires_at, rates)
        end = _now() + grace
        if record.expires_at is None or record.expires_at > end:
            await self._change(record.model_copy(update={"expires_at": end}), raw)
        return made

    async def revoke(self, key: str) -> list[KeyRecord]:
        """Revoke all keys of a name, or one by its id, at once."""
        return await self._revoke(await self._find(key))

    async def revoke_tenant(self, tenant: str) -> list[KeyRecord]:
        """Revoke all keys of a tenant at once."""
        return await self._revoke([found for found in await self._valid() if found[0].tenant == tenant])

    async def _revoke(self, found: list[tuple[KeyRecord, bytes]]) -> list[KeyRecord]:
        now = _now()
        for record, raw in found:
            await self._change(record.model_copy(update={"revoked_at": now}), raw)
        return [record for record, _ in found]

    async def _find(self, key: str) -> list[tuple[KeyRecord, bytes]]:
        """Return the valid keys of this name or id, each with its encoded record; there is at least one."""
        found = [(record, raw) for record, raw in await self._valid() if _is(record, key)]
        if not found:
            raise InvalidSettingError(f"No key {key!r} is in use; 'wirematch keys list' shows them.")
        return found

    async def _valid(self) -> list[tuple[KeyRecord, bytes]]:
        now = _now()
        return [(record, raw) for record, raw in await self._read() if record.valid(now)]

    async def _add(
        self, name: str, scopes: Collection[Scope], tenant: str | None, expires_at: datetime | None, rates: Rates
    ) -> NewKey:
        while True:  # until the id is unused
            record, token = KeyRecord.make(name, scopes, _now(), tenant=tenant, expires_at=expires_at, rates=rates)
            if await self._swap(record, b""):
                return NewKey(record, token)

    async def _change(self, record: KeyRecord, before: bytes) -> None:
        if not await self._swap(record, before):
            raise InvalidSettingError(f"The key {record.name!r} was changed meanwhile; look at it again.")

    async def _swap(self, record: KeyRecord, before: bytes) -> bool:
        return await self._records.swap(record.id, before, record.model_dump_json())

    async def _read(self) -> list[tuple[KeyRecord, bytes]]:
        return [(_record_of(key_id, raw), raw) for key_id, raw in await self._records.read()]


def _record_of(key_id: str, raw: bytes) -> KeyRecord:
    """Read a record. One that is damaged opens nothing, but counts: an index without keys is open."""
    with contextlib.suppress(ValidationError):
        record = KeyRecord.model_validate_json(raw)
        if record.id == key_id:
            return record
    never = datetime.fromtimestamp(0, UTC)
    return KeyRecord(
        id=key_id, name="damaged", scopes=frozenset(), created_at=never, expires_at=never, salt="", hash=""
    )


def _is(record: KeyRecord, key: str) -> bool:
    """Whether ``key`` is this key's name, its id, or the token prefix shown in lists."""
    return key in (record.name, record.id, record.shown, record.shown.removesuffix("_…"))


def _now() -> datetime:
    return datetime.now(UTC)
