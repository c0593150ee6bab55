"""Translate an article into the pivot language sentence by sentence, with a map back to the original."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ParamSpec, TypeVar

from wirematch.concurrency import together
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.telemetry import NoTelemetry, Telemetry
from wirematch.matching.translated.sentence_map import SentenceMap, join
from wirematch.models import MAX_BODY_CHARACTERS, Article
from wirematch.text.landmarks import Landmarks, paragraph_breaks
from wirematch.text.languages.recognition import recognize
from wirematch.text.markup import PlainText, read_markup
from wirematch.text.normalize import normalize
from wirematch.text.sentence_cuts import sentence_starts
from wirematch.text.words import split_words
from wirematch.translation.translator import RETRIED, Route, TranslationFailedError, Translator, best_route

P = ParamSpec("P")
R = TypeVar("R")

TOLD_BY = 4_000
"""Characters at the beginning of a text from which its language is detected."""
MOST_SENTENCES = 5_000
"""Longest text, in sentences, that is translated."""
MOST_STOPS = 2 * MOST_SENTENCES
"""Full stops and the like up to which sentence ends are detected by language, which takes 0.2 ms each in some of them.
With more, every stop ends a sentence."""
UNUSABLE, CANCELLED = "unusable", "cancelled"
"""Outcomes beside an engine's own reasons: its output was unusable, or the request was cancelled."""
AT_ONCE = 8
"""Texts that this process gives to engines concurrently; others wait, in order."""
_STOPS = re.compile("[.!?…。！？।؟]+")


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """An article as it reads in the pivot language."""

    language: str
    """ISO 639-1 of the original."""
    by: str
    """The engine and the steps of its route."""
    version: str
    """Identifies everything that the translation depends on."""
    text: str
    sentences: SentenceMap


@dataclass(frozen=True, slots=True, eq=False)
class PivotText:
    """The language of an article, and its translation into the pivot."""

    language: str | None
    """None if it cannot be told."""
    translation: Translation | None = None
    why: str | None = None
    """Why there is no translation although there should be; None otherwise."""
    again: bool = False
    """Whether a later attempt may succeed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sentences:
    """``n`` sentences of an article, as the engine gets them."""

    texts: list[str]
    spans: list[tuple[int, int]]
    """Positions in code points of the submitted body."""
    breaks: list[bool]
    """For each sentence, whether it ends a paragraph."""


class Translating:
    """Translates from ``languages`` into ``pivot``; with None, from every language that an engine here translates."""

    def __init__(
        self,
        translators: Sequence[Translator],
        pivot: str,
        languages: frozenset[str] | None,
        executor: BoundedExecutor,
        telemetry: Telemetry | None = None,
    ) -> None:
        """``translators`` are in order of preference; language codes are ISO 639-1."""
        self._telemetry = telemetry or NoTelemetry()
        self.translators = translators
        self.pivot = pivot
        self._languages = languages
        self._executor = executor
        self._free = asyncio.Semaphore(AT_ONCE)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` in a thread of this translator's executor."""
        return await self._executor.run(function, *args, **kwargs)

    @property
    def engines(self) -> list[str]:
        """Names of the engines, best first, with the addresses of remote ones."""
        return [one.name if one.remote is None else f"{one.name} ({one.remote})" for one in self.translators]

    async def close(self) -> None:
        """Stop what the engines started."""
        for translator in self.translators:
            await translator.close()

    def versions(self) -> dict[str, str]:
        """What translations depend on, by source language, for the languages that can be translated now."""
        routes = (route for translator in reversed(self.translators) for route in translator.routes())
        return {
            route.source: f"{route.engine} {route.version}"
            for route in routes
            if route.target == self.pivot and self.wants(route.source)
        }

    def wants(self, language: str | None) -> bool:
        """Whether articles in this language should be translated."""
        if language is None or language == self.pivot:
            return False
        if self._languages is not None:
            return language in self._languages
        return best_route(self.translators, language, self.pivot) is not None

    async def read(self, articles: Sequence[Article]) -> list[PivotText]:
        """Return each article's language, and its translation if it should have one. Engine failures do not raise."""
        cut = await self._executor.run(lambda: list(map(self._cut, articles)))
        return list(await together(*(self._read(*one) for one in cut)))

    def _cut(self, article: Article) -> tuple[str | None, _Sentences | None]:
        """The language of an article, and its sentences if they are to be translated."""
        language = language_of(article)
        return language, _sentences_of(article, language) if language is not None and self.wants(language) else None

    async def _read(self, language: str | None, sentences: _Sentences | None) -> PivotText:
        if language is None or sentences is None:
            return PivotText(language)
        if len(sentences.texts) > MOST_SENTENCES:
            return PivotText(language, why=f"It has more than {MOST_SENTENCES:,} sentences.")
        chosen = best_route(self.translators, language, self.pivot)
        if chosen is None:
            why = f"No engine here translates from {language} to {self.pivot}."
            return PivotText(language, why=why, again=True)
        started, outcome = time.perf_counter(), "translated"
        try:
            async with self._free:
                texts = await chosen.translator.translate(sentences.texts, chosen.route)
            pivot_text = _pivot_text(language, sentences, texts, chosen.route)
            outcome = outcome if pivot_text.translation else UNUSABLE
        except TranslationFailedError as error:
            outcome = error.reason
            pivot_text = PivotText(language, why=str(error), again=error.reason in RETRIED)
        except BaseException:
            outcome = CANCELLED
            raise
        finally:
            self._telemetry.translated(chosen.route.engine, outcome, time.perf_counter() - started)
        return pivot_text


