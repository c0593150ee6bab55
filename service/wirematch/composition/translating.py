"""Compose the translation of articles from settings."""

from __future__ import annotations

from collections.abc import Callable

from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import Telemetry
from wirematch.detection.translations.kept_translations import Translations
from wirematch.detection.translations.pivot_sides import compare_two
from wirematch.detection.translations.translating import Translating, language_of
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.redis_index import RedisIndex
from wirematch.index.translation_versions import claim_versions, replace_versions
from wirematch.matching.compare import Comparer
from wirematch.models import Article, Match
from wirematch.settings import Settings
from wirematch.state.pending_articles import PendingArticles
from wirematch.translation.composing import compose
from wirematch.translation.settings import TranslationSettings

PAGE = 256
"""Articles listed at a time."""


async def open_translating(
    settings: Settings, executor: BoundedExecutor, telemetry: Telemetry | None = None
) -> Translating | None:
    """Open the engines that ``settings`` name and this machine has; None where translation is off.

    The caller must close the result.
    """
    chosen = settings.translate
    if chosen is None:
        return None
    engines = TranslationSettings(
        engines=chosen.engines,
        url=None if settings.translate_url is None else str(settings.translate_url),
        api_key=None if settings.translate_key is None else settings.translate_key.get_secret_value(),
        deadline_seconds=settings.translate_timeout,
        processes=settings.translate_processes,
    )
    return Translating(await compose(engines), chosen.pivot, chosen.from_, executor, telemetry)


async def open_translations(
    translating: Translating,
    articles: RedisIndex,
    index: RedisIndex,
    scheme: FingerprintScheme,
    drop_cached: Callable[[int], None],
) -> Translations:
    """Open ``index`` as the translations of ``articles``; ``drop_cached`` is as in ``Translations``.

    Raises IndexUnavailableError; IndexMismatchError, also if the index was translated by other engines or versions.
    """
    await index.open()
    with translated_errors():
        await claim_versions(FingerprintRecord(index.store, index.namespace), translating.versions())
    untranslated = PendingArticles(index.store, index.namespace.untranslated)
    return Translations(index, articles, untranslated, translating, scheme, drop_cached)


async def expect_all(translating: Translating, articles: RedisIndex, index: RedisIndex) -> int:
    """Record the engines' versions and mark all ``articles`` that need a translation; return how many there are.

    Translations that exist serve until they are replaced. Raises the errors of StoryIndex.
    """
    await index.open()
    with translated_errors():
        await replace_versions(FingerprintRecord(index.store, index.namespace), translating.versions())
    untranslated = PendingArticles(index.store, index.namespace.untranslated)
    count, after = 0, 0
    while True:
        records, end = await articles.list_page(after, PAGE)
        wanted = [record.id for record in records if translating.wants(language_of(record.article))]
        await untranslated.add(wanted, 0)
        count += len(wanted)
        if end is None:
            return count
        after = end


async def compare_in_translation(
    settings: Settings, comparer: Comparer, submission: Article, story: Article, *, with_reasons: bool
) -> Match | None:
    """Compare two articles of different languages; None if they share one, or either is not to be translated."""
    executor = BoundedExecutor(1, 0)
    translating = await open_translating(settings, executor)
    try:
        if translating is None:
            return None
        async with executor.admission(wait=True):
            pivot_texts = await translating.read([submission, story])
            return compare_two(comparer, translating.pivot, [submission, story], pivot_texts, with_reasons=with_reasons)
    finally:
        if translating is not None:
            await translating.close()
        executor.close()
