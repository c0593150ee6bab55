"""The service's operations on articles: check, store, replace, delete, compare, list.

The only entry point to detection for HTTP, the command line and the pipelines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from wirematch.detection.checking import Checker
from wirematch.detection.dependencies import OwnDependencies, SharedDependencies, assemble_steps
from wirematch.detection.policy import is_same_article, size_of
from wirematch.detection.queries.articles import KeptQueries, StoredArticles
from wirematch.detection.scheduling.deadline import commit_to_finish
from wirematch.detection.storing.adding import AddResult, IngestOptions, complete
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.detection.storing.ingest import Ingest
from wirematch.detection.storing.late_clustering import LateClustering
from wirematch.detection.storing.late_joining import LateJoining
from wirematch.detection.storing.listener import StoreOutcome, outcome_of
from wirematch.detection.storing.removal import Removal
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, WirematchError
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.protocol import PutOutcome, Record
from wirematch.matching.compare import Comparer
from wirematch.models import NO_FILTERS, Article, Decision, Filters, Match, Receipt, Report, UnkeptArticle
from wirematch.state.clusters import ClusterUpdate
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt

_FIRST_TEXTS = (
    "The barge broke loose in the storm and brought down the old bridge of the harbour, the police said on Tuesday.",
    "A barge that broke loose in a storm has brought down the old bridge of the harbour, police said.",
)


class Detector:
    """Checks, stores and explains articles. Raises the errors of StoryIndex, and OverloadedError."""

    def __init__(self, own: OwnDependencies, shared: SharedDependencies) -> None:
        self.index = own.index
        self.executor = shared.executor
        self.scheme = own.scheme
        self.caches = shared.caches
        self.afterwards = shared.afterwards
        self.translations = own.translations
        self._own = own
        self._shared = shared
        self._listener = own.listener
        steps = assemble_steps(own, shared)
        self._removal = Removal(
            own.index,
            own.namespace,
            steps.clustering,
            own.listener,
            shared.caches,
            erasure=own.erasure,
            translations=own.translations,
        )
        self._ingest = Ingest(steps, keeps_texts=shared.limits.texts)
        self._late_clustering = LateClustering(own.index, own.clusters, self._ingest, shared.executor)
        self._late_joining: LateJoining | None = None
        if own.translations is not None and steps.cross_lingual is not None:
            self._late_joining = LateJoining(
                own.translations, steps.cross_lingual, steps.decider, self._ingest, steps.clustering, shared.executor
            )
        self._checker = Checker(steps, shared.comparer)
        self.stored = StoredArticles(
            steps, self._checker, shared.limits, shared.comparer, KeptQueries.of(own.namespace, shared.caches)
        )
        """Reads articles that are already stored: their clusters, pickups, events and reports."""

    def on(self, own: OwnDependencies) -> Detector:
        """Return a detector for another namespace that shares this one's threads and caches."""
        return Detector(own, self._shared)

    async def warm_up(self) -> None:
        """Load what the first article would otherwise wait for (word tables, lazy imports)."""
        await self.executor.run(warm_up, self._shared.comparer, self.scheme)

    async def check(self, article: Article, filters: Filters = NO_FILTERS) -> Report:
        """Report what ``article`` derives from; nothing is stored."""
        return await self._checker.check(article, filters)

    async def compare(self, submission: Article, story: Article, *, explain: bool = False) -> Match:
        """Return what ``submission`` owes to ``story``, beside stored articles on the event; nothing is stored."""
        return await self._checker.compare(submission, story, explain=explain)

    async def neighbours(self, *articles: Article) -> list[Record]:
        """Return the stored articles on the event of ``articles``, most similar first; IndexUnavailableError."""
        return await self._checker.neighbours(*articles)

    async def translated_texts(self, articles: Sequence[Article]) -> list[str | None]:
        """Return the text of each article in the pivot language, in order; None where it has no translation."""
        if self.translations is None:
            return [None for _ in articles]
        async with self.executor.admission(sum(size_of(article.body) for article in articles)):
            read = [await self.translations.read_stored(article) for article in articles]
        return [one.pivot_text.translation.text if one.pivot_text.translation else None for one in read]

    async def candidates(self, article: Article, limit: int) -> list[Record]:
        """Return the stored articles that ``article`` would be compared with, best first."""
        return await self._checker.candidates(article, limit)

    # Storing

    async def add(
        self,
        article: Article,
        *,
        report: bool = True,
        unless_duplicate: bool = False,
        attempt: Attempt = FIRST_ATTEMPT,
    ) -> Receipt:
        """Store a new article and report what it derives from among everything stored before it.

        With ``unless_duplicate``, a copy of a stored article is not kept. Raises ArticleExistsError when the id is
        taken, unless by an earlier attempt at the same request.
        """
        article = complete(article, attempt.article_id)
        [added] = await self.add_many(
            [article], decide=report, unless_duplicate=unless_duplicate, explain=True, show_original=True
        )
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
        decide: bool = True,
        unless_duplicate: bool = False,
        explain: bool = False,
        show_original: bool = False,
        wait: bool = False,
        let_next: Callable[[], None] | None = None,
        order: BatchOrder | None = None,
    ) -> list[AddResult | WirematchError]:
        """Store new articles and decide what each derives from, as if they had arrived one after the other.

        Returns one result per article, in order: what became of it, or the error that kept it from being stored.
        ``decide=False`` skips the decisions, unless copies are not to be kept. Reports are made only with ``explain``.
        With ``show_original``, they have the original among the matches even if it must be read and compared for that,
        which takes as long again where many copied it.
        With ``wait``, a full queue is waited for instead of OverloadedError. For the others see ``Ingest.add``.
        """
        articles = list(map(self._to_be_stored, articles))
        options = IngestOptions(decide, unless_duplicate, explain, show_original)
        if self._listener.wants_reports:
            options = replace(options, explain=explain or options.looks_up)
        cost = sum(size_of(article.body) for article in articles)
        async with self.executor.admission(cost, wait=wait):  # the batch is refused as a whole or not at all
            commit_to_finish()
            tickets = await self._listener.announce([article.id or "" for article in articles])
            results = await self._ingest.add(articles, options, let_next, order)
        await self._listener.conclude(list(map(outcome_of, tickets, articles, results)))
        return results

    async def put(self, article: Article, *, report: bool = True) -> tuple[PutOutcome, Receipt]:
        """Store ``article`` under its id, replacing any version that is there; equal content changes nothing."""
        done = await self.replace(article, None, report=report)
        assert done is not None  # it replaces whatever is there
        return done

    async def replace(
        self, article: Article, expected: int | None, *, report: bool = True
    ) -> tuple[PutOutcome, Receipt] | None:
        """As ``put``, but only if the stored version has the number ``expected``; otherwise None."""
        article = self._to_be_stored(article)
        async with self.executor.admission(size_of(article.body)):
            commit_to_finish()
            [ticket] = await self._listener.announce([article.id or ""])
            done = await self._ingest.replace(article, expected, report=report)
        if done is None:
            await self._listener.conclude([StoreOutcome(ticket, article, version=None)])
            return None
        submission, told = done
        placement = submission.placement
        assert placement is not None
        changed = placement.outcome is not PutOutcome.UNCHANGED
        if changed and expected is not None:
            self.caches.drop(self._own.namespace, expected)
        created = placement.outcome is PutOutcome.CREATED
        version = placement.version if changed else None
        await self._listener.conclude([StoreOutcome(ticket, article, version, created=created, report=told)])
        untranslated = told.untranslated if told else None
        receipt = Receipt(id=article.id, stored=True, version=placement.version, report=told, untranslated=untranslated)
        return placement.outcome, receipt

    def _to_be_stored(self, article: Article) -> Article:
        article = complete(article)
        return article if self._shared.limits.texts else UnkeptArticle.of(article)

    async def _is_stored(self, article: Article) -> bool:
        stored = (await self.index.get_many([article.id or ""]))[:1]
        return any(is_same_article(record.article.as_submitted(), article) for record in stored)

    async def _add_again(self, article: Article, *, report: bool, unless_duplicate: bool) -> Receipt:
        """Rebuild the answer of ``add`` for an article that an interrupted attempt had already stored."""
        _, receipt = await self.put(article, report=report or unless_duplicate)
        if unless_duplicate and receipt.report and receipt.report.decision is Decision.DUPLICATE:
            await self.remove(article.id or "")
            return Receipt(id=None, stored=False, version=None, report=receipt.report)
        return receipt if report else receipt.model_copy(update={"report": None})

    # Deleting

    async def delete(self, article_id: str) -> None:
        """Remove the article and everything that leads to it; ArticleNotFoundError when there is none."""
        if not await self.remove(article_id):
            raise ArticleNotFoundError(article_id)

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove the article and return whether there was one. With ``number``, only if that is still its number."""
        return await self._removal.remove(article_id, number)

    async def sweep(self, most: int) -> int:
        """Remove up to ``most`` expired articles a shard, and check some articles that clusters may be missing.

        Returns how many articles were handled.
        """
        return await self._removal.sweep(most) + await self._late_clustering.catch_up()

    async def catch_up(self) -> int:
        """Translate some of the articles that still lack a translation; returns how many were handled."""
        if self.translations is None or self._late_joining is None:
            return 0
        async with self.executor.admission(wait=True):
            return await self.translations.catch_up(self._late_joining.join)

    async def decide_again(self, records: Sequence[Record]) -> list[ClusterUpdate | None]:
        """Decide stored articles anew. Returns one cluster update per record; None where there is nothing to update."""
        return await self._ingest.decide_again(records)


def warm_up(comparer: Comparer, scheme: FingerprintScheme) -> None:
    """Fingerprint two sentences and compare them. CPU-bound, some 50 ms."""
    one, other = (Article(body=text) for text in _FIRST_TEXTS)
    read_first([one, other], scheme, prepared=False)
    np.unique(np.zeros(1))  # makes numpy import a module, which takes some 10 ms
    comparer.compare_articles(one, other)
