"""Put the parts together: from settings to a detector that is ready to work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from service.detector import Detector
from service.fingerprint.minhash import FingerprintScheme, sign
from service.index.connection import Store, connect
from service.index.groups import RedisGroups
from service.index.kills import Kills, RedisKills
from service.index.rebuild import Rebuild
from service.index.record import LiveIndex
from service.index.redis_index import RedisIndex
from service.index.requests import RedisRequests, Requests
from service.index.retention import Retention
from service.index.story_index import Signer
from service.matching.resources import default_comparer
from service.offload import Offload
from service.settings import Settings


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
    requests: Requests


@asynccontextmanager
async def open_parts(redis_url: str, settings: Settings) -> AsyncIterator[Parts]:
    """All on the index that ``settings`` name; IndexUnavailableError or IndexMismatchError when it has none."""
    scheme = FingerprintScheme()
    index = make_index(redis_url, settings, scheme)
    offload = Offload(settings.cpu_threads, settings.max_waiting)
    try:
        await index.open()
        detector = Detector(
            index,
            RedisGroups(index.store, settings.index),
            default_comparer(),
            scheme,
            offload,
            compare_limit=settings.compare_limit,
            pickup_limit=settings.pickup_limit,
            profile_cache=settings.profile_cache,
            fingerprint_cache=settings.fingerprint_cache,
        )
        yield Parts(
            detector,
            RedisKills(index.store, settings.index, settings.kill_window),
            RedisRequests(index.store, settings.index, settings.idempotency_window),
        )
    finally:
        offload.close()
        await index.close()


@asynccontextmanager
async def open_detector(redis_url: str, settings: Settings) -> AsyncIterator[Detector]:
    """The detector alone."""
    async with open_parts(redis_url, settings) as parts:
        yield parts.detector
