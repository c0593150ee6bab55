"""A translation engine that knows some sentences by heart, and fails when told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from wirematch.translation.translator import Route, TranslationFailedError

Fault = Literal["died", "mismatch", "missing", "too_long", "hangs", "fewer"]

STORY = json.loads((Path(__file__).parents[1] / "stories" / "translated.json").read_text(encoding="utf-8"))
SPANISH, FRENCH, ENGLISH = (" ".join(STORY[language]) for language in ("es", "fr", "en"))


class PhraseBook:
    """Translates Spanish and French to English, sentence by sentence; unknown sentences are returned unchanged."""

    name = "book"
    remote = None

    def __init__(self, phrases: Mapping[str, str], version: str = "1", deadline: float = 0.2) -> None:
        self.phrases = dict(phrases)
        self.version = version
        self.fault: Fault | None = None
        self.asked = 0
        self.lives = float("inf")
        """Number of texts after which it dies."""
        self._deadline = deadline

    def routes(self) -> tuple[Route, ...]:
        return tuple(Route(source, "en", self.name, (f"{source}-en",), self.version) for source in ("es", "fr"))

    async def translate(self, sentences: Sequence[str], route: Route) -> list[str]:
        self.asked += 1
        if self.asked > self.lives:
            raise TranslationFailedError("died", "The book is burnt.")
        if self.fault == "hangs":
            await asyncio.sleep(self._deadline)
            raise TranslationFailedError("slow", "The book is not opened in time.")
        if self.fault == "fewer":
            return [self.phrases.get(sentence, sentence) for sentence in sentences[1:]]
        if self.fault is not None:
            raise TranslationFailedError(self.fault, f"The book says: {self.fault}.")
        return [self.phrases.get(sentence, sentence) for sentence in sentences]

    async def close(self) -> None:
        pass
