"""Each tenant's components in a running service: opened on first use, reopened when the tenant's record has changed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Generic, NamedTuple, TypeVar

from wirematch.composition.background import TenantFaults, in_background
from wirematch.composition.components import IndexComponents, courier_to, open_tenant
from wirematch.composition.from_settings import scheme_of
from wirematch.concurrency import SharedWork, end, together
from wirematch.errors import DamagedTenantError, IndexMismatchError, TenantGoneError, WirematchError
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.keys import Namespace
from wirematch.settings import Settings
from wirematch.state.tenant_records import Tenant, Tenants
from wirematch.webhooks.outbox import GivenUpTasks

FRESH_SECONDS = 2.0
"""How long the list of tenants is cached; the same as for keys (``access.gate``)."""
COURIER_SECONDS = 2.0
"""Seconds between two checks for tenants with a webhook."""

V = TypeVar("V")


async def unfit_tenants(store: Store, namespace: Namespace, settings: Settings) -> list[IndexMismatchError]:
    """Why indexes of tenants do not fit this program and its settings; IndexUnavailableError. Nothing is opened.

    ``namespace`` is that of the service; a service for one tenant has no others.
    """
    if namespace.tenant is not None:
        return []

    async def check(which: Namespace) -> list[IndexMismatchError]:
        try:
            with translated_errors():
                scheme = await scheme_of(store, which, settings)
                await FingerprintRecord(store, which).check(scheme, settings.shards)
        except IndexMismatchError as error:
            return [error]
        return []

    tenants = await Tenants(store, namespace).read()
    theirs = [namespace.of_tenant(name) for name, tenant in tenants.items() if tenant.deleted_at is None]
    return [error for found in await together(*map(check, theirs)) for error in found]


async def check_tenants(store: Store, namespace: Namespace, settings: Settings) -> None:
    """Raise IndexMismatchError if the index of a tenant does not fit, and IndexUnavailableError.

    A service that started all the same would answer this tenant's requests 503.
    """
    for error in await unfit_tenants(store, namespace, settings):
        raise error


class _Opened(NamedTuple, Generic[V]):
    tenant: Tenant
    components: IndexComponents
    view: V


class Tenancy(Generic[V]):
    """Finds the components of a tenant. Every coroutine raises IndexUnavailableError when Redis does not answer."""

    def __init__(
        self,
        own: IndexComponents,
        settings: Settings,
        view_of: Callable[[IndexComponents], V],
        given_up: GivenUpTasks,
    ) -> None:
        """Create it around ``own``, the components of requests without a tenant.

        Tenants share their connections, threads and caches. ``view_of`` turns a tenant's components into what its
        requests get; ``given_up`` is told of webhook tasks that are given up.
        """
        self._given_up = given_up
        self._view_of = view_of
        self._own = own
        self._settings = settings
        self._registry = Tenants(own.store, own.namespace)
        self._tenants: dict[str, Tenant] = {}
        self._read_at = float("-inf")
        self._opened: dict[str, _Opened[V]] = {}
        self._opening = SharedWork[str, _Opened[V]]()
        self._couriers: dict[str, tuple[Tenant, asyncio.Task[None]]] = {}
        self._sweeping = TenantFaults("sweeping")
        self._translating = TenantFaults("making missing translations")
        self._delivering = TenantFaults("delivering webhook messages")

    async def view(self, name: str) -> V:
        """Return what a tenant's requests get. Raises TenantGoneError if there is no such tenant, or no longer.

        DamagedTenantError if its record cannot be read.
        """
        return (await self._open(name)).view

    async def close(self) -> None:
        """End opening tenants."""
        await self._opening.close()

    async def _open(self, name: str) -> _Opened[V]:
        tenant = (await self._present()).get(name)
        if tenant is None:
            self._opened.pop(name, None)
            raise TenantGoneError(name)
        if tenant.damaged:
            raise DamagedTenantError(name)
        opened = self._opened.get(name)
        while opened is None or opened.tenant != tenant:  # it may have been changed since somebody began to open it
            opened = await self._opening.result(name, lambda: self._open_anew(name, tenant))
        return opened

    async def _open_anew(self, name: str, tenant: Tenant) -> _Opened[V]:
        components = await open_tenant(self._own, self._settings, tenant)
        opened = self._opened[name] = _Opened(tenant, components, self._view_of(components))
        return opened

    async def sweep(self, most: int) -> int:
        """Run ``Detector.sweep`` for every tenant, and for articles of no tenant; return how many were removed."""
        return await self._of_everybody(self._sweeping, lambda components: components.detector.sweep(most))

    async def catch_up(self) -> int:
        """Make missing translations, of every tenant and of no tenant; return how many articles there were."""
        if self._own.translating is None:
            return 0
        return await self._of_everybody(self._translating, lambda components: components.detector.catch_up())

    async def _of_everybody(self, faults: TenantFaults, work: Callable[[IndexComponents], Awaitable[int]]) -> int:
        """Run ``work`` for articles of no tenant, then for each tenant; return the sum of its results.

        Whoever it fails for does not keep it from the others. Where Redis does not answer, they are not waited for in
        turn: IndexUnavailableError, as soon as the list of tenants, which is read anew, is not had.
        """
        done = 0
        with faults.apart(self._own.namespace.tenant):
            done += await work(self._own)
        for name in list(await self._present()):
            if name not in await self._present():
                continue
            with faults.apart(name):
                done += await work((await self._open(name)).components)
        return done

    async def run_deliveries(self) -> None:
        """Deliver the webhook messages of all tenants, until cancelled."""
        try:
            while True:
                with contextlib.suppress(WirematchError):  # Redis may come back
                    await self._appoint_couriers()
                await asyncio.sleep(COURIER_SECONDS)
        finally:
            couriers, self._couriers = self._couriers, {}  # or nobody would deliver once this begins anew
            await end([courier for _, courier in couriers.values()])

    async def _appoint_couriers(self) -> None:
        tenants = {name: one for name, one in (await self._present()).items() if one.webhook_url is not None}
        outdated = [name for name, (tenant, _) in self._couriers.items() if tenants.get(name) != tenant]
        # One that swallowed its cancellation would go on telling a receiver that the tenant no longer has.
        await end([self._couriers.pop(name)[1] for name in outdated])
        for name in tenants.keys() - self._couriers.keys():
            with self._delivering.apart(name):
                components = (await self._open(name)).components
                tenant = tenants[name]
                url, secrets = str(tenant.webhook_url), tenant.webhook_secret or ""
                courier_of = courier_to(url, secrets, components, self._settings, self._given_up)
                if courier_of is not None:
                    self._couriers[name] = tenant, in_background("delivering for a tenant", courier_of.run)

    async def _present(self) -> dict[str, Tenant]:
        """Return the tenants that are not deleted, by name."""
        if time.monotonic() - self._read_at >= FRESH_SECONDS:
            begun = time.monotonic()
            tenants = await self._registry.read()
            self._tenants = {name: tenant for name, tenant in tenants.items() if tenant.deleted_at is None}
            self._read_at = begun
        return self._tenants
