"""The pool of pipelines of one language pair: starting, sharing and restarting them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from wirematch.translation.apertium.modes import LanguagePair
from wirematch.translation.apertium.pipeline import Pipeline
from wirematch.translation.intake import EngineBackoff
from wirematch.translation.translator import TranslationFailedError

log = logging.getLogger(__name__)

TRIED_AGAIN = frozenset({"died", "mismatch"})
"""Failures after which a text is tried once more: a pipeline killed from outside should cost no translation, but a text
that breaks a second one is given up."""


class PairEngine:
    """A few pipelines, started on demand and kept running, that texts share."""

    def __init__(self, pair: LanguagePair, pipelines: int, stall_seconds: float) -> None:
        """A pipeline without output for ``stall_seconds`` is stalled, and is killed."""
        self.pair = pair
        self._stall_seconds = stall_seconds
        self._free = asyncio.Semaphore(pipelines)
        self._idle: list[Pipeline] = []
        self._killed: list[Pipeline] = []
        self._backoff = EngineBackoff()

    async def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate a text as soon as a pipeline is free.

        Raises:
            TranslationFailedError: it failed twice, or is not tried because pipelines have failed recently.
            asyncio.CancelledError: the pipeline is killed, as it may never answer.
        """
        async with self._free:
            try:
                return await self._try(sentences)
            except TranslationFailedError as error:
                if error.reason not in TRIED_AGAIN:
                    raise
                return await self._try(sentences)

    async def _try(self, sentences: Sequence[str]) -> list[str]:
        pipeline = await self._take()
        try:
            translated = await pipeline.translate(sentences, self._stall_seconds)
        except TranslationFailedError as error:
            self._drop(pipeline)
            self._note_failure(error)
            raise
        except BaseException:
            self._drop(pipeline)
            raise
        self._idle.append(pipeline)
        self._backoff.worked()
        return translated

    def _note_failure(self, error: TranslationFailedError) -> None:
        self._backoff.failed()
        log.warning("Apertium's %s failed: %s", self.pair.name, error)

    async def _take(self) -> Pipeline:
        if self._idle:
            return self._idle.pop()
        if (seconds := self._backoff.seconds) > 0:
            raise TranslationFailedError(
                "died", f"Apertium's {self.pair.name} is not tried for another {seconds:.0f} s."
            )
        try:
            return await Pipeline.start(self.pair)
        except TranslationFailedError as error:
            self._note_failure(error)
            raise

    def _drop(self, pipeline: Pipeline) -> None:
        pipeline.kill()
        self._killed = [*(one for one in self._killed if not one.is_gone), pipeline]

    def process_ids(self) -> tuple[tuple[int, ...], ...]:
        """Process ids of each idle pipeline."""
        return tuple(pipeline.row.ids for pipeline in self._idle)

    async def close(self) -> None:
        """End all processes and wait for them."""
        for pipeline in self._idle:
            self._drop(pipeline)
        self._idle.clear()
        for pipeline in self._killed:
            await pipeline.ended()
