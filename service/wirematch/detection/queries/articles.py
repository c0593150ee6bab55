"""Queries about stored articles: the articles themselves, their clusters, pickups, events and sources."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, Self

from wirematch.detection.cache import DetectorCaches, FoundEvent, FoundPickups
from wirematch.detection.checking import Checker
from wirematch.detection.clustering import Clustering
from wirematch.detection.deciding.report import make_report
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.number_cache import NumberCache
from wirematch.detection.policy import affordable
from wirematch.detection.queries.event_listing import list_event, with_foreign
from wirematch.detection.queries.pickups import came_after, came_before, derived_from, newest_first
from wirematch.detection.queries.relatives import Relatives, find_relatives
from wirematch.detection.steps import DetectionSteps
from wirematch.detection.submission import Retrieved, Submission, weight_of
from wirematch.detection.translations.pivot_sides import reversed_comparisons
from wirematch.index.keys import Namespace
from wirematch.index.protocol import NO_LOOKUP, Placement, PutOutcome, Record, StoryIndex, preceding
from wirematch.matching.compare import Comparer
from wirematch.matching.sources import DERIVED
from wirematch.matching.translated.story import TranslatedStory
from wirematch.models import NO_FILTERS, Article, Bound, Kind, Match, Report, SourceFilters, StoredArticle
from wirematch.models.listings import ClusterPage, EventArticle, EventPage, PickupPage

MATCHES = 20

PICKUP_BYTES = 4
"""Bytes compared for a story's pickups, in multiples of those for a report: pickups are many, and seldom asked for."""
EVERY_MATCH = NO_FILTERS.model_copy(update={"limit": sys.maxsize})


async def report_again(
    checker: Checker, index: StoryIndex, clustering: Clustering, record: Record, kinds: Sequence[Kind] | None = None
) -> Report:
    """Report what a stored article derives from among everything (of these ``kinds``) that came before it.

    That is what lists it among its pickups. Raises the errors of StoryIndex and of
    Checker.check.
    """
    article = record.article.as_submitted()
    filters = SourceFilters(
        not_published_after=article.published_at, kinds=None if kinds is None else list(kinds), limit=MATCHES
    )
    members = await clustering.first_members(index, record)
    wanted = [one for one in members if kinds is None or one.article.kind in kinds]
    return await checker.check(article, filters, partial(came_before, article=record), wanted)


class KeptQueries(NamedTuple):
    """What was compared for queries, by the document number of the article that they were about."""

    pickups: NumberCache[FoundPickups]
    events: NumberCache[FoundEvent]

    @classmethod
    def of(cls, namespace: Namespace, caches: DetectorCaches) -> Self:
        """Return the part of the caches that belongs to a namespace."""
        return cls(NumberCache(namespace, caches.pickups), NumberCache(namespace, caches.events))


