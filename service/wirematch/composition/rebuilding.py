"""Rebuild an index, or have all articles translated anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence

from wirematch.composition.background import TenantFaults
from wirematch.composition.components import IndexComponents
from wirematch.composition.from_settings import (
    make_index,
    make_signer,
    make_store,
    namespace_of,
    owner_check,
    scheme_of,
)
from wirematch.composition.translating import expect_all, open_translating
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import IndexUnavailableError, RebuildError, TenantGoneError, WirematchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import is_of_all, translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.rebuilding.rebuild import Rebuild
from wirematch.settings import Settings
from wirematch.state.tenant_records import Tenants

CLEAR_SECONDS = 60.0
"""Pause between two looks for what interrupted rebuilds left; longer than a rebuild waits with removing."""
log = logging.getLogger(__name__)


async def rebuild(  # noqa: PLR0913 - what may be asked of it
    redis_url: str,
    settings: Settings,
    shards: int | None,
    progress: Callable[[int, int], None],
    sampling: Sampling | None = None,
    on_switched: Callable[[float], None] = lambda _: None,
    on_faulty: Callable[[str, Exception], None] | None = None,
) -> dict[str | None, Generation]:
    """Rebuild the index that ``settings`` name, and those of all tenants unless it is one of a tenant.

    Those of translations, where they exist, are rebuilt as well. Returns the live generation of each tenant, and of
    none; tenants that are deleted meanwhile are left out. ``sampling`` None keeps the present way of signing.
    ``on_switched`` is as in Rebuild. Raises RebuildError and IndexUnavailableError. ``on_faulty`` is called in place of
    that, and of any other error, with a tenant whose index alone cannot be rebuilt; the others are.
    """
    store = make_store(redis_url, settings)

    async def rebuild_one(namespace: Namespace) -> Generation:
        known = await scheme_of(store, namespace, settings)
        scheme = known if sampling is None else FingerprintScheme(sampling)

        async def run(which: Namespace) -> Generation:
            signer, cap = make_signer(scheme), settings.bucket_cap
            return await Rebuild(
                store, which, scheme, cap, signer, shards=shards, progress=progress, on_switched=on_switched
            ).run()

        live = await run(namespace)
        if await _exists(store, namespace.translations):
            await run(namespace.translations)
        return live

    rebuilt: dict[str | None, Generation] = {}
    try:
        for namespace in await everybody(store, namespace_of(settings)):
            async with _unless_deleted(store, namespace, settings):
                try:
                    rebuilt[namespace.tenant] = await rebuild_one(namespace)
                except Exception as error:
                    tenant = namespace.tenant
                    if on_faulty is None or tenant is None or tenant == settings.tenant or is_of_all(error):
                        raise
                    if await _is_gone(store, namespace):
                        raise
                    on_faulty(tenant, error)
        return rebuilt
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def _unless_deleted(store: Store, namespace: Namespace, settings: Settings) -> AsyncIterator[None]:
    """Suppress what fails because the tenant was deleted meanwhile, unless ``settings`` name it: the others go on."""
    try:
        yield
    except WirematchError:
        if namespace.tenant == settings.tenant or not await _is_gone(store, namespace):
            raise


async def _is_gone(store: Store, namespace: Namespace) -> bool:
    try:
        await owner_check(store, namespace)()
    except TenantGoneError:
        return True
    return False


async def everybody(store: Store, namespace: Namespace) -> list[Namespace]:
    """Return the namespaces that a command for ``namespace`` works on: a tenant's, or all.

    The service's own comes last: a new release starts once it fits, and answers tenants from then on.
    """
    if namespace.tenant is not None:
        return [namespace]
    there = [one for one in await _of_tenants(store, namespace) if await _may_exist(store, one)]
    return [*there, namespace] if not there or await _exists(store, namespace) else there


async def _may_exist(store: Store, namespace: Namespace) -> bool:
    """Whether there is an index, or what should be its record cannot be read."""
    try:
        return await _exists(store, namespace)
    except IndexUnavailableError as error:
        if is_of_all(error):
            raise
        return True


async def _of_tenants(store: Store, namespace: Namespace) -> list[Namespace]:
    tenants = await Tenants(store, namespace).read()
    return [namespace.of_tenant(name) for name, tenant in tenants.items() if tenant.deleted_at is None]


async def run_clearing(components: IndexComponents, settings: Settings) -> None:
    """Remove what interrupted rebuilds left, of every tenant and of none, until cancelled.

    It holds texts of articles that have been deleted since, and twice the memory. What a rebuild is about to remove by
    itself is left to it: only what is there for a whole pause is removed.
    """
    seen: dict[str, list[Generation]] = {}
    faults = TenantFaults("looking for what interrupted rebuilds left")
    while True:
        await asyncio.sleep(CLEAR_SECONDS)
        try:
            seen = await clear_remains(components.store, components.namespace, settings, seen, faults)
        except WirematchError as error:
            log.warning("leftovers of interrupted rebuilds could not be searched: %s", error)


async def clear_remains(
    store: Store,
    namespace: Namespace,
    settings: Settings,
    seen: Mapping[str, Sequence[Generation]],
    faults: TenantFaults,
) -> dict[str, list[Generation]]:
    """Remove the generations in ``seen`` that are still there, unless a rebuild is running; return what there was.

    Whose index cannot be looked at is told to ``faults``.
    """
    found: dict[str, list[Generation]] = {}
    theirs = [] if namespace.tenant is not None else await _of_tenants(store, namespace)
    for articles in (*theirs, namespace):
        with faults.apart(articles.tenant):
            for which in (articles, articles.translations):
                scheme = await scheme_of(store, which, settings)
                rebuild_ = Rebuild(store, which, scheme, settings.bucket_cap, make_signer(scheme))
                found[which.root] = await rebuild_.remains()
                if found[which.root] and found[which.root] == seen.get(which.root):
                    with contextlib.suppress(RebuildError):  # one is running
                        await rebuild_.clear()
                        log.info("removed leftovers of an interrupted rebuild of %s", which.root)
    return found


async def _exists(store: Store, namespace: Namespace) -> bool:
    with translated_errors():
        record, _ = await FingerprintRecord(store, namespace).read()
    return bool(record)


async def retranslate(redis_url: str, settings: Settings, leave: Collection[str] = ()) -> int:
    """Mark all articles that need a translation, of the same tenants as ``rebuild``; return how many there are.

    Those of the tenants in ``leave`` are left as they are. Returns 0 where translation is off. Raises
    IndexUnavailableError and IndexMismatchError.
    """
    executor = BoundedExecutor(settings.cpu_threads, settings.max_waiting, settings.max_wait)
    store = make_store(redis_url, settings)
    translating = await open_translating(settings, executor)
    try:
        if translating is None:
            return 0
        untranslated = 0
        for namespace in await everybody(store, namespace_of(settings)):
            if namespace.tenant in leave:
                continue
            async with _unless_deleted(store, namespace, settings):
                scheme = await scheme_of(store, namespace, settings)
                articles = make_index(store, namespace, settings, scheme)
                await articles.open()
                index = make_index(store, namespace.translations, settings, scheme, shards=articles.shards)
                untranslated += await expect_all(translating, articles, index)
        return untranslated
    finally:
        if translating is not None:
            await translating.close()
        executor.close()
        await store.close()
