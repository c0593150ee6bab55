"""The interface of those who are told of stored articles; webhooks implement it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wirematch.detection.storing.adding import AddResult
from wirematch.errors import WirematchError
from wirematch.models import Article, Report


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What became of one article that was announced to a listener."""

    ticket: str
    """The listener's ticket for it."""
    article: Article
    version: int | None
    """None when it was not stored, or was unchanged."""
    created: bool = True
    """Whether its id is new."""
    report: Report | None = None
    """None when none was asked for."""
    uncertain: bool = False
    """Whether storing failed in a way that may have stored the article all the same."""


class StoreListener(Protocol):
    """Is told of every article before it is stored and after it is decided. Raises WirematchErrors only."""

    @property
    def wants_reports(self) -> bool:
        """Whether decisions come with evidence even if the caller asks for none."""

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        """Return a ticket for each article about to be stored. An error refuses the request; nothing is stored."""

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        """Tell what became of announced articles. If the process dies first, the tickets stay with the listener."""

    async def removed(self, article_ids: Sequence[str]) -> None:
        """Articles were deleted: pending messages about them are dropped."""


class NoListener:
    """A listener that ignores everything."""

    wants_reports = False

    async def announce(self, article_ids: Sequence[str]) -> Sequence[str]:
        """See StoreListener."""
        return [""] * len(article_ids)

    async def conclude(self, outcomes: Sequence[StoreOutcome]) -> None:
        """See StoreListener."""

    async def removed(self, article_ids: Sequence[str]) -> None:
        """See StoreListener."""


def outcome_of(ticket: str, article: Article, result: AddResult | WirematchError) -> StoreOutcome:
    """The outcome of adding an article."""
    if isinstance(result, WirematchError):
        return StoreOutcome(ticket, article, version=None, uncertain=result.uncertain)
    return StoreOutcome(ticket, article, result.version, report=result.report)
