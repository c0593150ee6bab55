"""Put the parts together: from settings to a detector that is ready to work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import ValidationError

from wirematch.compose_translations import expect_all, open_translating, open_translations
from wirematch.detection.detector import Detector
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.telemetry import Telemetry
from wirematch.detection.translating import Translating
from wirematch.detection.translations import Translations
from wirematch.errors import InvalidSettingError
from wirematch.fingerprint.imprinting import sign_article
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.sampling import Sampling
from wirematch.formats.reading import Reading, Zones
from wirematch.index.connection import Store, StoreObserver, connect
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Signer
from wirematch.index.quota import QuotaIndex
from wirematch.index.rebuild import Rebuild
from wirematch.index.redis_errors import translated_errors
from wirematch.index.retention import Retention
from wirematch.matching.compare import Comparer
from wirematch.matching.resources import comparer_with
from wirematch.matching.tuned import Tuning
from wirematch.settings import Settings
from wirematch.state.catalogue import Catalogue, RedisCatalogue
from wirematch.state.checks import CheckedArticles, RedisCheckedArticles
from wirematch.state.clusters import RedisArticleClusters
from wirematch.state.earlier_versions import EarlierVersions, RedisEarlierVersions
from wirematch.state.erasure import RedisErasure
from wirematch.state.idempotency import IdempotencyKeys, RedisIdempotencyKeys
from wirematch.state.judgements import Judgements, RedisJudgements
from wirematch.state.pickup_log import PickupLog, RedisPickupLog
from wirematch.state.tenants import Tenant
from wirematch.state.withdrawals import Kills, RedisKills
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.listener import PickupListener
from wirematch.webhooks.outbox import Outbox
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets


def make_store(redis_url: str, settings: Settings, observer: StoreObserver | None = None) -> Store:
    """Connections to Redis with the limits in ``settings``; ``observer`` is told what they do."""
    return Store(
        connect(redis_url, settings.redis_timeout),
        settings.redis_timeout,
        replicas=settings.wait_replicas,
        replicas_timeout=settings.wait_timeout,
        observer=observer,
        durability=settings.durability,
    )


def namespace_of(settings: Settings) -> Namespace:
    """Where all keys of this service come from; the one place that makes it."""
    return Namespace(settings.index, settings.tenant)


def make_reading(settings: Settings, *, strict: bool = False) -> Reading:
    """How documents are read where ``settings`` hold."""
    by_format = {str(format_): zone for format_, zone in (settings.zone_by_format or {}).items()}
    return Reading(Zones(settings.zone_by_source or {}, by_format), strict=strict)


def make_comparer(settings: Settings) -> Comparer:
    """What decides on pairs where ``settings`` hold; InvalidSettingError for a tuning that cannot be used."""
    file, tuning = settings.tuning_file, None
    try:
        if file is not None:
            tuning = Tuning.model_validate_json(file.read_bytes())
        return comparer_with(settings.source_names, tuning, settings.threshold)
    except (OSError, ValueError) as error:
        said = (
            "it is no tuning" if isinstance(error, ValidationError) else getattr(error, "strerror", None) or str(error)
        )
        raise InvalidSettingError(f"The file in WIREMATCH_TUNING_FILE cannot be used: {said}.") from error


async def scheme_of(store: Store, namespace: Namespace, settings: Settings) -> FingerprintScheme:
    """How the articles of an index are signed, or will be where there is none yet; IndexUnavailableError."""
    with translated_errors():
        record, _ = await FingerprintRecord(store, namespace).read()
    sampling = record.get("scheme", settings.sampling)
    return FingerprintScheme(sampling if sampling in set(Sampling) else settings.sampling)


def make_signer(scheme: FingerprintScheme) -> Signer:
    """Signs a stored article as it was signed when it was stored."""
    return lambda article: sign_article(article, scheme)


def make_index(
    store: Store, namespace: Namespace, settings: Settings, scheme: FingerprintScheme, *, shards: int | None = None
) -> QuotaIndex:
    """An index, not opened yet, which takes any number of articles; ``shards`` where not the settings say."""
    return QuotaIndex(
        store,
        namespace,
        scheme,
        settings.bucket_cap,
        make_signer(scheme),
        shards=shards or settings.shards,
        retention=Retention(settings.retention, settings.retention_by_source or {}),
    )


async def rebuild(
    redis_url: str,
    settings: Settings,
    shards: int | None,
    progress: Callable[[int, int], None],
    sampling: Sampling | None = None,
) -> Generation:
    """Rebuild the index that ``settings`` name, signed as it is or anew; RebuildError, IndexUnavailableError.

    Where it has translations, their index is rebuilt in the same way.
    """
    store = make_store(redis_url, settings)
    namespace = namespace_of(settings)
    try:
        known = await scheme_of(store, namespace, settings)
        scheme = known if sampling is None else FingerprintScheme(sampling)

        async def run(which: Namespace) -> Generation:
            signer, cap = make_signer(scheme), settings.bucket_cap
            return await Rebuild(store, which, scheme, cap, signer, shards=shards, progress=progress).run()

        live = await run(namespace)
        with translated_errors():
            translations, _ = await FingerprintRecord(store, namespace.translations).read()
        if translations:
            await run(namespace.translations)
        return live
    finally:
        await store.close()


async def retranslate(redis_url: str, settings: Settings) -> int:
    """Have all stored articles translated anew by the services that run; how many there are.

    0 where nothing is to be translated. IndexUnavailableError, IndexMismatchError.
    """
    executor = BoundedExecutor(settings.cpu_threads, settings.max_waiting, settings.max_wait)
    store, namespace = make_store(redis_url, settings), namespace_of(settings)
    translating = await open_translating(settings, executor)
    try:
        if translating is None:
            return 0
        scheme = await scheme_of(store, namespace, settings)
        articles = make_index(store, namespace, settings, scheme)
        await articles.open()
        index = make_index(store, namespace.translations, settings, scheme, shards=articles.shards)
        return await expect_all(translating, articles, index)
    finally:
        if translating is not None:
            await translating.close()
        executor.close()
        await store.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """What shares one store."""

    detector: Detector
    kills: Kills
    idempotency_keys: IdempotencyKeys
    checked: CheckedArticles
    catalogue: Catalogue
    judgements: Judgements
    pickup_log: PickupLog
    earlier_versions: EarlierVersions
    listener: PickupListener | None
    """None where no webhook is set up."""
    store: Store
    """Connections for what else is kept beside the index."""
    scheme: FingerprintScheme
    namespace: Namespace

    @property
    def translating(self) -> Translating | None:
        """The engines; None where nothing is translated."""
        translations = self.detector.translations
        return None if translations is None else translations.translating


@asynccontextmanager
async def open_parts(
    redis_url: str, settings: Settings, telemetry: Telemetry | None = None, observer: StoreObserver | None = None
) -> AsyncIterator[Parts]:
    """All parts on the index that ``settings`` name; IndexUnavailableError, IndexMismatchError."""
    namespace = namespace_of(settings)
    store = make_store(redis_url, settings, observer)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
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
        detector = Detector(
            index,
            namespace,
            RedisArticleClusters(index.store, namespace),
            make_comparer(settings),
            scheme,
            executor,
            DetectorLimits(
                compare_limit=settings.compare_limit,
                excerpt_limit=settings.excerpt_limit,
                compare_bytes=settings.compare_bytes,
                pickup_limit=settings.pickup_limit,
                prepared_cache=settings.profile_cache,
                fingerprint_cache=settings.fingerprint_cache,
                cache_bytes=settings.cache_mb << 20,
                texts=settings.store_text,
            ),
            erasure=_erasure(index.store, namespace, settings),
            listener=listener,
            telemetry=telemetry,
            translations=await _translations(translating, index, namespace, settings, scheme),
        )
        yield _parts(detector, listener, index.store, scheme, namespace, settings)


async def open_tenant(shared: Parts, settings: Settings, tenant: Tenant) -> Parts:
    """The parts of a tenant, with the connections, threads and caches of ``shared``; IndexUnavailableError."""
    namespace = shared.namespace.of_tenant(tenant.name)
    scheme = await scheme_of(shared.store, namespace, settings)
    index = make_index(shared.store, namespace, settings, scheme)
    index.most_articles = tenant.most_articles
    await index.open()
    listener = None
    if tenant.webhook_url is not None:
        listener = PickupListener(Outbox(shared.store, namespace), tenant.webhook_sources)
    detector = shared.detector.on(
        index,
        namespace,
        RedisArticleClusters(shared.store, namespace),
        scheme,
        _erasure(shared.store, namespace, settings),
        listener,
        await _translations(shared.translating, index, namespace, settings, scheme),
    )
    return _parts(detector, listener, shared.store, scheme, namespace, settings)


async def _translations(
    translating: Translating | None,
    articles: QuotaIndex,
    namespace: Namespace,
    settings: Settings,
    scheme: FingerprintScheme,
) -> Translations | None:
    """Those of what is in ``articles``, which is open."""
    if translating is None:
        return None
    index = make_index(articles.store, namespace.translations, settings, scheme, shards=articles.shards)
    return await open_translations(translating, articles, index, scheme)


def _requests(store: Store, namespace: Namespace, settings: Settings) -> RedisIdempotencyKeys:
    return RedisIdempotencyKeys(store, namespace, settings.idempotency_window)


def _earlier_versions(store: Store, namespace: Namespace, settings: Settings) -> RedisEarlierVersions:
    kept = settings.versions_kept if settings.store_text else 0
    return RedisEarlierVersions(store, namespace, kept, settings.versions_window)


def _erasure(store: Store, namespace: Namespace, settings: Settings) -> RedisErasure:
    requests, earlier = _requests(store, namespace, settings), _earlier_versions(store, namespace, settings)
    return RedisErasure(store, namespace, requests, earlier)


def _parts(  # noqa: PLR0913 - composed here
    detector: Detector,
    listener: PickupListener | None,
    store: Store,
    scheme: FingerprintScheme,
    namespace: Namespace,
    settings: Settings,
) -> Parts:
    return Parts(
        detector,
        RedisKills(store, namespace, settings.kill_window),
        _requests(store, namespace, settings),
        RedisCheckedArticles(store, namespace, settings.check_window),
        RedisCatalogue(store, namespace),
        RedisJudgements(store, namespace, texts=settings.store_text),
        RedisPickupLog(store, namespace),
        _earlier_versions(store, namespace, settings),
        listener,
        store,
        scheme,
        namespace,
    )


@asynccontextmanager
async def open_detector(redis_url: str, settings: Settings) -> AsyncIterator[Detector]:
    """The detector alone."""
    async with open_parts(redis_url, settings) as parts:
        yield parts.detector


def make_courier(parts: Parts, settings: Settings) -> Courier | None:
    """Sends what the listener put into the outbox; None where no webhook is set up."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    return courier_to(str(settings.webhook_url), settings.webhook_secret.get_secret_value(), parts, settings)


def courier_to(url: str, secrets: str, parts: Parts, settings: Settings) -> Courier | None:
    """Sends to ``url``, signed with ``secrets``, what the listener put into the outbox; None where there is none."""
    if parts.listener is None:
        return None
    receiver = Receiver(
        url,
        read_secrets(secrets),
        settings.webhook_timeout,
        settings.webhook_give_up_hours * 3600,
        settings.webhook_private,
    )
    return Courier(parts.detector, parts.listener, receiver)