class StoredArticles:
    """Reads and explains what is stored. Raises the errors of StoryIndex, and OverloadedError."""

    def __init__(
        self,
        steps: DetectionSteps,
        checker: Checker,
        limits: DetectorLimits,
        comparer: Comparer,
        kept: KeptQueries,
    ) -> None:
        self._kept = kept
        self._steps = steps
        self._checker = checker
        self._limits = limits
        self._comparer = comparer

    async def get(self, article_id: str) -> StoredArticle:
        """Return the stored article; ArticleNotFoundError when there is none."""
        return (await self._steps.index.get(article_id)).article

    async def cluster(self, article_id: str, offset: int, limit: int) -> ClusterPage:
        """Return a page of an article's cluster: the original first, then copies and rewrites in order of storing."""
        return await self._steps.clustering.page(self._steps.index, article_id, offset, limit)

    async def pickups(self, article_id: str, offset: int, limit: int) -> PickupPage:
        """Return stored articles that derive from a story and came after it, newest first.

        Articles stored before the story, changed or deleted are listed as they are now. "After" is by time of
        publication, or by order of storing where a time is missing.
        """
        record = await self._steps.index.get(article_id)
        async with self._steps.executor.admission(record.size):
            [story] = await self._steps.retriever.sign([record.article])
            relatives = await self._relatives(record, story)
            records = came_after(relatives.records, record)
            overlapping = await self._steps.retriever.overlapping(story.fingerprint, records)
            bounded = relatives.bounded({other.number for other in overlapping})
            few = affordable([other.size for other in overlapping], PICKUP_BYTES * self._limits.compare_bytes)
            passed_over, overlapping = len(overlapping) - few, overlapping[:few]
            pickups = await self._derived_from(record, overlapping)
            cross_lingual = await self._compared_cross_lingual(record, story, overlapping)
            later = came_after([other for other, _ in cross_lingual], record)
            foreign = {other.number: one for other, one in cross_lingual}
            turned = reversed_comparisons([foreign[other.number] for other in later])
            pickups += [
                one.match(self._comparer, with_reasons=False) for one in turned if one.finding.relation in DERIVED
            ]
            overlapping = [*overlapping, *later]  # a record listed twice gives the same time
        page = newest_first(pickups, overlapping)[offset : offset + limit]
        return PickupPage(
            id=article_id,
            total=len(pickups),
            offset=offset,
            pickups=page,
            bounded=[Bound.CANDIDATES] if passed_over or bounded else [],
            partial_index=relatives.partial,
        )

    async def event(self, article_id: str, offset: int, limit: int) -> EventPage:
        """Return the stored articles on the event of a stored one, first to last, with their relations to it.

        From as many candidates as pickups are, which are compared again only if they have changed;
        ArticleNotFoundError.
        """
        record = await self._steps.index.get(article_id)
        async with self._steps.executor.admission(record.size):
            [signed] = await self._steps.retriever.sign([record.article])
            relatives = await self._relatives(record, signed)
            others = relatives.records
            few = affordable([other.size for other in others], PICKUP_BYTES * self._limits.compare_bytes)
            passed_over, others = len(others) - few, others[:few]
            articles = await self._event_of(record, others)
            listed = {article.id for article in articles}
            bounded = relatives.bounded({other.number for other in others if other.id in listed})
            foreign = await self._compared_cross_lingual(record, signed, others)
            articles = with_foreign(articles, record, foreign)
        relations = Counter(article.relation for article in articles if article.relation is not None)
        page = list(articles[offset : offset + limit])
        return EventPage(
            id=article_id,
            total=len(articles),
            relations=relations,
            offset=offset,
            articles=page,
            bounded=[Bound.CANDIDATES] if passed_over or bounded else [],
            partial_index=relatives.partial,
        )

    async def report_again(self, article_id: str, kinds: Sequence[Kind] | None = None) -> Report:
        """See the function ``report_again``; ArticleNotFoundError when there is none."""
        record = await self._steps.index.get(article_id)
        return await report_again(self._checker, self._steps.index, self._steps.clustering, record, kinds)

    async def report_on_stored(self, article_id: str) -> tuple[StoredArticle, Report]:
        """Return a stored article and its report against everything stored before it, with every match.

        Raises ArticleNotFoundError when there is none.
        """
        record = await self._steps.index.get(article_id)
        async with self._steps.executor.admission(record.size, wait=True):
            [signed] = await self._steps.retriever.sign([record.article])
            placement = Placement(PutOutcome.UNCHANGED, record.number, record.article.version, record.article.stored_at)
            submission = Submission(record.article, signed.fingerprint, placement)
            [retrieved] = await self._steps.retriever.retrieve([submission])
            members = await self._steps.clustering.first_members(self._steps.index, record)
            retrieved = retrieved.and_records(preceding(members, placement))
            if self._steps.translations is not None and self._steps.cross_lingual is not None:
                read = await self._steps.translations.read_stored(record.article)
                [retrieved] = await self._steps.cross_lingual.add([retrieved], [read])
            verdict = await self._checker.judge(retrieved, EVERY_MATCH)
        return record.article, make_report(verdict, retrieved, None, 0.0)

    async def _relatives(self, record: Record, signed: Submission) -> Relatives:
        lookup = await self._steps.index.lookup(signed.fingerprint.signature)
        return await find_relatives(
            self._steps.index,
            self._steps.clustering,
            record,
            lookup,
            most_ranked=self._limits.pickup_limit,
            most_bytes=PICKUP_BYTES * self._limits.compare_bytes,
        )

    async def _compared_cross_lingual(
        self, record: Record, signed: Submission, others: Sequence[Record]
    ) -> list[tuple[Record, TranslatedStory]]:
        """Compare a stored article with related ones in other languages, leaving out ``others``."""
        if self._steps.translations is None or self._steps.cross_lingual is None:
            return []
        read = await self._steps.translations.read_stored(record.article)
        nothing = Retrieved(signed, NO_LOOKUP, list(others), 0, partial=False)
        [found] = await self._steps.cross_lingual.add([nothing], [read], most=self._limits.pickup_limit)
        assert found.cross_lingual is not None
        by_id = {one.record.id: one.record for one in found.cross_lingual.candidates}
        weight = weight_of(by_id.values())
        compared = await self._steps.executor.run_weighed(weight, self._steps.decider.compared_across, found)
        return [(by_id[one.story.article.id or ""], one) for one in compared]

    async def _event_of(self, record: Record, others: Sequence[Record]) -> Sequence[EventArticle]:
        """List the article and those of ``others`` on its event; not compared again if these are what they were."""
        among = tuple(other.number for other in others)
        found = self._kept.events.get(record.number)
        if found is None or found.among != among:
            listed = await self._steps.executor.run_weighed(weight_of(others), self._listed, record, others)
            found = FoundEvent(among, tuple(listed))
            self._kept.events.keep_one(record.number, found)
        return found.articles

    def _listed(self, record: Record, others: Sequence[Record]) -> list[EventArticle]:
        [asked, *sides] = self._steps.decider.prepared([record, *others])
        return list_event(self._comparer, (record, asked), list(zip(others, sides, strict=True)))

    async def _derived_from(self, story: Record, records: Sequence[Record]) -> list[Match]:
        """Return those of ``records`` that derive from ``story``; not compared again if the event is what it was."""
        among = tuple(record.number for record in records)
        found = self._kept.pickups.get(story.number)
        if found is None or found.among != among:
            pickups = await self._steps.executor.run_weighed(weight_of(records), self._compared, story.article, records)
            found = FoundPickups(among, tuple(pickups))
            self._kept.pickups.keep_one(story.number, found)
        return list(found.pickups)

    def _compared(self, story: Article, records: Sequence[Record]) -> list[Match]:
        return derived_from(self._comparer, self._comparer.prepare(story), self._steps.decider.prepared(records))
