"""Ingest: the steps of storing articles, which are sign, store, retrieve, decide, cluster; each is timed.

``Ingest._add_and_decide`` has their order. Articles are stored before candidates are looked up: of two equal ones that
come at once, only the one with the smaller number is the original.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from wirematch.concurrency import together
from wirematch.detection.deciding.report import make_report
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.storing.adding import AddResult, IngestOptions
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.detection.storing.original_shown import with_original
from wirematch.detection.storing.unseen_sources import updates_with_unseen, with_unseen_sources
from wirematch.detection.storing.writing import ReadBatch, StoreResult, Writing, in_pivot
from wirematch.detection.submission import ClusteredSubmission, DecidedSubmission, Retrieved, Submission
from wirematch.detection.telemetry import Step, measured
from wirematch.detection.translations.kept_translations import ArticleInPivot
from wirematch.errors import PartialIndexError, WirematchError
from wirematch.index.protocol import Placement, PutOutcome, Record
from wirematch.models import Article, Decision, Report
from wirematch.state.clusters import ClusterUpdate
from wirematch.state.pending_articles import Claim

OLD_NOTE_SECONDS = 20.0
"""Age from which on articles are noted again before they are written. Who finds a note of a minute ago, and no article,
forgets it (``LateClustering``)."""
DROPPED_AT_ONCE = 64
"""Articles that are stored before the copies among them are dropped. A bucket keeps the newest articles only (128 by
default), so more copies at a time would push the story that they copy out of its buckets."""


class Ingest:
    """Stores articles and decides what they derive from. Raises the errors of StoryIndex."""

    def __init__(self, steps: DetectionSteps, *, keeps_texts: bool = True) -> None:
        """Without ``keeps_texts``, the index stores imprints instead of texts."""
        self._steps = steps
        self._writing = Writing(steps, keeps_texts=keeps_texts)

    async def add(
        self,
        articles: Sequence[Article],
        options: IngestOptions,
        let_next: Callable[[], None] | None = None,
        order: BatchOrder | None = None,
    ) -> list[AddResult | WirematchError]:
        """Store new articles and decide each, as if they had come one after the other; one result each, in order.

        ``order`` is that of the stream whose batch this is; ``let_next`` is called when the next of its batches should
        be added.
        """
        order, let_next = order or BatchOrder(), let_next or _nobody_waits
        if not options.looks_up:
            return await self._writing.load(articles, let_next, order)
        if options.drop_duplicates and len(articles) > DROPPED_AT_ONCE:
            *parts, last = [articles[at : at + DROPPED_AT_ONCE] for at in range(0, len(articles), DROPPED_AT_ONCE)]
            added = [one for part in parts for one in await self._add_and_decide(part, options, _nobody_waits, order)]
            return added + await self._add_and_decide(last, options, let_next, order)
        return await self._add_and_decide(articles, options, let_next, order)

    async def _add_and_decide(
        self,
        articles: Sequence[Article],
        options: IngestOptions,
        let_next: Callable[[], None],
        order: BatchOrder,
    ) -> list[AddResult | WirematchError]:
        """Take a batch through all steps. Batches overlap, but are written and join clusters in order (BatchOrder)."""
        started = time.perf_counter()
        ids = [one.id or "" for one in articles]
        clustered: list[ClusteredSubmission] = []
        async with contextlib.AsyncExitStack() as place, contextlib.AsyncExitStack() as turn:
            reading = self._writing.read(articles, held=True)
            noted, batch = await together(self._steps.clustering.add_pending(ids), reading)
            await turn.enter_async_context(order.writing)
            earlier_joined = place.enter_context(order.place())
            if time.perf_counter() - started >= OLD_NOTE_SECONDS:
                noted = await self._steps.clustering.add_pending(ids, anew=True)
            if options.drop_duplicates:
                let_next()  # what is read meanwhile waits for its turn, and must not see what this one is going to drop
            stored, read = await self._write(batch, articles)
            if not options.drop_duplicates:
                await turn.aclose()
                let_next()  # not earlier: reading would come before the decisions on the batch before this one
            if submissions := [one for one in stored if isinstance(one, Submission)]:
                noted, retrieved = await self._noted_and_retrieved(noted, submissions, read)
                decided = await self._decide(retrieved, options)
                await earlier_joined()
                clustered = await self._cluster(decided, noted)
                await self._drop(one.decided for one in clustered if one.decided.dropped)
            partly = {one.decided.retrieved.submission.id for one in clustered if one.decided.retrieved.partial}
            self._steps.clustering.complete_pending(noted, [one for one in _known(ids, stored) if one not in partly])
        if options.show_original:
            clustered = [await with_original(one, self._steps) for one in clustered]
        results = (_result_of(one, started) for one in clustered)
        return [one if isinstance(one, WirematchError) else next(results) for one in stored]

    async def _noted_and_retrieved(
        self, noted: Claim | None, submissions: Sequence[Submission], read: Sequence[ArticleInPivot | None]
    ) -> tuple[Claim | None, list[Retrieved]]:
        """Retrieve candidates, and note submissions that could not be noted before they were stored."""
        if noted is not None:
            return noted, await self._retrieve(submissions, read)
        adding = self._steps.clustering.add_pending([one.id for one in submissions])
        return await together(adding, self._retrieve(submissions, read))

    async def _write(
        self, batch: ReadBatch, articles: Sequence[Article]
    ) -> tuple[list[StoreResult], list[ArticleInPivot | None]]:
        """Write a batch and its translations. Also returns how each stored article reads in the pivot language."""
        translations = self._steps.translations
        begun = await translations.begin(articles) if translations is not None else None
        stored = await self._writing.write(batch)
        if translations is not None and begun is not None:
            await translations.finish(begun, [isinstance(one, Submission) for one in stored])
        return stored, in_pivot(begun, stored)

    async def _retrieve(
        self, submissions: Sequence[Submission], read: Sequence[ArticleInPivot | None]
    ) -> list[Retrieved]:
        """Look up candidates, in all languages if ``read`` says how the submissions read in the pivot language."""
        retrieved = await self._steps.retriever.retrieve(submissions)
        in_pivot_language = [one for one in read if one is not None]
        if self._steps.cross_lingual is None or not in_pivot_language:
            return retrieved
        return await self._steps.cross_lingual.add(retrieved, in_pivot_language)

    async def replace(
        self, article: Article, expected: int | None, *, report: bool
    ) -> tuple[Submission, Report | None] | None:
        """Store ``article`` in place of the one with its id; None if that has another number than ``expected``."""
        started = time.perf_counter()
        [submission] = await self._writing.sign([article], held=report)
        noted_for_clusters = await self._steps.clustering.add_pending([submission.id], anew=report)
        translating = self._steps.translations
        noted = await translating.add_pending([submission.id]) if translating else None
        with measured(self._steps.telemetry, Step.STORE, 1):
            [kept], signature = await self._writing.kept([submission]), submission.fingerprint.signature
            placement = await self._steps.index.replace(kept, signature, expected, submission.aids)
        if placement is None:  # the note stays: it may have replaced an earlier one on the stored article
            return None
        submission = submission.at(placement)
        changed = placement.outcome is PutOutcome.REPLACED
        read = await self._read_replaced(article, placement, noted)
        if not report:
            if changed:
                await self._steps.clustering.leave([submission.id])
            self._steps.clustering.complete_pending(noted_for_clusters, [submission.id])
            return submission, None
        noted_for_clusters, [retrieved] = await self._noted_and_retrieved(noted_for_clusters, [submission], [read])
        with measured(self._steps.telemetry, Step.DECIDE, 1):
            decide = self._steps.decider.decide_one
            decided = await self._steps.executor.run_weighed(retrieved.weight, decide, retrieved)
        self._steps.record_decision_times()
        [clustered] = await self._cluster([decided], noted_for_clusters, changed=changed)
        self._steps.clustering.complete_pending(noted_for_clusters, [] if retrieved.partial else [submission.id])
        return submission, _report_of(await with_original(clustered, self._steps), started)

    async def decide_again(self, records: Sequence[Record]) -> list[ClusterUpdate | None]:
        """Decide stored articles anew, each in its place in order of storing; None where no cluster must be updated.

        Raises PartialIndexError if a part of the index does not answer: what it holds may decide.
        """
        signed = await self._steps.retriever.sign([record.article for record in records])
        placed = [
            Placement(PutOutcome.UNCHANGED, record.number, record.article.version, record.stored_at)
            for record in records
        ]
        submissions = [one.at(place) for one, place in zip(signed, placed, strict=True)]
        translations = self._steps.translations
        read = [await translations.read_stored(record.article) for record in records] if translations else []
        retrieved = await self._retrieve(submissions, read)
        if any(one.partial for one in retrieved):
            raise PartialIndexError
        decided = await self._decide(await with_unseen_sources(retrieved, self._steps), IngestOptions())
        return await updates_with_unseen(decided, self._steps)

    async def _read_replaced(
        self, article: Article, placement: Placement, noted: Claim | None
    ) -> ArticleInPivot | None:
        """How an article that was put unconditionally reads in the pivot language; None if nothing is translated."""
        if self._steps.translations is None or noted is None:
            return None
        if placement.outcome is PutOutcome.UNCHANGED and await self._steps.translations.of(article) is not None:
            await self._steps.translations.keep(noted)
            return await self._steps.translations.read_stored(article)
        [read] = await self._steps.translations.read([article])
        await self._steps.translations.replace(read, noted)
        return read

    async def _decide(self, retrieved: Sequence[Retrieved], options: IngestOptions) -> list[DecidedSubmission]:
        with measured(self._steps.telemetry, Step.DECIDE, len(retrieved)):
            parts = await together(
                *(
                    self._decide_part(retrieved, *part, options)
                    for part in _parts(retrieved, self._steps.executor.threads)
                )
            )
            decided = [one for part in parts for one in part]
            if options.drop_duplicates and any(one.decision is Decision.DUPLICATE for one in decided):
                decided = await self._without_duplicates(decided, options)
        self._steps.record_decision_times()
        return decided

    async def _decide_part(
        self, retrieved: Sequence[Retrieved], first: int, last: int, options: IngestOptions
    ) -> list[DecidedSubmission]:
        part = retrieved[first:last]
        return await self._steps.executor.run_weighed(
            _weight_of(part), self._steps.decider.decide_batch, part, retrieved[:first], explain=options.explain
        )

    async def _without_duplicates(
        self, decided: Sequence[DecidedSubmission], options: IngestOptions
    ) -> list[DecidedSubmission]:
        weight = _weight_of([one.retrieved for one in decided])
        drop = self._steps.decider.drop_duplicates
        return await self._steps.executor.run_weighed(weight, drop, decided, explain=options.explain)

    async def _cluster(
        self, decided: Sequence[DecidedSubmission], noted: Claim | None, *, changed: bool = False
    ) -> list[ClusteredSubmission]:
        for one in decided:
            submission = one.retrieved.submission
            self._steps.telemetry.decided(submission.article.source, one.decision, len(one.retrieved.records))
        with measured(self._steps.telemetry, Step.CLUSTER, len(decided)):
            clustered = await self._steps.clustering.join(decided, noted, changed=changed)
        self._steps.decider.remember(one.retrieved.submission for one in decided)
        return clustered

    async def _drop(self, decided: Iterable[DecidedSubmission]) -> None:
        """Delete copies, which were stored only to be decided."""
        submissions = [one.retrieved.submission for one in decided]
        for submission in submissions:
            if not await self._steps.index.delete(submission.id, submission.number):
                await self._drop_renumbered(submission)
        if self._steps.translations is not None:
            await self._steps.translations.remove([submission.id for submission in submissions])
        await self._steps.clustering.leave([submission.id for submission in submissions])

    async def _drop_renumbered(self, submission: Submission) -> None:
        """Delete a copy that a rebuild has renumbered since, but no other article stored in its place."""
        placement = submission.placement
        assert placement is not None
        for record in await self._steps.index.get_many([submission.id]):
            if (record.article.version, record.article.stored_at) == (placement.version, placement.stored_at):
                await self._steps.index.delete(submission.id, record.number)


def _nobody_waits() -> None:
    """Nothing follows a batch."""


def _known(article_ids: Sequence[str], stored: Sequence[StoreResult]) -> list[str]:
    """Return the ids of which it is known whether they were stored."""
    return [
        article_id
        for article_id, result in zip(article_ids, stored, strict=True)
        if isinstance(result, Submission) or not result.uncertain
    ]


def _weight_of(retrieved: Sequence[Retrieved]) -> int:
    return sum(one.weight for one in retrieved)


def _parts(retrieved: Sequence[Retrieved], threads: int) -> list[tuple[int, int]]:
    """Begin and end of each thread's part: neighbours stay together, as they have candidates in common."""
    edges = [len(retrieved) * part // threads for part in range(threads + 1)]
    return [(first, last) for first, last in pairwise(edges) if last > first]


def _result_of(clustered: ClusteredSubmission, started: float) -> AddResult:
    decided = clustered.decided
    placement = decided.retrieved.submission.placement
    assert placement is not None
    return AddResult(
        id=None if decided.dropped else decided.retrieved.submission.id,
        version=None if decided.dropped else placement.version,
        decision=decided.decision,
        original_id=clustered.original_id,
        pickups=decided.pickups,
        report=_report_of(clustered, started),
        untranslated=decided.retrieved.cross_lingual.untranslated if decided.retrieved.cross_lingual else None,
    )


def _report_of(clustered: ClusteredSubmission, started: float) -> Report | None:
    decided = clustered.decided
    if decided.verdict is None:
        return None
    took_ms = round((time.perf_counter() - started) * 1000, 2)
    return make_report(decided.verdict, decided.retrieved, clustered.original_id, took_ms)
