"""Storing of new articles: sign and prepare them, draft their records, write these, and nothing else for a load."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wirematch.concurrency import together
from wirematch.cuts import cut
from wirematch.detection.policy import size_of
from wirematch.detection.scheduling.lane import Lane
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.storing.adding import AddResult
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step, measured
from wirematch.detection.translations.kept_translations import ArticleInPivot, PivotBatch
from wirematch.errors import WirematchError
from wirematch.fingerprint.imprinting import imprinted
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index.draft import BATCH, BATCH_BYTES, Draft
from wirematch.index.protocol import Placement
from wirematch.models import Article

StoreResult = Submission | WirematchError
"""A submission with its placement, or the error for which it was not stored."""


class ReadBatch(NamedTuple):
    """Articles that are ready to be written."""

    submissions: Sequence[Submission]
    aids: Sequence[StoredAids]
    drafts: Sequence[Draft]


class Writing:
    """Reads articles and writes them into the index. Raises the errors of StoryIndex."""

    def __init__(self, steps: DetectionSteps, *, keeps_texts: bool = True) -> None:
        """Without ``keeps_texts``, the index stores imprints instead of texts."""
        self._steps = steps
        self._keeps_texts = keeps_texts
        self._loading: dict[Lane | None, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while articles of a load are read: two threads that read would wait for the interpreter most of the
        time, and then for Redis together (``docs/adr/0082``). One a lane, as short texts never wait for long ones."""

    async def sign(self, articles: Sequence[Article], *, held: bool = False) -> list[Submission]:
        """Sign and prepare articles; with ``held``, prepared texts are kept."""
        return await self._steps.retriever.read(articles, held=held or not self._keeps_texts)

    async def read(self, articles: Sequence[Article], *, held: bool = False) -> ReadBatch:
        """As ``sign``, with drafts of what is to be written."""
        submissions = await self.sign(articles, held=held)
        aids = [one.aids for one in submissions]
        kept = await self.kept(submissions)
        items = [(one, it.fingerprint.signature) for one, it in zip(kept, submissions, strict=True)]
        return ReadBatch(submissions, aids, self._steps.index.drafts(items, aids))

    async def write(self, batch: ReadBatch) -> list[StoreResult]:
        """Write articles into the index; one result each, in order."""
        with measured(self._steps.telemetry, Step.STORE, len(batch.drafts)):
            placed = await self._steps.index.create_drafted(batch.drafts)
        stored = [
            submission.at(answer) if isinstance(answer, Placement) else answer
            for submission, answer in zip(batch.submissions, placed, strict=True)
        ]
        made = zip(stored, batch.aids, strict=True)
        self._steps.retriever.remember((one, kept.sketch) for one, kept in made if isinstance(one, Submission))
        return stored

    async def kept(self, submissions: Sequence[Submission]) -> list[Article]:
        """The articles as they are to be stored, with texts or imprints."""
        if self._keeps_texts:
            return [one.article for one in submissions]
        scheme = self._steps.retriever.scheme
        return await self._steps.executor.run(
            lambda: [imprinted(one.article, one.fingerprint, scheme, one.text) for one in submissions]
        )

    async def load(
        self,
        articles: Sequence[Article],
        let_next: Callable[[], None],
        order: BatchOrder,
    ) -> list[AddResult | WirematchError]:
        """Store new articles without deciding them, in order; while some are written, the next are read.

        As many are read and written at a time as one script stores, and other loads have a turn between them.

        The next batch is let in when all of this one are read, so it is read meanwhile, and written behind this one.
        """
        # Of an index with several shards, the order of writing is told from the whole batch.
        whole = self._steps.index.shards > 1
        parts = [slice(None)] if whole else cut([size_of(one.body) for one in articles], BATCH, BATCH_BYTES)
        first, *rest = [articles[part] for part in parts] or [articles]
        batch, stored = await self._read_load(first), list[StoreResult]()
        async with order.writing:
            begun = await self._steps.translations.begin(articles) if self._steps.translations else None
            for following in rest:
                some, batch = await together(self.write(batch), self._read_load(following))
                stored += some
            let_next()  # the next batch is read while the last articles of this one are written
            stored += await self.write(batch)
            if begun is not None and self._steps.translations is not None:
                await self._steps.translations.finish(begun, [isinstance(one, Submission) for one in stored])
        read = in_pivot(begun, stored)
        undecided = map(_undecided, [one for one in stored if isinstance(one, Submission)], read)
        return [one if isinstance(one, WirematchError) else next(undecided) for one in stored]

    async def _read_load(self, articles: Sequence[Article]) -> ReadBatch:
        alone = len(articles) == 1  # it waits for nobody
        async with contextlib.nullcontext() if alone else self._loading[self._steps.executor.admitted()]:
            return await self.read(articles)


def in_pivot(begun: PivotBatch | None, stored: Sequence[StoreResult]) -> list[ArticleInPivot | None]:
    """Return how each stored article reads in the pivot language; None where nothing is translated."""
    articles = [None] * len(stored) if begun is None else begun.articles
    return [one for one, result in zip(articles, stored, strict=True) if isinstance(result, Submission)]


def _undecided(submission: Submission, read: ArticleInPivot | None) -> AddResult:
    assert submission.placement is not None
    untranslated = None if read is None else read.untranslated
    return AddResult(submission.id, submission.placement.version, untranslated=untranslated)
