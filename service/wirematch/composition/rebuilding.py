"""Rebuild an index, or have all articles translated anew."""

from __future__ import annotations

from collections.abc import Callable

from wirematch.composition.from_settings import (
    make_index,
    make_signer,
    make_store,
    namespace_of,
    scheme_of,
)
from wirematch.composition.translating import expect_all, open_translating
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.rebuilding.rebuild import Rebuild
from wirematch.settings import Settings


async def rebuild(
    redis_url: str,
    settings: Settings,
    shards: int | None,
    progress: Callable[[int, int], None],
    sampling: Sampling | None = None,
) -> Generation:
    """Rebuild the index that ``settings`` name, and that of its translations if there is one.

    ``sampling`` None keeps the present way of signing. Raises RebuildError and IndexUnavailableError.
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
    """Mark all articles that need a translation, for the running services; return how many there are.

    Returns 0 where translation is off. Raises IndexUnavailableError and IndexMismatchError.
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
