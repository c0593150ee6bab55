"""A detector that notes for the webhooks what is picked up, so that nothing is forgotten when a process dies."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeGuard

from wirematch.detection.decision import make_report, others
from wirematch.detection.detector import AddResult, Detector, complete
from wirematch.errors import OverloadedError, WirematchError
from wirematch.index.protocol import Placement, PutOutcome
from wirematch.models import NO_FILTERS, Article, Receipt, Report, StoredArticle
from wirematch.webhooks.events import Event, events_of
from wirematch.webhooks.outbox import Outbox

EXPECTED_SECONDS = 60.0
"""After which an article that was to be stored is looked at by whoever is there: its process must have died."""

EVERYTHING = NO_FILTERS.model_copy(update={"limit": sys.maxsize})
"""More than a caller may ask for; what was compared is few enough."""

log = logging.getLogger(__name__)


class WatchingDetector(Detector):
    """Before an article is stored, that is noted; when its report is there, messages take the note's place.

    A process that dies in between leaves the note, and another looks the article up. Where nobody wanted a report, the
    look-up is left to the background, too.
    """

    def __init__(
        self,
        *parts: Any,
        outbox: Outbox,
        sources: Collection[str] | None,
        expected_seconds: float = EXPECTED_SECONDS,
        **limits: Any,
    ) -> None:
        """``parts`` and ``limits`` are Detector's own."""
        super().__init__(*parts, **limits)
        self.outbox = outbox
        self._sources = sources
        self._expected_seconds = expected_seconds

    async def add_many(  # noqa: PLR0913 - as Detector's
        self,
        articles: Sequence[Article],
        *,
        look: bool = True,
        unless_duplicate: bool = False,
        explain: bool = False,
        wait: bool = False,
        on_stored: Callable[[], None] | None = None,
    ) -> list[AddResult | WirematchError]:
        """See Detector."""
        articles = list(map(complete, articles))
        notes = await self._expect(articles)
        looks = look or unless_duplicate
        try:
            results = await super().add_many(
                articles,
                look=look,
                unless_duplicate=unless_duplicate,
                explain=explain or looks,
                wait=wait,
                on_stored=on_stored,
            )
        except OverloadedError:  # nothing was done
            await self._settle(notes, [], [])
            raise
        done: list[str] = []
        events: list[Event] = []
        left: list[str] = []
        for note, article, result in zip(notes, articles, results, strict=True):
            if isinstance(result, WirematchError) and result.status >= 500:
                continue  # it may have been stored
            if isinstance(result, AddResult) and result.version is not None:
                if not _tells_all(result.report):
                    left.append(note)
                    continue
                events += self._events(article, result.version, result.report, late=True)
            done.append(note)
        await self._settle(done, events, left)
        return results

    async def replace(
        self, article: Article, expected: int | None, *, report: bool = True
    ) -> tuple[PutOutcome, Receipt] | None:
        """See Detector."""
        article = complete(article)
        notes = await self._expect([article])
        try:
            done = await super().replace(article, expected, report=report)
        except OverloadedError:
            await self._settle(notes, [], [])
            raise
        outcome, receipt = done or (PutOutcome.UNCHANGED, None)
        if receipt is None or receipt.version is None or outcome is PutOutcome.UNCHANGED:
            await self._settle(notes, [], [])
        elif not _tells_all(receipt.report):
            await self._settle([], [], notes)
        else:
            late = outcome is PutOutcome.CREATED
            await self._settle(notes, self._events(article, receipt.version, receipt.report, late=late), [])
        return done

    async def look_again(self, article_id: str) -> list[Event]:
        """What is to be told of a stored article; ArticleNotFoundError when it is not, or not yet, stored."""
        entry = await self.index.get(article_id)
        stored = entry.article
        async with self._executor.admission(wait=True):
            report = await self._report_of(stored, entry.number)
        return list(self._events(stored, stored.version, report, late=True))

    async def _report_of(self, stored: StoredArticle, number: int) -> Report:
        submission = await self._read(stored)
        placement = Placement(PutOutcome.UNCHANGED, number, stored.version, stored.stored_at)
        [found] = await self._finder.find([submission.fingerprint], [placement])
        entries = others(found.entries, submission)
        verdict = await self._executor.run(self._settler.judge, submission, entries, EVERYTHING)
        return make_report(verdict, found, None, 0.0)

    def _events(self, article: Article, version: int, report: Report, *, late: bool) -> Iterator[Event]:
        return events_of(article, version, report, self._sources, datetime.now(UTC), late=late)

    async def _expect(self, articles: Sequence[Article]) -> list[str]:
        return await self.outbox.expect([article.id or "" for article in articles], self._expected_seconds)

    async def _settle(self, done: Sequence[str], events: Sequence[Event] | Iterator[Event], left: list[str]) -> None:
        try:
            await self.outbox.settle(done, events, left)
        except WirematchError as error:
            # The articles are stored, so the caller is told so; the notes stay, and are looked at in a while.
            log.warning("what was picked up is looked up again: %s", error)


def _tells_all(report: Report | None) -> TypeGuard[Report]:
    """Whether there is a report, and it did not end where reports end for their readers' sake."""
    return report is not None and max(len(report.matches), len(report.pickups)) < NO_FILTERS.limit
