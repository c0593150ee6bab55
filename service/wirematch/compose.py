"""Put the parts together: from settings to a detector that is ready to work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from wirematch.detection.detector import Detector
from wirematch.detection.executor import BoundedExecutor
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.connection import Store, connect
from wirematch.index.fingerprint_record import LiveIndex
from wirematch.index.protocol import Signer
from wirematch.index.rebuild import Rebuild
from wirematch.index.redis_index import RedisIndex
from wirematch.index.retention import Retention
from wirematch.matching.resources import default_comparer
from wirematch.settings import Settings
from wirematch.state.catalogue import Catalogue, RedisCatalogue
from wirematch.state.checks import CheckedArticles, RedisCheckedArticles
from wirematch.state.clusters import RedisArticleClusters
from wirematch.state.idempotency import IdempotencyKeys, RedisIdempotencyKeys
from wirematch.state.judgements import Judgements, RedisJudgements
from wirematch.state.pickup_log import PickupLog, RedisPickupLog
from wirematch.state.withdrawals import Kills, RedisKills
from wirematch.webhooks.courier import Courier, Receiver
from wirematch.webhooks.outbox import Outbox
from wirematch.webhooks.signing import read_secrets
from wirematch.webhooks.watching import WatchingDetector


def make_store(redis_url: str, settings: Settings) -> Store:
    """Connections to Redis as ``settings`` want them."""
    return Store(
        connect(redis_url, settings.redis_timeout),
        settings.redis_timeout,
        replicas=settings.wait_replicas,
        replicas_timeout=settings.wait_timeout,
    )


def make_signer(scheme: FingerprintScheme) -> Signer:
    """What signs an article that is stored already, in the same way as a new one."""
    return lambda article: sign(article.body, scheme)


def make_index(redis_url: str, settings: Settings, scheme: FingerprintScheme) -> RedisIndex:
    """The index that ``settings`` name, not opened yet."""
    return RedisIndex(
        make_store(redis_url, settings),
        settings.index,
        scheme,
        settings.bucket_cap,
        make_signer(scheme),
        shards=settings.shards,
        retention=Retention(settings.retention, settings.retention_by_source or {}),
    )


async def rebuild(
    redis_url: str, settings: Settings, shards: int | None, progress: Callable[[int, int], None]
) -> LiveIndex:
    """Build the index that ``settings`` name anew; RebuildError, IndexUnavailableError."""
    store, scheme = make_store(redis_url, settings), FingerprintScheme()
    try:
        return await Rebuild(
            store, settings.index, scheme, settings.bucket_cap, make_signer(scheme), shards=shards, progress=progress
        ).run()
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """What shares one store."""

    detector: Detector
    kills: Kills
    requests: IdempotencyKeys
    checked: CheckedArticles
    catalogue: Catalogue
    judgements: Judgements
    pickup_log: PickupLog


@asynccontextmanager
async def open_parts(redis_url: str, settings: Settings) -> AsyncIterator[Parts]:
    """All on the index that ``settings`` name; IndexUnavailableError or IndexMismatchError when it has none."""
    scheme = FingerprintScheme()
    index = make_index(redis_url, settings, scheme)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(index.close)
        executor = BoundedExecutor(settings.cpu_threads, settings.max_waiting)
        stack.callback(executor.close)
        kind: type[Detector] = Detector
        watched: dict[str, Any] = {}
        if settings.webhook_url is not None:
            outbox = Outbox(make_store(redis_url, settings), settings.index)
            stack.push_async_callback(outbox.close)
            kind, watched = WatchingDetector, {"outbox": outbox, "sources": settings.webhook_sources}
        await index.open()
        detector = kind(
            index,
            RedisArticleClusters(index.store, settings.index),
            default_comparer(),
            scheme,
            executor,
            compare_limit=settings.compare_limit,
            pickup_limit=settings.pickup_limit,
            profile_cache=settings.profile_cache,
            fingerprint_cache=settings.fingerprint_cache,
            **watched,
        )
        yield Parts(
            detector,
            RedisKills(index.store, settings.index, settings.kill_window),
            RedisIdempotencyKeys(index.store, settings.index, settings.idempotency_window),
            RedisCheckedArticles(index.store, settings.index, settings.check_window),
            RedisCatalogue(index.store, settings.index),
            RedisJudgements(index.store, settings.index),
            RedisPickupLog(index.store, settings.index),
        )


@asynccontextmanager
async def open_detector(redis_url: str, settings: Settings) -> AsyncIterator[Detector]:
    """The detector alone."""
    async with open_parts(redis_url, settings) as parts:
        yield parts.detector


def make_courier(detector: Detector, settings: Settings) -> Courier | None:
    """Who sends what the detector notes for the webhooks; None where nothing is watched."""
    if not isinstance(detector, WatchingDetector) or settings.webhook_url is None or settings.webhook_secret is None:
        return None
    receiver = Receiver(
        str(settings.webhook_url),
        read_secrets(settings.webhook_secret.get_secret_value()),
        settings.webhook_timeout,
        settings.webhook_give_up_hours * 3600,
    )
    return Courier(detector, receiver)
