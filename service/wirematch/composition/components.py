"""All components that work on one index, and those of each tenant's index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from wirematch.composition.from_settings import (
    make_comparer,
    make_index,
    make_store,
    namespace_of,
    scheme_of,
)
from wirematch.composition.translating import open_translating, open_translations
from wirematch.detection.cache import DetectorCaches
from wirematch.detection.dependencies import OwnDependencies, SharedDependencies
from wirematch.detection.detector import Detector
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.storing.listener import NoListener
from wirematch.detection.telemetry import NoTelemetry, Telemetry
from wirematch.detection.translations.kept_translations import Translations
from wirematch.detection.translations.translating import Translating
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.connections.connection import Store
from wirematch.index.connections.observer import StoreObserver
from wirematch.index.keys import Namespace
from wirematch.index.quota import QuotaIndex
from wirematch.settings import Settings
from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles
from wirematch.state.clusters import ArticleClusters
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.erasure import Erasure
from wirematch.state.idempotency import IdempotencyKeys
from wirematch.state.judgements import Judgements
from wirematch.state.pickup_log import PickupLog
from wirematch.state.tenant_records import Tenant, Tenants
from wirematch.state.withdrawals import Kills
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.listener import PickupListener
from wirematch.webhooks.outbox import GivenUpTasks, Outbox
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets


@dataclass(frozen=True, slots=True)
class IndexComponents:
    """The components that work on one index and share one store."""

    detector: Detector
    kills: Kills
    idempotency_keys: IdempotencyKeys
    checked: CheckedArticles
    catalogue: Catalogue
    judgements: Judgements
    pickup_log: PickupLog
    earlier_versions: EarlierVersions
    listener: PickupListener | None
    """None where no webhook is configured."""
    store: Store
    """Connections for the state kept beside the index."""
    scheme: FingerprintScheme
    namespace: Namespace

    @property
    def translating(self) -> Translating | None:
        """The translation engines; None where nothing is translated."""
        translations = self.detector.translations
        return None if translations is None else translations.translating


@asynccontextmanager
async def open_components(
    redis_url: str, settings: Settings, telemetry: Telemetry | None = None, observer: StoreObserver | None = None
) -> AsyncIterator[IndexComponents]:
    """Open all components on the index that ``settings`` name.

    Raises IndexUnavailableError and IndexMismatchError; InvalidSettingError if ``settings`` name a tenant that does not
    exist, as nobody would ever be shown what is stored for it.
    """
    namespace = namespace_of(settings)
    store = make_store(redis_url, settings, observer)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        if settings.tenant is not None:
            await Tenants(store, namespace).find(settings.tenant)
        scheme = await scheme_of(store, namespace, settings)
        index = make_index(store, namespace, settings, scheme)
        executor = BoundedExecutor(settings.cpu_threads, settings.max_waiting, settings.max_wait)
        stack.callback(executor.close)
        listener = None
        if settings.webhook_url is not None:
            outbox = Outbox(make_store(redis_url, settings), namespace)
            stack.push_async_callback(outbox.close)
            listener = PickupListener(outbox, settings.webhook_sources)
        await index.open()
        translating = await open_translating(settings, executor, telemetry)
        if translating is not None:
            stack.push_async_callback(translating.close)
        limits = _limits(settings)
        caches = DetectorCaches(limits)
        index.store.histories.when_another(caches.forget)
        shared = SharedDependencies(make_comparer(settings), executor, limits, caches, telemetry or NoTelemetry())
        components = await _assemble(
            index, scheme, listener, settings, translating, caches, lambda own: Detector(own, shared)
        )
        stack.push_async_callback(components.detector.afterwards.finish)
        yield components


def _limits(settings: Settings) -> DetectorLimits:
    return DetectorLimits(
        compare_limit=settings.compare_limit,
        excerpt_limit=settings.excerpt_limit,
        compare_bytes=settings.compare_bytes,
        pickup_limit=settings.pickup_limit,
        prepared_cache=settings.profile_cache,
        fingerprint_cache=settings.fingerprint_cache,
        cache_bytes=settings.cache_mb << 20,
        texts=settings.store_text,
    )


async def open_tenant(shared: IndexComponents, settings: Settings, tenant: Tenant) -> IndexComponents:
    """Open a tenant's components on the connections, threads and caches of ``shared``. Raises IndexUnavailableError."""
    namespace = shared.namespace.of_tenant(tenant.name)
    scheme = await scheme_of(shared.store, namespace, settings)
    index = make_index(shared.store, namespace, settings, scheme)
    index.most_articles = tenant.most_articles
    await index.open()
    listener = None
    if tenant.webhook_url is not None:
        listener = PickupListener(Outbox(shared.store, namespace), tenant.webhook_sources)
    caches = shared.detector.caches
    return await _assemble(index, scheme, listener, settings, shared.translating, caches, shared.detector.on)


