"""Glosses as a translator."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from wirematch.text.languages.recognition import OTHERS
from wirematch.translation.gloss.dictd import FOLDER
from wirematch.translation.gloss.glosser import Glosser
from wirematch.translation.gloss.sources import (
    LEXICON_SCHEME,
    DictionarySource,
    has_lemmas,
    installed_sources,
    lemma_in,
    lemmatizer,
)
from wirematch.translation.intake import Intake
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route, TranslationFailedError

NAME = "gloss"
LEAST_INDEX = 50_000
"""In bytes: a dictionary of fewer than some 2,000 headwords glosses hardly anything."""
_LANGUAGES = {language.code: language for language in OTHERS}


class GlossTranslator:
    """Translates to English by the installed dictionaries; a language is loaded with its first text."""

    name = NAME
    remote = None

    def __init__(self, sources: Sequence[DictionarySource], lemmas: str, settings: TranslationSettings) -> None:
        """Read the dictionaries once, to compute their versions; ``lemmas`` is the lemmatizer's version."""
        self._intake = Intake("The gloss", settings)
        self._desks: Mapping[Route, _Desk] = {
            Route(
                source.language,
                "en",
                NAME,
                source.names,
                f"{LEXICON_SCHEME} {source.digest()} simplemma:{lemmas}",
            ): _Desk(source)
            for source in sources
            if settings.languages is None or {source.language, "en"} <= settings.languages
        }

    def routes(self) -> tuple[Route, ...]:
        return tuple(self._desks)

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        desk = self._desks.get(route)
        if desk is None:
            raise TranslationFailedError("missing", f"There is no dictionary from {route.source} to {route.target}.")
        return await self._intake.translate(sentences, desk.gloss)

    async def close(self) -> None:
        for desk in self._desks.values():
            await desk.close()


class _Desk:
    """The glosser of one language, loaded once and used by one thread at a time."""

    def __init__(self, source: DictionarySource) -> None:
        self._source = source
        self._turn = asyncio.Lock()
        self._loading: asyncio.Task[Glosser] | None = None

    async def gloss(self, sentences: list[str]) -> list[str]:
        stop = threading.Event()

        def work(glosser: Glosser) -> list[str]:
            return list(takewhile(lambda _: not stop.is_set(), glosser.gloss_text(sentences)))

        if self._loading is None or (self._loading.done() and self._loading.exception() is not None):
            self._loading = asyncio.create_task(asyncio.to_thread(_load, self._source))
        try:
            glosser = await asyncio.shield(self._loading)  # other texts may still need it when this one is cancelled
        except (OSError, ValueError) as error:
            raise TranslationFailedError("missing", f"A dictionary cannot be read: {error}.") from error
        async with self._turn:
            working = asyncio.create_task(asyncio.to_thread(work, glosser))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                stop.set()
                await asyncio.wait([working])  # only one thread may use the glosser
                raise

    async def close(self) -> None:
        if self._loading is not None:
            await asyncio.wait([self._loading])


def _load(source: DictionarySource) -> Glosser:
    language = _LANGUAGES.get(source.language)
    lemma = lemma_in(source.language)
    if language is None:
        return Glosser(source.language, source.open(), lemma, frozenset())
    return Glosser(source.language, source.open(language.stem_of), lemma, language.function_words)


async def build(
    settings: TranslationSettings, folder: Path = FOLDER, least_index: int = LEAST_INDEX
) -> GlossTranslator | None:
    """Return a translator for the dictionaries in a folder; None without any, or without simplemma (extra ``gloss``).

    Languages whose indexes have fewer than ``least_index`` bytes are left out.
    """

    def make() -> GlossTranslator | None:
        found = lemmatizer()
        sources = [
            source for source in installed_sources(folder) if source.size >= least_index and has_lemmas(source.language)
        ]
        return GlossTranslator(sources, found[1], settings) if found is not None and sources else None

    return await asyncio.to_thread(make)
