"""What the service does with articles: check, store, replace, delete, compare, list.

HTTP, the command line and the pipelines call this and nothing below it.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from wirematch.detection.across import AcrossRetriever
from wirematch.detection.cache import DetectorCaches
from wirematch.detection.clustering import Clustering
from wirematch.detection.completion import complete
from wirematch.detection.deadline import carry_on
from wirematch.detection.decision import SubmissionDecider
from wirematch.detection.event_listing import list_event, with_foreign
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.ingest import AddResult, Ingest, IngestOptions
from wirematch.detection.limits import DetectorLimits
from wirematch.detection.listener import NoListener, StoreListener, StoreOutcome
from wirematch.detection.pickups import came_after, derived_from, newest_first
from wirematch.detection.pivot_sides import compare_two, owing_to
from wirematch.detection.policy import DERIVED_DECISIONS, affordable, is_same_article, size_of
from wirematch.detection.report import make_report
from wirematch.detection.retrieval import Retriever
from wirematch.detection.submission import Retrieved, Submission
from wirematch.detection.telemetry import NoTelemetry, Step, Telemetry, measured
from wirematch.detection.translations import Translations
from wirematch.detection.warming import warm_up
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, IndexUnavailableError, WirematchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Lookup, Placement, PutOutcome, Record, StoryIndex
from wirematch.listings import ClusterPage, EventArticle, EventPage, PickupPage
from wirematch.matching.compare import Comparer
from wirematch.matching.judge import DERIVED, Verdict
from wirematch.matching.translated_story import TranslatedStory
from wirematch.models import NO_FILTERS, Article, Bound, Decision, Filters, Match, Receipt, Report, StoredArticle
from wirematch.state.clusters import ArticleClusters, ClusterUpdate
from wirematch.state.erasure import Erasure
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt

PICKUP_BYTES = 4
"""Bytes of candidates for a story's pickups to one of candidates for a report: they are many, and asked for seldom."""
NO_RANKING = Ranking(np.empty(0, np.uint64), np.empty(0))
EVERY_MATCH = NO_FILTERS.model_copy(update={"limit": sys.maxsize})


