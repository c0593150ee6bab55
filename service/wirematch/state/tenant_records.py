"""The tenants of a service: records by name, in one Redis hash beside the index.

A tenant's articles, clusters, judgements and webhooks have keys of their own (``Namespace.of_tenant``). The record of a
deleted tenant stays, so that no later tenant gets its name, and with it what caches still hold.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    PositiveInt,
    StringConstraints,
    ValidationError,
)

from wirematch.errors import DamagedTenantError, InvalidSettingError, TenantGoneError
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
    """Maximum number of stored articles; None for no limit."""
    webhook_url: HttpUrl | None = None
    """Where messages about pickups of its stories are sent; None sends none."""
    webhook_secret: str | None = None
    webhook_sources: frozenset[str] | None = None
    """Sources whose stories are watched; None watches all."""
    damaged: bool = Field(default=False, exclude=True)
    """Whether what is stored cannot be read, and this only stands for it."""


class Tenants:
    """The tenants of a service. Every method raises IndexUnavailableError when Redis does not answer.

    A damaged record stops nothing for other tenants, and is replaced by ``change`` or ``end``.
    """

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._records = RecordHash(store, namespace.tenants)

    async def read(self) -> dict[str, Tenant]:
        """Return all tenants by name, deleted ones included."""
        return {found.name: found for found, _ in await self._read()}

    async def find(self, name: str) -> Tenant:
        """Return a tenant. Raises InvalidSettingError if there is none of this name, or it was deleted."""
        return (await self._find(name))[0]

    async def check(self, name: str) -> None:
        """Raises TenantGoneError if there is no tenant of this name, or it was deleted; DamagedTenantError."""
        tenant = (await self.read()).get(name)
        if tenant is None or tenant.deleted_at is not None:
            raise TenantGoneError(name)
        if tenant.damaged:
            raise DamagedTenantError(name)

    async def create(self, tenant: Tenant) -> None:
        """Add a tenant. Raises InvalidSettingError if the name is or ever was in use."""
        if await self._records.swap(tenant.name, b"", tenant.model_dump_json()):
            return
        there = (await self.read())[tenant.name]
        if there.deleted_at is not None:
            raise InvalidSettingError(f"A tenant {tenant.name!r} was deleted; its name is not given again.")
        raise InvalidSettingError(f"There is a tenant {tenant.name!r} already.")

    async def note(self, name: str) -> None:
        """Add an empty tenant unless it exists. Raises InvalidSettingError if it was deleted."""
        there = (await self.read()).get(name)
        if there is None or there.deleted_at is not None:
            await self.create(Tenant(name=name, created_at=datetime.now(UTC)))

    async def change(self, name: str, change: Callable[[Tenant], Tenant]) -> Tenant:
        """Replace a tenant's record by what ``change`` makes of it. Raises InvalidSettingError if there is none."""
        there, raw = await self._find(name)
        changed = change(there).model_copy(update={"damaged": False})
        await self._swap(changed, raw)
        return changed

    async def _swap(self, tenant: Tenant, raw: bytes) -> None:
        if not await self._records.swap(tenant.name, raw, tenant.model_dump_json()):
            raise InvalidSettingError(f"The tenant {tenant.name!r} was changed meanwhile; look at it again.")

    async def end(self, name: str, now: datetime) -> None:
        """Mark a tenant as deleted, keeping only its name; does nothing if it already is."""
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
        read = [(_tenant_of(name, raw), raw) for name, raw in await self._records.read()]
        return [(tenant, raw) for tenant, raw in read if tenant is not None]


def _tenant_of(name: str, raw: bytes) -> Tenant | None:
    """Read a record; None if no tenant can have this name."""
    with contextlib.suppress(ValidationError):
        tenant = Tenant.model_validate_json(raw)
        if tenant.name == name and not tenant.damaged:
            return tenant
    with contextlib.suppress(ValidationError):
        return Tenant(name=name, created_at=datetime.fromtimestamp(0, UTC), damaged=True)
    return None
