"""The tenants of a service, in one hash beside its index: records by their names.

A tenant's articles, clusters, judgements and webhooks live under names of their own (``Namespace.of_tenant``). The
record of a deleted tenant stays, so that no later tenant takes its name, and with it what caches still hold.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, HttpUrl, PositiveInt, StringConstraints

from wirematch.errors import InvalidSettingError
from wirematch.index.connections.connection import Store
from wirematch.index.keys import NAME, Namespace
from wirematch.state.record_hash import RecordHash

TenantName = Annotated[str, StringConstraints(pattern=NAME)]


class Tenant(BaseModel):
    """What is stored of a tenant."""

    model_config = ConfigDict(frozen=True)

    name: TenantName
    created_at: AwareDatetime
    deleted_at: AwareDatetime | None = None
    most_articles: PositiveInt | None = None
    """Articles that may be stored; None for any number."""
    webhook_url: HttpUrl | None = None
    """Where messages about pickups of its stories go; None where none are sent."""
    webhook_secret: str | None = None
    webhook_sources: frozenset[str] | None = None
    """Sources whose stories are watched; None for all."""


class Tenants:
    """Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._records = RecordHash(store, namespace.tenants)

    async def read(self) -> dict[str, Tenant]:
        """All by name, deleted ones included."""
        return {found.name: found for found, _ in await self._read()}

    async def find(self, name: str) -> Tenant:
        """The tenant of a name; InvalidSettingError when there is none, or none any more."""
        return (await self._find(name))[0]

    async def create(self, tenant: Tenant) -> None:
        """Add a tenant; InvalidSettingError when its name is taken, or was."""
        if await self._records.swap(tenant.name, b"", tenant.model_dump_json()):
            return
        there = (await self.read())[tenant.name]
        if there.deleted_at is not None:
            raise InvalidSettingError(f"A tenant {tenant.name!r} was deleted; its name is not given again.")
        raise InvalidSettingError(f"There is a tenant {tenant.name!r} already.")

    async def note(self, name: str) -> None:
        """Add a tenant that has nothing of its own yet, unless it is there; InvalidSettingError when it was deleted."""
        there = (await self.read()).get(name)
        if there is None or there.deleted_at is not None:
            await self.create(Tenant(name=name, created_at=datetime.now(UTC)))

    async def change(self, name: str, change: Callable[[Tenant], Tenant]) -> Tenant:
        """Write and tell what ``change`` makes of a tenant; InvalidSettingError when there is none of that name."""
        there, raw = await self._find(name)
        changed = change(there)
        await self._swap(changed, raw)
        return changed

    async def _swap(self, tenant: Tenant, raw: bytes) -> None:
        if not await self._records.swap(tenant.name, raw, tenant.model_dump_json()):
            raise InvalidSettingError(f"The tenant {tenant.name!r} was changed by somebody else meanwhile; look again.")

    async def end(self, name: str, now: datetime) -> None:
        """Delete a tenant, of which only the name stays; nothing where that was done before."""
        for tenant, raw in await self._read():
            if tenant.name == name and tenant.deleted_at is None:
                gone = Tenant(name=name, created_at=tenant.created_at, deleted_at=now)
                await self._swap(gone, raw)

    async def _find(self, name: str) -> tuple[Tenant, bytes]:
        for tenant, raw in await self._read():
            if tenant.name == name and tenant.deleted_at is None:
                return tenant, raw
        raise InvalidSettingError(f"There is no tenant {name!r}; 'wirematch tenants list' shows them.")

    async def _read(self) -> list[tuple[Tenant, bytes]]:
        return [(Tenant.model_validate_json(raw), raw) for raw in await self._records.read()]