class Detector:
    """Checks, stores and explains articles. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(  # noqa: PLR0913 - composed once, in one place
        self,
        index: StoryIndex,
        namespace: Namespace,
        clusters: ArticleClusters,
        comparer: Comparer,
        scheme: FingerprintScheme,
        executor: BoundedExecutor,
        limits: DetectorLimits,
        *,
        erasure: Erasure | None = None,
        listener: StoreListener | None = None,
        telemetry: Telemetry | None = None,
        caches: DetectorCaches | None = None,
        translations: Translations | None = None,
    ) -> None:
        """``namespace`` keeps this detector's entries in ``caches`` apart from those of others in the process.

        With ``translations``, what is in other languages is compared, too.
        """
        self.index = index
        self.executor = executor
        self._limits = limits
        self._comparer = comparer
        self.scheme = scheme
        self.caches = caches or DetectorCaches(limits)
        self._erasure = erasure
        self._listener = listener or NoListener()
        self._telemetry = telemetry or NoTelemetry()
        self._clustering = Clustering(clusters)
        self._decider = SubmissionDecider(comparer, namespace, self.caches)
        self._retriever = Retriever(
            index,
            namespace,
            scheme,
            executor,
            self._telemetry,
            compare_limit=limits.compare_limit,
            excerpt_limit=limits.excerpt_limit,
            compare_bytes=limits.compare_bytes,
            caches=self.caches,
        )
        self.translations = translations
        self._across = None if translations is None else AcrossRetriever(index, translations, limits.compare_bytes)
        self._ingest = Ingest(
            index,
            self._retriever,
            self._decider,
            self._clustering,
            executor,
            self._telemetry,
            translations,
            self._across,
            keeps_texts=limits.texts,
        )

    def on(  # noqa: PLR0913 - composed in one place
        self,
        index: StoryIndex,
        namespace: Namespace,
        clusters: ArticleClusters,
        scheme: FingerprintScheme,
        erasure: Erasure,
        listener: StoreListener | None,
        translations: Translations | None = None,
    ) -> Detector:
        """A detector for the articles of another namespace, with the threads and caches of this one."""
        return Detector(
            index,
            namespace,
            clusters,
            self._comparer,
            scheme,
            self.executor,
            self._limits,
            erasure=erasure,
            listener=listener,
            telemetry=self._telemetry,
            caches=self.caches,
            translations=translations,
        )

    async def warm_up(self) -> None:
        """Read what the first article would wait for."""
        await self.executor.run(warm_up, self._comparer, self.scheme)

    # Checking

    async def check(self, article: Article, filters: Filters = NO_FILTERS) -> Report:
        """Report what ``article`` derives from; nothing is stored."""
        started = time.perf_counter()
        async with self.executor.admission(size_of(article.body)):
            [submission] = await self._retriever.sign([article])
            if filters.narrow:
                retrieved = await self._retriever.retrieve_filtered(submission, filters)
            else:
                [retrieved] = await self._retriever.retrieve([submission])
            if self.translations is not None and self._across is not None:
                read = await self.translations.read([article])
                [retrieved] = await self._across.add([retrieved], read, filters)
            verdict = await self._judge(retrieved, filters)
            self._telemetry.decided(article.source, verdict.decision, len(retrieved.records))
            # Among filtered articles, the best of these is named; the original of its cluster may not be among them.
            original = verdict.matches[0].id if verdict.decision in DERIVED_DECISIONS else None
            if original is not None and not filters.narrow:
                original = await self._clustering.original_of(original)
        return make_report(verdict, retrieved, original, _milliseconds_since(started))

    async def compare(self, submission: Article, story: Article, *, explain: bool = False) -> Match:
        """What ``submission`` owes to ``story``, with the stored articles on their event in view; nothing is stored.

        Where the index does not answer, they are compared as if nobody else had written of it.
        """
        cost = size_of(submission.body) + size_of(story.body)
        async with self.executor.admission(cost):
            try:
                neighbours = await self.neighbours(submission, story)
            except IndexUnavailableError:
                neighbours = []
            if self.translations is not None:
                read = await self.translations.read([submission, story])
                pivot, readings = self.translations.translating.pivot, [one.reading for one in read]
                across = partial(compare_two, self._comparer, pivot, [submission, story], readings)
                found = await self.executor.run_weighed(cost, across, with_reasons=explain)
                if found is not None:
                    return found
            articles = [record.article for record in neighbours]
            weight = cost + weight_of(neighbours)
            work = partial(self._comparer.compare_articles, with_reasons=explain)
            return await self.executor.run_weighed(weight, work, submission, story, articles)

    async def neighbours(self, *articles: Article) -> list[Record]:
        """The stored articles on the event of these, likest first; IndexUnavailableError."""
        return await self._retriever.neighbours(await self._retriever.sign(articles))

    async def translated_texts(self, articles: Sequence[Article]) -> list[str | None]:
        """How each reads in translation; None of what is not translated."""
        if self.translations is None:
            return [None for _ in articles]
        async with self.executor.admission(sum(size_of(article.body) for article in articles)):
            read = [await self.translations.read_stored(article) for article in articles]
        return [one.reading.translation.text if one.reading.translation else None for one in read]

    async def candidates(self, article: Article, limit: int) -> list[Record]:
        """The stored articles that ``article`` would be compared with, best first."""
        [retrieved] = await self._retriever.retrieve(await self._retriever.sign([article]))
        return retrieved.records[:limit]

    async def _judge(self, retrieved: Retrieved, filters: Filters) -> Verdict:
        with measured(self._telemetry, Step.DECIDE, 1):
            verdict = await self.executor.run_weighed(
                weight_of(retrieved.every_record), self._decider.judge, retrieved, filters
            )
        self._decider.watch.tell(self._telemetry)
        await self.index.keep_skeletons(self._decider.new_skeletons())
        if self.translations is not None:
            await self.translations.index.keep_skeletons(self._decider.new_skeletons_of_translations())
        return verdict

    # Storing

    async def add(
        self,
        article: Article,
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        attempt: Attempt = FIRST_ATTEMPT,
    ) -> Receipt:
        """Store a new article and report what it derives from, among all that was stored before it.

        With ``unless_duplicate``, a copy of a stored article is not kept. ArticleExistsError when its id is taken, and
        not by an earlier attempt at the same request.
        """
        article = complete(article, attempt.article_id)
        [added] = await self.add_many([article], look=report, unless_duplicate=unless_duplicate, explain=True)
        if attempt.again and isinstance(added, ArticleExistsError) and await self._is_stored(article):
            return await self._add_again(article, report=report, unless_duplicate=unless_duplicate)
        if isinstance(added, WirematchError):
            raise added
        stored = added.id is not None
        shown = added.report if report or not stored else None
        return Receipt(id=added.id, stored=stored, version=added.version, report=shown, untranslated=added.untranslated)

    async def add_many(  # noqa: PLR0913 - what a caller may want of a batch
        self,
        articles: Sequence[Article],
        *,
        look: bool = True,
        unless_duplicate: bool = False,
        explain: bool = False,
        wait: bool = False,
        on_stored: Callable[[], None] | None = None,
    ) -> list[AddResult | WirematchError]:
        """Store new articles and decide what each derives from, as if they had come one after the other.

        Of each, in order, what became of it, or why it was not stored. With ``look=False`` nothing is decided, unless
        copies are not to be kept; only with ``explain`` are there reports. ``wait`` for a place in the queue where
        OverloadedError would be raised. ``on_stored`` is called once others may be stored behind these.
        """
        articles = list(map(complete, articles))
        options = IngestOptions(look, unless_duplicate, explain)
        if self._listener.wants_reports:
            options = IngestOptions(look, unless_duplicate, explain or options.looks)
        cost = sum(size_of(article.body) for article in articles)
        async with self.executor.admission(cost, wait=wait):  # the batch is refused as a whole or not at all
            carry_on()
            tickets = await self._listener.announce([article.id or "" for article in articles])
            results = await self._ingest.add(articles, options, on_stored)
        concluded = map(_outcome_of, tickets, articles, results)
        await self._listener.conclude(list(concluded))
        return results

    async def put(self, article: Article, *, report: bool = True) -> tuple[PutOutcome, Receipt]:
        """Store ``article`` under its id, whether or not something is there; the same content changes nothing."""
        done = await self.replace(article, None, report=report)
        assert done is not None  # it replaces whatever is there
        return done

    async def replace(
        self, article: Article, expected: int | None, *, report: bool = True
    ) -> tuple[PutOutcome, Receipt] | None:
        """As ``put``, only in place of the version with the number ``expected``; None when that is not there."""
        article = complete(article)
        async with self.executor.admission(size_of(article.body)):
            carry_on()
            [ticket] = await self._listener.announce([article.id or ""])
            done = await self._ingest.replace(article, expected, report=report)
        if done is None:
            await self._listener.conclude([StoreOutcome(ticket, article, version=None)])
            return None
        submission, told = done
        placement = submission.placement
        assert placement is not None
        changed = placement.outcome is not PutOutcome.UNCHANGED
        created = placement.outcome is PutOutcome.CREATED
        version = placement.version if changed else None
        await self._listener.conclude([StoreOutcome(ticket, article, version, created=created, report=told)])
        untranslated = told.untranslated if told else None
        receipt = Receipt(id=article.id, stored=True, version=placement.version, report=told, untranslated=untranslated)
        return placement.outcome, receipt

    async def _is_stored(self, article: Article) -> bool:
        stored = (await self.index.get_many([article.id or ""]))[:1]
        return any(is_same_article(record.article.as_submitted(), article) for record in stored)

    async def _add_again(self, article: Article, *, report: bool, unless_duplicate: bool) -> Receipt:
        """What ``add`` would have answered, of an article that an interrupted attempt stored."""
        _, receipt = await self.put(article, report=report or unless_duplicate)
        if unless_duplicate and receipt.report and receipt.report.decision is Decision.DUPLICATE:
            await self.remove(article.id or "")
            return Receipt(id=None, stored=False, version=None, report=receipt.report)
        return receipt if report else receipt.model_copy(update={"report": None})

    # Deleting

    async def delete(self, article_id: str) -> None:
        """Remove the article and all that leads to it; ArticleNotFoundError when there is none."""
        if not await self.remove(article_id):
            raise ArticleNotFoundError(article_id)

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove the article, only if it still has ``number`` where one is given; whether there was one."""
        carry_on()
        expected = await self.translations.expect([article_id]) if self.translations else None
        removed = await self.index.delete(article_id, number)
        if self.translations is not None and expected is not None and (removed or number is None):
            await self.translations.removed(expected)
        if removed or number is None:  # one that has expired is removed, too, though it counts as absent
            await self._clustering.leave([article_id])
            await self._listener.removed([article_id])
            if self._erasure is not None:
                await self._erasure.erase(article_id)
        return removed

    async def sweep(self, most: int) -> int:
        """Remove articles that have expired, at most so many a shard; how many it was."""
        removed = await self.index.sweep(most)
        if self.translations is not None:
            await self.translations.index.sweep(most)
            await self.translations.remove(removed)
        await self._clustering.leave(removed)
        await self._clustering.catch_up()
        if self._erasure is not None:
            await self._erasure.erase_versions(removed)
        return len(removed)

    async def catch_up(self) -> int:
        """Translate some of what has no translation yet; how many articles were looked after."""
        if self.translations is None:
            return 0
        async with self.executor.admission(wait=True):
            return await self.translations.catch_up()

    # Reading

    async def decide_again(self, records: Sequence[Record]) -> list[ClusterUpdate | None]:
        """What clusters are told of stored articles, computed anew; None where that is nothing."""
        return await self._ingest.decide_again(records)

    async def get(self, article_id: str) -> StoredArticle:
        """The stored article; ArticleNotFoundError when there is none."""
        return (await self.index.get(article_id)).article

    async def cluster(self, article_id: str, offset: int, limit: int) -> ClusterPage:
        """The cluster of an article: the original first, then its copies and rewrites in order of storing."""
        return await self._clustering.page(self.index, article_id, offset, limit)

    async def pickups(self, article_id: str, offset: int, limit: int) -> PickupPage:
        """Stored articles that derive from a story and came after it, newest first.

        They are looked up anew each time, so articles that were stored before the story, changed or deleted are listed
        as they are now. Times of publication say what came after, and the order of storing where one is missing.
        """
        record = await self.index.get(article_id)
        async with self.executor.admission(size_of(record.body)):
            [story] = await self._retriever.sign([record.article])
            lookup = await self.index.lookup(story.fingerprint.signature)
            records = came_after(await self.index.fetch(lookup.ranking, self._limits.pickup_limit), record)
            overlapping = await self._retriever.overlapping(story.fingerprint, records)
            few = affordable([other.body for other in overlapping], PICKUP_BYTES * self._limits.compare_bytes)
            passed_over, overlapping = len(overlapping) - few, overlapping[:few]
            pickups = await self.executor.run_weighed(
                weight_of(overlapping), self._derived_from, record.article, overlapping
            )
            across = await self._compared_across(record, story, overlapping)
            later = came_after([other for other, _ in across], record)
            foreign = {other.number: one for other, one in across}
            owing = owing_to([foreign[other.number] for other in later])
            pickups += [
                one.match(self._comparer, with_reasons=False) for one in owing if one.finding.relation in DERIVED
            ]
            overlapping = [*overlapping, *later]  # of those that stand twice, either tells the time
        page = newest_first(pickups, overlapping)[offset : offset + limit]
        bounded = [Bound.CANDIDATES] if passed_over else []
        return PickupPage(id=article_id, total=len(pickups), offset=offset, pickups=page, bounded=bounded)

    async def event(self, article_id: str, offset: int, limit: int) -> EventPage:
        """The stored articles on the event of a stored one, first to last, each with its relation to that.

        They are looked up anew each time, among as many candidates as pickups are; ArticleNotFoundError.
        """
        record = await self.index.get(article_id)
        async with self.executor.admission(size_of(record.body)):
            [signed] = await self._retriever.sign([record.article])
            lookup = await self.index.lookup(signed.fingerprint.signature)
            records = await self.index.fetch(lookup.ranking, self._limits.pickup_limit)
            others = [other for other in records if other.article.id != article_id]
            few = affordable([other.body for other in others], PICKUP_BYTES * self._limits.compare_bytes)
            passed_over, others = len(others) - few, others[:few]
            articles = await self.executor.run_weighed(weight_of(others), self._event_of, record, others)
            articles = with_foreign(articles, record, await self._compared_across(record, signed, others))
        relations = Counter(article.relation for article in articles if article.relation is not None)
        page = articles[offset : offset + limit]
        return EventPage(
            id=article_id,
            total=len(articles),
            relations=relations,
            offset=offset,
            articles=page,
            bounded=[Bound.CANDIDATES] if passed_over else [],
        )

    async def report_on_stored(self, article_id: str) -> tuple[StoredArticle, Report]:
        """A stored article, and what it derives from among all that was stored before it, with every match.

        ArticleNotFoundError when there is none.
        """
        record = await self.index.get(article_id)
        async with self.executor.admission(size_of(record.body), wait=True):
            [signed] = await self._retriever.sign([record.article])
            placement = Placement(PutOutcome.UNCHANGED, record.number, record.article.version, record.article.stored_at)
            submission = Submission(record.article, signed.fingerprint, placement)
            [retrieved] = await self._retriever.retrieve([submission])
            if self.translations is not None and self._across is not None:
                read = await self.translations.read_stored(record.article)
                [retrieved] = await self._across.add([retrieved], [read])
            verdict = await self._judge(retrieved, EVERY_MATCH)
        return record.article, make_report(verdict, retrieved, None, 0.0)

    async def _compared_across(
        self, record: Record, signed: Submission, others: Sequence[Record]
    ) -> list[tuple[Record, TranslatedStory]]:
        """Stored articles in other languages that may tell the same as a stored one; none of ``others``."""
        if self.translations is None or self._across is None:
            return []
        read = await self.translations.read_stored(record.article)
        nothing = Retrieved(signed, Lookup(NO_RANKING, 0), list(others), 0, partial=False)
        [found] = await self._across.add([nothing], [read], most=self._limits.pickup_limit)
        assert found.across is not None
        by_id = {one.record.id: one.record for one in found.across.candidates}
        weight = weight_of(list(by_id.values()))
        compared = await self.executor.run_weighed(weight, self._decider.compared_across, found)
        return [(by_id[one.story.article.id or ""], one) for one in compared]

    def _event_of(self, record: Record, others: Sequence[Record]) -> list[EventArticle]:
        [asked, *sides] = self._decider.prepared([record, *others])
        return list_event(self._comparer, (record, asked), list(zip(others, sides, strict=True)))

    def _derived_from(self, story: Article, records: Sequence[Record]) -> list[Match]:
        return derived_from(self._comparer, self._comparer.side(story), self._decider.prepared(records))


def _outcome_of(ticket: str, article: Article, result: AddResult | WirematchError) -> StoreOutcome:
    if isinstance(result, WirematchError):
        return StoreOutcome(ticket, article, version=None, uncertain=result.status >= 500)
    return StoreOutcome(ticket, article, result.version, report=result.report)


def weight_of(records: Sequence[Record]) -> int:
    """Bytes of their texts together."""
    return sum(size_of(record.body) for record in records)


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
