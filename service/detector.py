"""The whole way of an article: text, fingerprint, index, comparison, report.

This is the one place that knows it; HTTP and the command line call it and nothing below.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from service.errors import ArticleNotFoundError
from service.fingerprint.minhash import FingerprintScheme, Signature, sign
from service.index.story_index import Entry, Outcome, Placement, StoryIndex, precedes
from service.matching.compare import Comparer
from service.matching.judge import DERIVED, Verdict, judge
from service.models import (
    Article,
    Decision,
    Filters,
    IndexState,
    Kind,
    Match,
    PickupPage,
    Receipt,
    Report,
    StoredArticle,
)
from service.offload import Offload
from service.profiles import ProfileCache
from service.text.prepare import PreparedText, prepare

NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """An article read once, ready to be stored, looked up and compared."""

    article: Article
    text: PreparedText
    signature: Signature | None


class Detector:
    """Checks, stores and explains articles. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(  # noqa: PLR0913 - composed once, in one place
        self,
        index: StoryIndex,
        comparer: Comparer,
        scheme: FingerprintScheme,
        offload: Offload,
        *,
        compare_limit: int,
        pickup_limit: int,
        profile_cache: int,
    ) -> None:
        self.index = index
        self._comparer = comparer
        self._scheme = scheme
        self._offload = offload
        self._compare_limit = compare_limit
        self._pickup_limit = pickup_limit
        self._profiles = ProfileCache(comparer, profile_cache)

    async def check(self, article: Article, filters: Filters = NO_FILTERS) -> Report:
        """Report what ``article`` derives from; nothing is stored."""
        started = time.perf_counter()
        submission = await self._offload.run(self._read, article)
        return await self._report(submission, started, filters)

    async def add(self, article: Article, *, report: bool = True, unless_duplicate: bool = False) -> Receipt:
        """Store a new article and report what it derives from, among all that was stored before it.

        With ``unless_duplicate``, a copy of a stored article is not kept. The article is stored first and looked up
        then: of two equal ones that come at once, the one with the smaller number is the original, and only that.
        ArticleExistsError when its id is taken.
        """
        started = time.perf_counter()
        article = _complete(article)
        async with self._offload.admission():  # refused as a whole or not at all
            submission = await self._offload.run(self._read, article)
            placement = await self.index.create(article, submission.signature)
            if not report and not unless_duplicate:
                return Receipt(id=article.id, stored=True, version=placement.version, report=None)
            found = await self._report(submission, started, NO_FILTERS, placement)
        if unless_duplicate and found.decision is Decision.DUPLICATE:
            await self.index.delete(_id(article), placement.number)
            return Receipt(id=None, stored=False, version=None, report=found)
        return Receipt(id=article.id, stored=True, version=placement.version, report=found if report else None)

    async def put(self, article: Article, *, report: bool = True) -> tuple[Outcome, Receipt]:
        """Store ``article`` under its id, whether or not something is there; the same content changes nothing."""
        started = time.perf_counter()
        article = _complete(article)
        found = None
        async with self._offload.admission():
            submission = await self._offload.run(self._read, article)
            placement: Placement = await self.index.replace(article, submission.signature)
            if report:
                found = await self._report(submission, started, NO_FILTERS, placement)
        return placement.outcome, Receipt(id=article.id, stored=True, version=placement.version, report=found)

    async def get(self, article_id: str) -> StoredArticle:
        """The stored article; ArticleNotFoundError when there is none."""
        return (await self.index.get(article_id)).article

    async def delete(self, article_id: str) -> None:
        """Remove the article and all that leads to it; ArticleNotFoundError when there is none."""
        if not await self.index.delete(article_id):
            raise ArticleNotFoundError(article_id)

    async def compare(self, submission: Article, story: Article) -> Match:
        """What ``submission`` owes to ``story``; the index is not asked."""
        return await self._offload.run(self._comparer.compare_articles, submission, story)

    async def pickups(self, article_id: str, offset: int, limit: int) -> PickupPage:
        """Stored articles that derive from a story and came after it, newest first.

        They are found afresh each time, so articles that were stored before the story, changed or deleted are told
        of as they are now. Times of publication say what came after, and the order of storing where one is missing.
        """
        entry = await self.index.get(article_id)
        story = await self._offload.run(self._read, entry.article)
        candidates = await self.index.candidates(story.signature)
        later = [
            other
            for other in await self.index.fetch(candidates.ranking, self._pickup_limit)
            if other.number != entry.number and _came_after(other, entry)
        ]
        pickups = await self._offload.run(self._derived_from, story, later)
        pickups.sort(key=lambda found: found[0], reverse=True)
        page = [pickup for _, pickup in pickups[offset : offset + limit]]
        return PickupPage(id=article_id, total=len(pickups), offset=offset, pickups=page)

    async def candidates(self, article: Article, limit: int) -> list[Entry]:
        """The stored articles that ``article`` would be compared with, best first."""
        submission = await self._offload.run(self._read, article)
        found = await self.index.candidates(submission.signature)
        return await self.index.fetch(found.ranking, limit)

    # CPU work, called in a thread

    def _read(self, article: Article) -> Submission:
        text = prepare(article.body, article.headline)
        return Submission(article, text, sign(text, self._scheme))

    def _judge(self, submission: Submission, entries: list[Entry], filters: Filters) -> Verdict:
        side = self._comparer.side(submission.article, submission.text)
        stories = (self._profiles.of(entry) for entry in entries)
        return judge(self._comparer, side, stories, include_related=filters.include_related, limit=filters.limit)

    def _derived_from(self, story: Submission, entries: list[Entry]) -> list[tuple[datetime, Match]]:
        """Those of the entries that derive from the story, with their times."""
        side = self._comparer.side(story.article, story.text)
        pickups = []
        for entry in entries:
            evidence = self._comparer.compare(self._profiles.of(entry), side, explain_related=False)
            if evidence.relation in DERIVED:
                when = entry.article.published_at or entry.article.stored_at
                pickups.append((when, Match.of(entry.article, evidence)))
        return pickups

    async def _report(
        self, submission: Submission, started: float, filters: Filters, placement: Placement | None = None
    ) -> Report:
        before = None if placement is None else placement.number
        candidates = await self.index.candidates(submission.signature, before)
        found = await self.index.fetch(candidates.ranking, self._compare_limit, filters)
        entries: list[Entry] = found
        if placement is not None:
            # Under the submission's own id there is nothing else; it may have moved with its index meanwhile.
            own = submission.article.id
            entries = [entry for entry in found if entry.article.id != own and precedes(entry, placement)]
        verdict = await self._offload.run(self._judge, submission, entries, filters)
        return Report(
            decision=verdict.decision,
            why=verdict.why,
            original_id=None if verdict.decision is Decision.NEW or not verdict.matches else verdict.matches[0].id,
            matches=verdict.matches,
            pickups=verdict.pickups,
            attribution=verdict.attribution,
            index=IndexState(articles=candidates.documents, candidates=len(candidates.ranking), compared=len(entries)),
            partial_index=candidates.partial or found.partial,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )


def _complete(article: Article) -> Article:
    """With the id and the kind that storing needs."""
    return article.model_copy(update={"id": article.id or str(uuid.uuid4()), "kind": article.kind or Kind.WIRE})


def _id(article: Article) -> str:
    assert article.id is not None  # completed above
    return article.id


def _came_after(other: Entry, story: Entry) -> bool:
    times = (other.article.published_at, story.article.published_at)
    if times[0] is not None and times[1] is not None and times[0] != times[1]:
        return times[0] > times[1]
    return (other.article.stored_at, other.number) > (story.article.stored_at, story.number)
