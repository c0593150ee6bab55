"""The interface of an engine that translates: all that the rest of the service knows of translating."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

FailureReason = Literal["missing", "slow", "died", "mismatch", "refused", "busy", "too_long"]
"""Why a text has no translation.

``missing``: nothing here does the route, or no longer. ``slow``: the deadline passed. ``died``: the engine ended, or
its connection did. ``mismatch``: it gave back another number of sentences, in another order, or none of it was text.
``refused``: it said no (key, quota, language). ``busy``: too many texts are waiting for it. ``too_long``: the text is
longer than an engine is given.
"""

RETRIED: frozenset[FailureReason] = frozenset({"missing", "slow", "died", "refused", "busy"})
"""Failures that are about the engine and not about the text: later the same text may be translated."""


class TranslationFailedError(Exception):
    """A text has no translation; its text says why, in a sentence for an operator that quotes nothing of the text."""

    def __init__(self, reason: FailureReason, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Route:
    """One language pair, and how an engine does it."""

    source: str
    """The language of what goes in, ISO 639-1."""
    target: str
    """The language of what comes out, ISO 639-1."""
    engine: str
    """The name of the translator that does it, such as ``apertium``."""
    steps: tuple[str, ...]
    """What it goes through, in the engine's own names: ``("fr-es", "spa-eng")``, ``("deu-eng",)``."""
    version: str
    """Names all that the translation depends on, engine and data; another version may translate otherwise."""


class Translator(Protocol):
    """Sentences of one language in, as many sentences of another out.

    One object serves all tasks of an event loop at once. It is made by `compose`, and starts what it needs when it is
    first asked, and again after a failure.
    """

    @property
    def name(self) -> str:
        """``apertium``, ``libretranslate`` or ``gloss``."""

    @property
    def remote(self) -> str | None:
        """Scheme, host and port of the server that sees the texts; None if no text leaves this machine."""

    def routes(self) -> tuple[Route, ...]:
        """What it can do now, a route for each pair of languages at most. Cheap: it may be asked for every text.

        A server's routes are unknown until it has answered: they come and change with time.
        """

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        """Translate the sentences of one text, in their order; ``route`` is one of ``routes()``.

        Each sentence has exactly one translation at its own place. A sentence with nothing to translate comes back as
        it is. Line breaks in a sentence count as blanks. Takes bounded time and memory; cancelling it is safe.

        Raises:
            TranslationFailedError: nothing was translated; the engine is repaired behind it.
        """

    async def close(self) -> None:
        """End what it started: processes, connections, tasks. It is not used afterwards."""


class ChosenRoute(NamedTuple):
    """A route, and the translator that does it."""

    translator: Translator
    route: Route


def best_route(translators: Iterable[Translator], source: str, target: str) -> ChosenRoute | None:
    """The way from one language to another: of the first translator that knows one, since they stand best first."""
    for translator in translators:
        for route in translator.routes():
            if (route.source, route.target) == (source, target):
                return ChosenRoute(translator, route)
    return None
