"""Apertium as a translator."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from wirematch.translation.apertium.modes import LanguagePair, installed_pairs
from wirematch.translation.apertium.pair_engine import PairEngine
from wirematch.translation.intake import Intake
from wirematch.translation.numerals import in_english, writes_commas
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import Route, TranslationFailedError

MOST_STEPS = 3
"""Each step loses some of the text; after three, little is recognisable."""


def shortest_paths(pairs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return for every two connected languages the pairs to go through; the first found of equally short paths.

    ``pairs`` are (source, target), better ones first.
    """
    onwards: dict[str, list[str]] = {}
    for source, target in pairs:
        onwards.setdefault(source, []).append(target)
    found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for start in onwards:
        waiting: deque[tuple[str, tuple[tuple[str, str], ...]]] = deque([(start, ())])
        while waiting:
            here, way = waiting.popleft()
            for there in onwards.get(here, ()):
                if there == start or (start, there) in found:
                    continue
                found[start, there] = (*way, (here, there))
                if len(way) + 1 < MOST_STEPS:
                    waiting.append((there, found[start, there]))
    return found


NAME = "apertium"
STALL_SHARE = 0.5
"""Share of the deadline without any output after which an engine counts as stalled."""
_VERSION = re.compile(r"apertium_version=\"Apertium ([\w.+~-]+)\"")


class ApertiumTranslator:
    """Language pairs on this machine, and chains of them, through long-running processes."""

    name = NAME
    remote = None

    def __init__(self, pairs: Sequence[LanguagePair], version: str, settings: TranslationSettings) -> None:
        """Read all data of the pairs once, to compute their versions. Starts no process."""
        stalled = settings.deadline_seconds * STALL_SHARE
        self._engines = {pair.name: PairEngine(pair, settings.processes, stalled) for pair in pairs}
        self._intake = Intake("Apertium", settings)
        self._routes = _routes(pairs, version, settings.languages)

    def routes(self) -> tuple[Route, ...]:
        return self._routes

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        if route not in self._routes:
            raise TranslationFailedError("missing", f"Apertium does not go from {route.source} to {route.target} here.")

        async def work(with_letters: list[str]) -> list[str]:
            for step in route.steps:
                with_letters = await self._engines[step].translate(with_letters)
            if route.target == "en" and writes_commas(route.source):
                return [in_english(sentence) for sentence in with_letters]  # Apertium leaves numbers unchanged
            return with_letters

        return await self._intake.translate(sentences, work)

    def process_ids(self, step: str) -> tuple[tuple[int, ...], ...]:
        """Process ids of each idle pipeline of a pair."""
        return self._engines[step].process_ids()

    async def close(self) -> None:
        for engine in self._engines.values():
            await engine.close()


def _routes(pairs: Sequence[LanguagePair], version: str, languages: frozenset[str] | None) -> tuple[Route, ...]:
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
    """Return the folder of Apertium's data: next to the program, or ``APERTIUM_DATADIR``, as for Apertium itself."""
    named = os.environ.get("APERTIUM_DATADIR")
    return Path(named) if named else Path(program).resolve().parents[1] / "share" / "apertium"


async def build(settings: TranslationSettings) -> ApertiumTranslator | None:
    """Return Apertium with the installed pairs, or None if it is not installed. Reads its data in a thread."""
    program = shutil.which("apertium")
    if program is None:
        return None
    match = _VERSION.search(await asyncio.to_thread(Path(program).read_text, "utf-8", "replace"))

    def make() -> ApertiumTranslator:
        return ApertiumTranslator([*installed_pairs(data_folder(program))], match[1] if match else "unknown", settings)

    return await asyncio.to_thread(make)
