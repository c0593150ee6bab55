"""Who is told of stored articles: the seam on which webhooks hang."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wirematch.detection.ingest import AddResult
from wirematch.errors import WirematchError
from wirematch.models import Article, Report


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What became of one article that was announced to a listener."""

    ticket: str
    """What the listener gave out for it."""
    article: Article
    version: int | None
    """None when it was not stored, or not changed."""
    created: bool = True
    """Whether its id is new."""
    report: Report | None = None
    """None when nobody asked for one."""
    uncertain: bool = False
    """Whether storing failed in a way that may have stored it."""


class StoreListener(Protocol):
    """Hears of every article before it is stored and after it is decided. Errors are WirematchErrors."""

    @property
    def wants_reports(self) -> bool:
        """Whether decisions come with their evidence, whoever else asks for it."""

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        """Articles are about to be stored; a ticket for each. An error refuses the request, and nothing is stored."""

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        """What became of announced articles. A process that dies before this leaves its tickets with the listener."""

    async def removed(self, article_ids: Sequence[str]) -> None:
        """Articles were deleted: what is still to be told of them is not told any more."""


class NoListener:
    """Nobody listens."""

    wants_reports = False

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        """See StoreListener."""
        return [""] * len(article_ids)

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        """See StoreListener."""

    async def removed(self, article_ids: Sequence[str]) -> None:
        """See StoreListener."""


def outcome_of(ticket: str, article: Article, result: AddResult | WirematchError) -> StoreOutcome:
    """What became of an article that was to be added."""
    if isinstance(result, WirematchError):
        return StoreOutcome(ticket, article, version=None, uncertain=result.uncertain)
    return StoreOutcome(ticket, article, result.version, report=result.report)
