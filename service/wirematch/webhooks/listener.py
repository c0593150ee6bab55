"""Notes for the webhooks what is picked up, so that nothing is forgotten when a process dies.

Before an article is stored, a note of it goes into the outbox; when its report is there, messages take the note's
place. A process that dies in between leaves the note, and another one looks the article up. Where nobody wanted a
report, that look-up is left to the courier, too.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from wirematch.detection.listener import StoreOutcome
from wirematch.errors import WirematchError
from wirematch.models import NO_FILTERS, Report, StoredArticle
from wirematch.webhooks.events import PickupEvent, events_of
from wirematch.webhooks.outbox import Outbox

EXPECTED_SECONDS = 60.0
"""After which an announced article is looked at by any process: the one that announced it must have died."""

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
                continue  # the note stays, and the article is looked up when it falls due
            if outcome.version is not None:
                if not _is_complete(outcome.report):
                    unreported.append(outcome.ticket)
                    continue
                article, version, report = outcome.article, outcome.version, outcome.report
                events += events_of(article, version, report, self._sources, now, late=outcome.created)
            done.append(outcome.ticket)
        try:
            await self.outbox.settle(done, events, unreported)
        except WirematchError as error:
            # The articles are stored, so the caller is told so; the notes stay, and are looked at when they fall due.
            log.warning("pickups are looked up again: %s", error)

    def events(self, stored: StoredArticle, report: Report) -> list[PickupEvent]:
        """The messages about a stored article, from its report with every match."""
        return list(events_of(stored, stored.version, report, self._sources, datetime.now(UTC), late=True))


def _is_complete(report: Report | None) -> TypeGuard[Report]:
    """Whether there is a report, and it was not cut off at the usual number of matches."""
    return report is not None and max(len(report.matches), len(report.pickups)) < NO_FILTERS.limit
