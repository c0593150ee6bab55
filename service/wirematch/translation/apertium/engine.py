"""Apertium as a translator."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from wirematch.translation.apertium.modes import Pair, installed_pairs
from wirematch.translation.apertium.pair_engine import PairEngine
from wirematch.translation.paths import shortest_paths
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route, TranslationFailedError

NAME = "apertium"
MOST_CHARACTERS = 400_000
"""Of a text. So much takes seconds; what is longer is no story."""
_VERSION = re.compile(r"apertium_version=\"Apertium ([\w.+~-]+)\"")
_LETTER = re.compile(r"[^\W\d_]")


class ApertiumTranslator:
    """Pairs of languages on this machine, and chains of them, through processes that stay open."""

    name = NAME
    remote = None

    def __init__(self, pairs: Sequence[Pair], version: str, settings: TranslationSettings) -> None:
        """Reads all data of the pairs once, for their versions; starts nothing."""
        self._engines = {pair.name: PairEngine(pair, settings.processes) for pair in pairs}
        self._settings = settings
        self._texts = 0
        self._routes = _routes(pairs, version, settings.languages)

    def routes(self) -> tuple[Route, ...]:
        return self._routes

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        if route not in self._routes:
            raise TranslationFailedError("missing", f"Apertium does not go from {route.source} to {route.target} here.")
        if sum(map(len, sentences)) > MOST_CHARACTERS:
            raise TranslationFailedError("too_long", f"Apertium is given {MOST_CHARACTERS:,} characters at most.")
        if self._texts > self._settings.waiting:
            raise TranslationFailedError("busy", f"{self._texts} texts are waiting for Apertium.")
        places = [place for place, sentence in enumerate(sentences) if _LETTER.search(sentence)]
        translated = list(sentences)
        self._texts += 1
        try:
            for place, sentence in zip(places, await self._through([sentences[i] for i in places], route), strict=True):
                translated[place] = sentence
        finally:
            self._texts -= 1
        return translated

    async def _through(self, sentences: list[str], route: Route) -> list[str]:
        engine = None
        try:
            async with asyncio.timeout(self._settings.deadline_seconds):
                for step in route.steps if sentences else ():
                    engine = self._engines[step]
                    sentences = await engine.translate(sentences)
        except TimeoutError as error:
            if engine is not None:
                engine.note_failure("slow")
            seconds = self._settings.deadline_seconds
            raise TranslationFailedError("slow", f"Apertium gave no translation in {seconds:g} s.") from error
        return sentences

    def process_ids(self, step: str) -> tuple[tuple[int, ...], ...]:
        """Of each pipeline of a pair that waits for a text, its processes."""
        return self._engines[step].process_ids()

    async def close(self) -> None:
        for engine in self._engines.values():
            await engine.close()


def _routes(pairs: Sequence[Pair], version: str, languages: frozenset[str] | None) -> tuple[Route, ...]:
    names = {(pair.source, pair.target): pair for pair in reversed(pairs)}
    digests: dict[str, str] = {}
    routes = []
    for (source, target), way in shortest_paths((pair.source, pair.target) for pair in pairs).items():
        if languages is not None and not {source, target} <= languages:
            continue
        steps = [names[step] for step in way]
        for pair in steps:
            digests.setdefault(pair.name, pair.digest())
        data = " ".join(f"{pair.name}:{digests[pair.name]}" for pair in steps)
        routes.append(Route(source, target, NAME, tuple(pair.name for pair in steps), f"{version} {data}"))
    return tuple(sorted(routes, key=lambda route: (route.source, route.target)))


def data_folder(program: str) -> Path:
    """Where the program's data is: beside it, or where ``APERTIUM_DATADIR`` says, as for Apertium itself."""
    named = os.environ.get("APERTIUM_DATADIR")
    return Path(named) if named else Path(program).resolve().parents[1] / "share" / "apertium"


async def build(settings: TranslationSettings) -> ApertiumTranslator | None:
    """Apertium with what is installed, or None where it is not. Blocks for no longer than reading its data takes."""
    program = shutil.which("apertium")
    if program is None:
        return None
    match = _VERSION.search(await asyncio.to_thread(Path(program).read_text, "utf-8", "replace"))

    def make() -> ApertiumTranslator:
        return ApertiumTranslator([*installed_pairs(data_folder(program))], match[1] if match else "unknown", settings)

    return await asyncio.to_thread(make)
