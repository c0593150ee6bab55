"""What precedes every engine: a limit on the text's length, a bounded queue, a deadline, and backoff if it fails."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence

from wirematch.translation.settings import TranslationSettings
from wirematch.translation.translator import TranslationFailedError

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 60.0


class EngineBackoff:
    """No delay after the first failure in a row, then exponential backoff up to a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._not_before = 0.0

    @property
    def seconds(self) -> float:
        """Seconds until the engine may be tried again; 0 if it may be now."""
        return max(0.0, self._not_before - self._clock())

    def failed(self) -> None:
        """Record a failure."""
        self._failures += 1
        if self._failures > 1:
            longer = FIRST_SECONDS * 2.0 ** min(self._failures - 2, 16)
            self._not_before = self._clock() + min(longer, LONGEST_SECONDS)

    def worked(self) -> None:
        """Record a success, which resets the delay."""
        self._failures, self._not_before = 0, 0.0


MOST_CHARACTERS = 400_000
"""Maximum number of characters of a text. These take an engine many seconds, and a longer text is no story."""
_LETTER = re.compile(r"[^\W\d_]")

Work = Callable[[list[str]], Awaitable[list[str]]]
"""Translates sentences, at least one, that all contain letters."""


class Intake:
    """Accepts texts for one engine."""

    def __init__(self, engine: str, settings: TranslationSettings) -> None:
        self._engine, self._settings = engine, settings
        self._texts = 0

    async def translate(self, sentences: Sequence[str], work: Work) -> list[str]:
        """Pass sentences that contain letters to ``work``, and return each translation in its sentence's place.

        Raises:
            TranslationFailedError: ``too_long``, ``busy``, ``slow``, and what ``work`` raises; ``mismatch`` if it
                returns another number of sentences, or only empty ones.
        """
        if sum(map(len, sentences)) > MOST_CHARACTERS:
            raise TranslationFailedError("too_long", f"{self._engine} is given {MOST_CHARACTERS:,} characters at most.")
        if self._texts > self._settings.waiting:
            raise TranslationFailedError("busy", f"{self._texts} texts are waiting for {self._engine}.")
        places = [place for place, sentence in enumerate(sentences) if _LETTER.search(sentence)]
        translated = list(sentences)
        if not places:
            return translated
        self._texts += 1
        try:
            async with asyncio.timeout(self._settings.deadline_seconds):
                done = await work([sentences[place] for place in places])
        except TimeoutError as error:
            seconds = self._settings.deadline_seconds
            raise TranslationFailedError("slow", f"{self._engine} gave no translation in {seconds:g} s.") from error
        finally:
            self._texts -= 1
        if len(done) != len(places) or not any(done):
            raise TranslationFailedError("mismatch", f"{self._engine} gave {len(done)} sentences for {len(places)}.")
        for place, sentence in zip(places, done, strict=True):
            translated[place] = sentence
        return translated