def _pivot_text(language: str, sentences: _Sentences, texts: Sequence[str], route: Route) -> PivotText:
    """Assemble the translation from an engine's output."""
    texts = [text.strip() for text in texts]
    body = join(texts, sentences.breaks) if len(texts) == len(sentences.texts) else ""
    if not body.strip() or len(body) > MAX_BODY_CHARACTERS:
        return PivotText(language, why=f"{route.engine} gave no translation that can be used.")
    found = SentenceMap.of(sentences.spans, list(map(len, texts)), sentences.breaks)
    by = f"{route.engine} ({', '.join(route.steps)})"
    return PivotText(language, Translation(language, by, f"{route.engine} {route.version}", body, found))


def language_of(article: Article) -> str | None:
    """Detect the language of an article (ISO 639-1); its own claim counts only if the text does not tell."""
    text = read_markup(article.body, article.body_format).text[:TOLD_BY]
    found = recognize(split_words(normalize(text).text).forms)
    if found is not None:
        return found.code
    said = (article.language or "").split("-")[0].lower()
    return said if len(said) == 2 else None


def _sentences_of(article: Article, language: str) -> _Sentences:
    plain = read_markup(article.body, article.body_format)
    text = plain.text
    breaks = set(paragraph_breaks(text, Landmarks.of(text).line_ends).tolist())
    stops = [stop.end() for stop in _STOPS.finditer(text)]
    starts = stops if len(stops) > MOST_STOPS else sentence_starts(text, language)
    cuts = sorted({0, *starts, *breaks, len(text)})
    found = _Sentences([], [], [])
    for first, last in pairwise(cuts):
        said = text[first:last]
        start = first + len(said) - len(said.lstrip())
        end = first + len(said.rstrip())
        if end > start:
            found.texts.append(" ".join(text[start:end].split()))
            found.spans.append(_submitted(plain, start, end))
            found.breaks.append(last in breaks)
    return found


def _submitted(plain: PlainText, start: int, end: int) -> tuple[int, int]:
    """Map ``[start, end)`` of the plain text to the submitted body."""
    if plain.starts is None or plain.ends is None:
        return start, end
    return int(plain.starts[start]), int(plain.ends[end - 1])
