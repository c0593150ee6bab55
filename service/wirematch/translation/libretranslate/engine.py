"""A LibreTranslate-compatible server as a translator."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator, Sequence

from wirematch.concurrency import end
from wirematch.translation.intake import EngineBackoff, Intake
from wirematch.translation.libretranslate.server import LibreTranslateServer, is_loopback
from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import FailureReason, Route, TranslationFailedError

log = logging.getLogger(__name__)

NAME = "libretranslate"
MOST_SENTENCES = 50
"""Maximum per request; servers that limit batches allow as many."""
MOST_CHARACTERS = 4_000
"""Maximum per request, except for a single longer sentence; servers that limit requests usually allow 5,000."""
AT_ONCE = 2
"""Concurrent requests. The server has its own queue, in which more of ours would delay other clients."""
LOOK_SECONDS = {True: 600.0, False: 20.0}
"""Seconds until the server's languages are queried again, by whether it answered."""

UNWELL: frozenset[FailureReason] = frozenset({"slow", "died"})
"""Failures after which to leave the server alone for a while: waiting for it would take places from others."""


class LibreTranslateTranslator:
    """Translates by the one server in the settings, whose languages are queried again and again."""

    name = NAME

    def __init__(self, url: str, settings: TranslationSettings) -> None:
        self._server = LibreTranslateServer(url, settings.api_key, settings.deadline_seconds)
        self._intake = Intake(self._server.address, settings)
        self._languages = settings.languages
        self._codes: dict[Route, tuple[str, str]] = {}
        self._free = asyncio.Semaphore(AT_ONCE)
        self._backoff = EngineBackoff()
        self._look_again = 0.0
        self._looking: asyncio.Task[None] | None = None
        self.remote = None if is_loopback(url) else self._server.address

    def routes(self) -> tuple[Route, ...]:
        if time.monotonic() >= self._look_again and (self._looking is None or self._looking.done()):
            with contextlib.suppress(RuntimeError):  # no event loop runs in this thread
                self._looking = asyncio.get_running_loop().create_task(self.look())
        return tuple(self._codes)

    async def look(self) -> None:
        """Query the server's languages; if it does not answer, it has none until the next query."""
        self._look_again = time.monotonic() + LOOK_SECONDS[False]
        try:
            pairs = await self._server.languages()
            version = await self._server.version()
        except TranslationFailedError as error:
            if self._codes or self._looking is None:
                log.warning("No translations: %s", error)
            self._codes = {}
            return
        self._look_again = time.monotonic() + LOOK_SECONDS[True]
        self._codes = {
            Route(source, target, NAME, (f"{codes[0]}-{codes[1]}",), version): codes
            for (source, target), codes in sorted(pairs.items())
            if self._languages is None or {source, target} <= self._languages
        }

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        codes = self._codes.get(route)
        if codes is None:
            raise TranslationFailedError(
                "missing", f"{self._server.address} does not go from {route.source} to {route.target} now."
            )

        async def work(with_letters: list[str]) -> list[str]:
            translated: list[str] = []
            async with self._free:
                for batch in batches(with_letters):
                    translated += await self._server.translate(batch, *codes)
            return translated

        if seconds := self._backoff.seconds:
            raise TranslationFailedError("died", f"{self._server.address} is not tried for another {seconds:.0f} s.")
        try:
            translated = await self._intake.translate([" ".join(one.split()) for one in sentences], work)
        except TranslationFailedError as error:
            if error.reason in UNWELL:
                self._backoff.failed()
            raise
        self._backoff.worked()
        return translated

    async def close(self) -> None:
        if self._looking is not None:
            await end([self._looking])
        await self._server.close()


def batches(sentences: Sequence[str]) -> Iterator[list[str]]:
    """Split the sentences, in order, into lists that fit a request."""
    batch: list[str] = []
    length = 0
    for sentence in sentences:
        if batch and (len(batch) == MOST_SENTENCES or length + len(sentence) > MOST_CHARACTERS):
            yield batch
            batch, length = [], 0
        batch.append(sentence)
        length += len(sentence)
    if batch:
        yield batch


async def build(settings: TranslationSettings) -> LibreTranslateTranslator | None:
    """Return the server in the settings, after one query of its languages; None if they name no server."""
    if settings.url is None:
        return None
    translator = LibreTranslateTranslator(settings.url, settings)
    await translator.look()
    return translator
