"""Records stored articles in the webhook outbox so that no pickup is lost when a process dies.

Before an article is stored, a look-up task goes into the outbox; once its report is known, messages replace the task.
If the process dies in between, the task remains and another process looks the article up. Where no report was asked
for, that look-up is left to the courier, too.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from wirematch.detection.storing.listener import StoreOutcome
from wirematch.errors import WirematchError
from wirematch.models import NO_FILTERS, Report, StoredArticle
from wirematch.webhooks.events import PickupEvent, events_of
from wirematch.webhooks.outbox import Outbox

EXPECTED_SECONDS = 60.0
"""Delay after which any process may look up an announced article: the one that announced it must have died."""

log = logging.getLogger(__name__)


class PickupListener:
    """A StoreListener that turns reports into messages about pickups of the watched sources."""

    wants_reports = True

    def __init__(
        self, outbox: Outbox, sources: Collection[str] | None, expected_seconds: float = EXPECTED_SECONDS
    ) -> None:
        """``sources`` are those whose stories are watched; None watches all."""
        self.outbox = outbox
        self.expected_seconds = expected_seconds
        self._sources = sources

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        """See StoreListener."""
        return await self.outbox.expect(article_ids, self.expected_seconds)

    async def removed(self, article_ids: Sequence[str]) -> None:
        """See StoreListener."""
        await self.outbox.erase(article_ids)

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        """See StoreListener."""
        done: list[str] = []
        events: list[PickupEvent] = []
        unreported: list[str] = []
        now = datetime.now(UTC)
        for outcome in outcomes:
            if outcome.uncertain:
                continue  # the task stays, and the article is looked up when it falls due
            if outcome.version is not None:
                if not _is_complete(outcome.report):
                    unreported.append(outcome.ticket)
                    continue
                article, version, report = outcome.article, outcome.version, outcome.report
                events += events_of(article, version, report, self._sources, now, late=outcome.created)
                if report.partial_index:
                    continue  # what else there is, is looked up when the task falls due
            done.append(outcome.ticket)
        try:
            await self.outbox.settle(done, events, unreported)
        except WirematchError as error:
            # The articles are stored, so this is no error; the tasks stay, and are processed when they fall due.
            log.warning("pickups are looked up again: %s", error)

    def events(self, stored: StoredArticle, report: Report) -> list[PickupEvent]:
        """Return the messages about a stored article, given a report with every match."""
        return list(events_of(stored, stored.version, report, self._sources, datetime.now(UTC), late=True))


def _is_complete(report: Report | None) -> TypeGuard[Report]:
    """Whether there is a report that was not cut off at the default limit of matches."""
    return report is not None and max(len(report.matches), len(report.pickups)) < NO_FILTERS.limit
