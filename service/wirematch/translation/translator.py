"""The interface of a translation engine: all that the rest of the service knows of translation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

FailureReason = Literal["missing", "slow", "died", "mismatch", "refused", "busy", "too_long"]
"""Why a text has no translation.

``missing``: no engine has the route, or no longer. ``slow``: the deadline passed. ``died``: the engine ended, or its
connection did. ``mismatch``: it returned another number of sentences, in another order, or something other than text.
``refused``: it declined (key, quota, language). ``busy``: too many texts are waiting for it. ``too_long``: the text
exceeds what an engine is given."""

RETRIED: frozenset[FailureReason] = frozenset({"missing", "slow", "died", "refused", "busy"})
"""Failures due to the engine, not the text: the same text may be translated later."""


class TranslationFailedError(Exception):
    """A text has no translation; the message says why, for an operator, without quoting the text."""

    def __init__(self, reason: FailureReason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Route:
    """One language pair, and how an engine translates it."""

    source: str
    """The source language, ISO 639-1."""
    target: str
    """The target language, ISO 639-1."""
    engine: str
    """The name of the translator, such as ``apertium``."""
    steps: tuple[str, ...]
    """The steps, in the engine's own names: ``("fr-es", "spa-eng")``, ``("deu-eng",)``."""
    version: str
    """Identifies all that the translation depends on, engine and data; another version may translate differently."""


class Translator(Protocol):
    """Translates sentences from one language to another, one for one.

    One object serves all tasks of an event loop concurrently. It is made by `compose`, starts what it needs on first
    use, and restarts it after a failure.
    """

    @property
    def name(self) -> str:
        """``apertium``, ``libretranslate`` or ``gloss``."""

    @property
    def remote(self) -> str | None:
        """Scheme, host and port of the server that sees the texts; None if no text leaves this machine."""

    def routes(self) -> tuple[Route, ...]:
        """Return what it can translate now, at most one route per language pair. Cheap enough to call for every text.

        A server's routes are unknown until it has answered, and may change over time.
        """

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        """Translate the sentences of one text, in order; ``route`` is one of ``routes()``.

        Each sentence has exactly one translation, in its place. A sentence with nothing to translate is returned
        unchanged. Line breaks within a sentence count as blanks. Takes bounded time and memory, and can safely be
        cancelled.

        Raises:
            TranslationFailedError: nothing was translated; the engine recovers on its own.
        """

    async def close(self) -> None:
        """End what it started: processes, connections, tasks. It must not be used afterwards."""


class ChosenRoute(NamedTuple):
    """A route, and its translator."""

    translator: Translator
    route: Route


def best_route(translators: Iterable[Translator], source: str, target: str) -> ChosenRoute | None:
    """Return the route between two languages of the first translator that has one, as the best come first."""
    for translator in translators:
        for route in translator.routes():
            if (route.source, route.target) == (source, target):
                return ChosenRoute(translator, route)
    return None
