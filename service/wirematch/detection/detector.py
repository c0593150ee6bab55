"""The whole way of an article: text, fingerprint, index, comparison, report.

This is the one place that knows it; HTTP and the command line call it and nothing below.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from wirematch.detection.cluster_page import read_cluster
from wirematch.detection.clustering import Clustering
from wirematch.detection.decision import (
    NEW,
    Submission,
    SubmissionDecider,
    came_after,
    is_certainly_new,
    make_report,
    others,
)
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.retrieval import Retriever
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, WirematchError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.protocol import Placement, PutOutcome, Record, StoryIndex
from wirematch.matching.compare import Comparer
from wirematch.models import (
    NO_FILTERS,
    Article,
    ClusterPage,
    Decision,
    Filters,
    Kind,
    Match,
    PickupPage,
    Receipt,
    Report,
    StoredArticle,
)
from wirematch.state.clusters import ArticleClusters
from wirematch.state.idempotency import FIRST_ATTEMPT, Attempt
from wirematch.text.markup import plain_text


@dataclass(frozen=True, slots=True)
class AddResult:
    """What became of one of many articles that were to be stored."""

    id: str | None
    """None when nothing was stored."""
    version: int | None
    decision: Decision | None = None
    """None when nobody asked for it."""
    original_id: str | None = None
    pickups: Sequence[str] = ()
    """Ids of stored articles that were published later and derive from it."""
    report: Report | None = None


class Detector:
    """Checks, stores and explains articles. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(  # noqa: PLR0913 - composed once, in one place
        self,
        index: StoryIndex,
        groups: ArticleClusters,
        comparer: Comparer,
        scheme: FingerprintScheme,
        executor: BoundedExecutor,
        *,
        compare_limit: int,
        pickup_limit: int,
        profile_cache: int,
        fingerprint_cache: int,
    ) -> None:
        self.index = index
        self._grouping = Clustering(groups)
        self._comparer = comparer
        self._executor = executor
        self._pickup_limit = pickup_limit
        self._settler = SubmissionDecider(comparer, profile_cache)
        self._finder = Retriever(index, scheme, executor, compare_limit=compare_limit, cache=fingerprint_cache)

    async def check(self, article: Article, filters: Filters = NO_FILTERS) -> Report:
        """Report what ``article`` derives from; nothing is stored."""
        started = time.perf_counter()
        async with self._executor.admission():
            submission = await self._read(article)
            if filters.narrow:
                found = await self._finder.retrieve_filtered(submission.fingerprint, filters)
            else:
                [found] = await self._finder.find([submission.fingerprint])
            if is_certainly_new(submission, found.entries):
                verdict = NEW
            else:
                verdict = await self._executor.run(self._settler.judge, submission, found.entries, filters)
            # Among some articles only, the best of these is told; the original may not be among them.
            original = verdict.matches[0].id if verdict.decision is not Decision.NEW and verdict.matches else None
            if original is not None and not filters.narrow:
                original = await self._grouping.original_of(original)
        return make_report(verdict, found, original, _milliseconds_since(started))

    async def add(
        self, article: Article, *, report: bool = True, unless_duplicate: bool = False, attempt: Attempt = FIRST_ATTEMPT
    ) -> Receipt:
        """Store a new article and report what it derives from, among all that was stored before it.

        With ``unless_duplicate``, a copy of a stored article is not kept. ArticleExistsError when its id is taken, and
        not by an earlier attempt at the same.
        """
        article = complete(article, attempt.article_id)
        [added] = await self.add_many([article], look=report, unless_duplicate=unless_duplicate, explain=True)
        if attempt.again and isinstance(added, ArticleExistsError) and await self._is_stored(article):
            return await self._add_again(article, report=report, unless_duplicate=unless_duplicate)
        if isinstance(added, WirematchError):
            raise added
        stored = added.id is not None
        shown = added.report if report or not stored else None
        return Receipt(id=added.id, stored=stored, version=added.version, report=shown)

    async def _is_stored(self, article: Article) -> bool:
        stored = (await self.index.get_many([_id(article)]))[:1]
        return any(entry.article.as_submitted() == article for entry in stored)

    async def _add_again(self, article: Article, *, report: bool, unless_duplicate: bool) -> Receipt:
        """What ``add`` would have answered, of an article that it stored before it was broken off."""
        _, receipt = await self.put(article, report=report or unless_duplicate)
        if unless_duplicate and receipt.report and receipt.report.decision is Decision.DUPLICATE:
            await self.remove(_id(article))
            return Receipt(id=None, stored=False, version=None, report=receipt.report)
        return receipt if report else receipt.model_copy(update={"report": None})

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
        copies are not to be kept; only with ``explain`` are there reports. ``wait`` waits where OverloadedError
        would be raised. ``on_stored`` is called when others may be stored behind these: what is still to be decided
        changes nothing for them.

        They are stored first and looked up then: of two equal ones that come at once, the one with the smaller number
        is the original, and only that.
        """
        started = time.perf_counter()
        articles = list(map(complete, articles))
        async with self._executor.admission(wait=wait):  # refused as a whole or not at all
            fingerprints = await self._finder.read(list(map(plain_text, articles)))
            signatures = [fingerprint.signature for fingerprint in fingerprints]
            looks = look or unless_duplicate
            placed = await self.index.create_many(list(zip(articles, signatures, strict=True)), look=looks)
            results: list[AddResult | WirematchError] = []
            stored: list[tuple[int, Submission, Placement]] = []
            for place, (article, fingerprint, answer) in enumerate(zip(articles, fingerprints, placed, strict=True)):
                if isinstance(answer, Placement):
                    stored.append((place, Submission(article, fingerprint, answer.number, answer.stored_at), answer))
                    results.append(AddResult(article.id, answer.version))
                else:
                    results.append(answer)
            placements = [placement for _, _, placement in stored]
            submissions = [submission for _, submission, _ in stored]
            fingerprints = [submission.fingerprint for submission in submissions]
            self._finder.remember(placements, fingerprints)
            if not stored or not looks:
                return results
            if on_stored and not unless_duplicate:
                on_stored()
            found = await self._finder.find(fingerprints, placements)
            settled = await self._executor.run(
                self._settler.settle, submissions, found, drop_duplicates=unless_duplicate, explain=explain
            )
            drop = [unless_duplicate and outcome.decision is Decision.DUPLICATE for outcome in settled]
            cluster_update = [
                outcome.cluster_update(submission, stays=not dropped)
                for submission, outcome, dropped in zip(submissions, settled, drop, strict=True)
            ]
            originals = await self._grouping.settle(settled, cluster_update)
            self._settler.remember(submissions)
            for (place, submission, placement), its, outcome, original, dropped in zip(
                stored, found, settled, originals, drop, strict=True
            ):
                if dropped:
                    await self.index.delete(_id(submission.article), placement.number)
                verdict, took = outcome.verdict, _milliseconds_since(started)
                results[place] = AddResult(
                    id=None if dropped else submission.article.id,
                    version=None if dropped else placement.version,
                    decision=outcome.decision,
                    original_id=original,
                    pickups=outcome.pickups,
                    report=make_report(verdict, its, original, took) if verdict else None,
                )
            await self._grouping.leave([_id(one.article) for one, its in zip(submissions, drop, strict=True) if its])
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
        started = time.perf_counter()
        article = complete(article)
        told = None
        async with self._executor.admission():
            submission = await self._read(article)
            placement = await self.index.replace(article, submission.fingerprint.signature, expected)
            if placement is None:
                return None
            submission = replace(submission, number=placement.number, stored_at=placement.stored_at)
            changed = placement.outcome is PutOutcome.REPLACED
            if report:
                [found] = await self._finder.find([submission.fingerprint], [placement])
                entries = others(found.entries, submission)
                settled = await self._executor.run(self._settler.settle_one, submission, entries)
                [original] = await self._grouping.settle(
                    [settled], [settled.cluster_update(submission, stays=True, changed=changed)]
                )
                assert settled.verdict is not None
                told = make_report(settled.verdict, found, original, _milliseconds_since(started))
            elif changed:
                await self._grouping.leave([_id(article)])
        return placement.outcome, Receipt(id=article.id, stored=True, version=placement.version, report=told)

    async def get(self, article_id: str) -> StoredArticle:
        """The stored article; ArticleNotFoundError when there is none."""
        return (await self.index.get(article_id)).article

    async def delete(self, article_id: str) -> None:
        """Remove the article and all that leads to it; ArticleNotFoundError when there is none."""
        if not await self.remove(article_id):
            raise ArticleNotFoundError(article_id)

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove the article, only if it still has ``number`` where one is given; whether there was one."""
        removed = await self.index.delete(article_id, number)
        if removed or number is None:  # one that has expired is removed, too, but nobody is told that it was there
            await self._grouping.leave([article_id])
        return removed

    async def sweep(self, most: int) -> int:
        """Remove articles that have expired, at most so many a shard; how many it was."""
        removed = await self.index.sweep(most)
        await self._grouping.leave(removed)
        return len(removed)

    async def cluster(self, article_id: str, offset: int, limit: int) -> ClusterPage:
        """The group of an article: the original first, then its copies and rewrites in order of storing."""
        return await read_cluster(self.index, self._grouping.groups, article_id, offset, limit)

    async def compare(self, submission: Article, story: Article) -> Match:
        """What ``submission`` owes to ``story``; the index is not asked."""
        return await self._executor.run(self._comparer.compare_articles, submission, story)

    async def pickups(self, article_id: str, offset: int, limit: int) -> PickupPage:
        """Stored articles that derive from a story and came after it, newest first.

        They are found afresh each time, so articles that were stored before the story, changed or deleted are told
        of as they are now. Times of publication say what came after, and the order of storing where one is missing.
        """
        entry = await self.index.get(article_id)
        async with self._executor.admission():
            story = await self._read(entry.article)
            candidates = await self.index.candidates(story.fingerprint.signature)
            read = await self.index.fetch(candidates.ranking, self._pickup_limit)
            sharing = await self._finder.sieve(story.fingerprint, came_after(read, entry))
            pickups = await self._executor.run(self._settler.derived_from, entry.article, sharing)
        pickups.sort(key=lambda found: found[0], reverse=True)
        page = [pickup for _, pickup in pickups[offset : offset + limit]]
        return PickupPage(id=article_id, total=len(pickups), offset=offset, pickups=page)

    async def candidates(self, article: Article, limit: int) -> list[Record]:
        """The stored articles that ``article`` would be compared with, best first."""
        submission = await self._read(article)
        [found] = await self._finder.find([submission.fingerprint])
        return found.entries[:limit]

    async def _read(self, article: Article) -> Submission:
        [fingerprint] = await self._finder.read([plain_text(article)])
        return Submission(article, fingerprint)


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def complete(article: Article, article_id: str | None = None) -> Article:
    """With the id and the kind that storing needs."""
    article_id = article.id or article_id or str(uuid.uuid4())
    return article.model_copy(update={"id": article_id, "kind": article.kind or Kind.WIRE})


def _id(article: Article) -> str:
    assert article.id is not None  # completed above
    return article.id