async def _assemble(  # noqa: PLR0913 - all that differs between an index and a tenant's
    index: QuotaIndex,
    scheme: FingerprintScheme,
    listener: PickupListener | None,
    settings: Settings,
    translating: Translating | None,
    caches: DetectorCaches,
    detector_on: Callable[[OwnDependencies], Detector],
) -> IndexComponents:
    """Make the components of an index that is open."""
    store, namespace = index.store, index.namespace
    requests = IdempotencyKeys(store, namespace, settings.idempotency_window)
    kept = settings.versions_kept if settings.store_text else 0
    earlier = EarlierVersions(store, namespace, kept, settings.versions_window)
    own = OwnDependencies(
        index,
        namespace,
        ArticleClusters(store, namespace),
        scheme,
        listener or NoListener(),
        Erasure(store, namespace, requests, earlier),
        await _translations(translating, index, settings, scheme, caches),
    )
    return IndexComponents(
        detector_on(own),
        Kills(store, namespace, settings.kill_window),
        requests,
        CheckedArticles(store, namespace, settings.check_window),
        Catalogue(store, namespace),
        Judgements(store, namespace, texts=settings.store_text),
        PickupLog(store, namespace),
        earlier,
        listener,
        store,
        scheme,
        namespace,
    )


async def _translations(
    translating: Translating | None,
    articles: QuotaIndex,
    settings: Settings,
    scheme: FingerprintScheme,
    caches: DetectorCaches,
) -> Translations | None:
    """Open the translations of ``articles``, an index that is open. Those removed are dropped from ``caches``, too."""
    if translating is None:
        return None
    namespace = articles.namespace
    index = make_index(articles.store, namespace.translations, settings, scheme, shards=articles.shards)
    drop_cached = partial(caches.drop, namespace.translations)
    return await open_translations(translating, articles, index, scheme, drop_cached)


@asynccontextmanager
async def open_detector(redis_url: str, settings: Settings) -> AsyncIterator[Detector]:
    """Open all components and yield only the detector."""
    async with open_components(redis_url, settings) as components:
        yield components.detector


def make_courier(components: IndexComponents, settings: Settings, given_up: GivenUpTasks) -> Courier | None:
    """Return the courier of the configured webhook; None where none is configured."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    secrets = settings.webhook_secret.get_secret_value()
    return courier_to(str(settings.webhook_url), secrets, components, settings, given_up)


def courier_to(
    url: str, secrets: str, components: IndexComponents, settings: Settings, given_up: GivenUpTasks
) -> Courier | None:
    """Return a courier that sends the components' outbox to ``url``, signed with ``secrets``; None without one."""
    if components.listener is None:
        return None
    receiver = Receiver(
        url,
        read_secrets(secrets),
        settings.webhook_timeout,
        settings.webhook_give_up_hours * 3600,
        settings.webhook_private,
    )
    return Courier(components.detector, components.listener, receiver, given_up)
