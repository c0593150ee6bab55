"""What a text derives from, among stored articles or beside a single other text; nothing is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from wirematch.detection.deciding.report import make_report
from wirematch.detection.policy import DERIVED_DECISIONS, size_of
from wirematch.detection.scheduling.executor import WorkAhead
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.submission import Retrieved, Submission, weight_of
from wirematch.detection.telemetry import Step, measured
from wirematch.detection.translations.pivot_sides import compare_two
from wirematch.errors import IndexUnavailableError
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.judge import Verdict
from wirematch.models import NO_FILTERS, Article, Filters, Match, Report

SelectSources = Callable[[Sequence[Record]], list[Record]]
"""Leaves those of a submission's candidates that it may derive from, in their order."""


class Checker:
    """Checks and compares articles. Raises the errors of StoryIndex, and OverloadedError."""

    def __init__(self, steps: DetectionSteps, comparer: Comparer) -> None:
        self._steps = steps
        self._comparer = comparer

    async def check(
        self,
        article: Article,
        filters: Filters = NO_FILTERS,
        select: SelectSources | None = None,
        also: Sequence[Record] = (),
    ) -> Report:
        """Report what ``article`` derives from; nothing is stored. With ``select``, only what it selects counts.

        It is compared with ``also``, too, whether its text leads to them or not.
        """
        started = time.perf_counter()
        async with self._steps.executor.admission(size_of(article.body)):
            [submission] = await self._steps.retriever.sign([article])
            retrieved, verdict, original = await self._retrieve_and_judge(submission, filters, select, also)
            self._steps.telemetry.decided(article.source, verdict.decision, len(retrieved.records))
        return make_report(verdict, retrieved, original, _milliseconds_since(started))

    async def _retrieve_and_judge(
        self, submission: Submission, filters: Filters, select: SelectSources | None, also: Sequence[Record]
    ) -> tuple[Retrieved, Verdict, str | None]:
        """Retrieve candidates and judge ``submission``; its text is prepared while candidates are fetched.

        Returns the id of the original, too, None unless it is derived. With filters this is the best match, as the
        original of its cluster may not pass them.
        """
        ahead: WorkAhead[PreparedArticle] | None = None

        def prepare() -> None:
            nonlocal ahead
            ahead = self._steps.executor.begin(self._steps.decider.prepare, submission)

        try:
            if filters.narrow:
                retrieved = await self._steps.retriever.retrieve_filtered(submission, filters)
                retrieved = retrieved.and_records(await self._first_of_cluster(retrieved, filters))
            else:
                [retrieved] = await self._steps.retriever.retrieve([submission], on_promising=prepare)
            if self._steps.translations is not None and self._steps.cross_lingual is not None:
                read = await self._steps.translations.read([submission.article])
                [retrieved] = await self._steps.cross_lingual.add([retrieved], read, filters)
            retrieved = retrieved.and_records(also) if also else retrieved
            if select is not None:
                retrieved = retrieved.among(select)
            if ahead is not None:
                retrieved = replace(retrieved, submission=replace(submission, ahead=ahead))
            verdict = await self.judge(retrieved, filters)
            original = verdict.matches[0].id if verdict.decision in DERIVED_DECISIONS else None
            if original is None or filters.narrow:
                return retrieved, verdict, original
            original = await self._steps.clustering.original_of(original)
            known = {record.id for record in retrieved.every_record}
            if original not in known and (found := await self._steps.index.get_many([original])):
                # So many derive from it that buckets lead to these alone; it is compared, too, as readers ask for it.
                retrieved = retrieved.and_records(found)
                verdict = await self.judge(retrieved, filters)
            return retrieved, verdict, original if verdict.decision in DERIVED_DECISIONS else None
        finally:
            if ahead is not None:
                ahead.drop()

    async def _first_of_cluster(self, retrieved: Retrieved, filters: Filters) -> list[Record]:
        """Return those of the first members of the best candidate's cluster that pass and are worth a comparison.

        Buckets lead to the newest articles. Where these do not pass, an older one may, such as the story itself.
        """
        best = await self._steps.index.fetch(retrieved.lookup.ranking, 1)
        if not best:
            return []
        members = await self._steps.clustering.first_members(self._steps.index, best[0])
        passing = [one for one in members if filters.admits(one.article)]
        return await self._steps.retriever.overlapping(retrieved.submission.fingerprint, passing)

    async def compare(self, submission: Article, story: Article, *, explain: bool = False) -> Match:
        """Return what ``submission`` owes to ``story``, taking stored articles on their event into account.

        If the index is unavailable, they are compared as if nobody else had reported the event. Nothing is stored.
        """
        cost = size_of(submission.body) + size_of(story.body)
        async with self._steps.executor.admission(cost):
            try:
                neighbours = await self.neighbours(submission, story)
            except IndexUnavailableError:
                neighbours = []
            if self._steps.translations is not None:
                read = await self._steps.translations.read([submission, story])
                pivot, pivot_texts = self._steps.translations.translating.pivot, [one.pivot_text for one in read]
                cross_lingual = partial(compare_two, self._comparer, pivot, [submission, story], pivot_texts)
                found = await self._steps.executor.run_weighed(cost, cross_lingual, with_reasons=explain)
                if found is not None:
                    return found
            articles = [record.article for record in neighbours]
            weight = cost + weight_of(neighbours)
            work = partial(self._comparer.compare_articles, with_reasons=explain)
            return await self._steps.executor.run_weighed(weight, work, submission, story, articles)

    async def neighbours(self, *articles: Article) -> list[Record]:
        """Return the stored articles on the event of ``articles``, most similar first; IndexUnavailableError."""
        return await self._steps.retriever.neighbours(await self._steps.retriever.sign(articles))

    async def candidates(self, article: Article, limit: int) -> list[Record]:
        """Return the stored articles that ``article`` would be compared with, best first."""
        [retrieved] = await self._steps.retriever.retrieve(await self._steps.retriever.sign([article]))
        return retrieved.records[:limit]

    async def judge(self, retrieved: Retrieved, filters: Filters) -> Verdict:
        """Judge a submission against its candidates, with all evidence; runs in a thread unless it is trivial."""
        with measured(self._steps.telemetry, Step.DECIDE, 1):
            verdict = self._steps.decider.judge_at_once(retrieved)
            if verdict is None:
                verdict = await self._steps.executor.run_weighed(
                    retrieved.weight, self._steps.decider.judge, retrieved, filters
                )
        self._steps.record_decision_times()
        return verdict


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
