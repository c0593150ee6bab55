"""The interface by which a dedupe run stores and decides articles, and its implementation by a local detector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wirematch.detection.detector import Detector
from wirematch.detection.storing.adding import AddResult
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, InvalidArticleError, WirematchError
from wirematch.matching.fast_decision import DECISIONS
from wirematch.models import Article, Coverage, Decision

MOST_TRIES = 5
"""How often storing is tried if an id is taken or the service does not answer."""


@dataclass(frozen=True, slots=True)
class RowDecision:
    """The decision on a row's article. The evidence is None if only the decision was asked for."""

    id: str
    """The id under which the article was stored, or would have been."""
    decision: Decision
    original_id: str | None
    probability: float | None = None
    coverage: Coverage | None = None
    verbatim: float | None = None
    credited: bool | None = None
    pickups: tuple[tuple[str, Decision], ...] = ()
    """Ids and decisions of articles that were stored before, published later, and derive from this one."""
    failure: str | None = None
    """The unexpected error that deciding ended with; such a row is kept as undecided."""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """The article cannot be stored."""

    reason: str


@dataclass(frozen=True, slots=True)
class IdTaken:
    """The article's id is in use."""

    by_another: bool = True
    """False if the stored article is the row itself, from an attempt whose response was lost."""


class Decider(Protocol):
    """Stores articles and decides each. A WirematchError means that the index is unavailable, and ends the run."""

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        """Return one result per article, in order, as if they had been stored one after the other.

        All must have ids.
        """

    async def stored(self, article_id: str) -> Article | None:
        """Return the article stored under an id; None if there is none."""

    async def remove(self, article_id: str, is_it: Callable[[Article], bool]) -> None:
        """Remove the article stored under an id if ``is_it`` says so; does nothing if there is none."""


class DetectorDecider:
    """A Decider on a detector in this process."""

    def __init__(self, detector: Detector, *, unless_duplicate: bool, explain: bool) -> None:
        """With ``unless_duplicate``, copies are not stored; with ``explain``, decisions have their evidence."""
        self._detector = detector
        self._unless_duplicate = unless_duplicate
        self._explain = explain

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        added = await self._detector.add_many(
            articles, unless_duplicate=self._unless_duplicate, explain=self._explain, wait=True
        )
        return [_result(article, answer) for article, answer in zip(articles, added, strict=True)]

    async def stored(self, article_id: str) -> Article | None:
        try:
            return await self._detector.stored.get(article_id)
        except ArticleNotFoundError:
            return None

    async def remove(self, article_id: str, is_it: Callable[[Article], bool]) -> None:
        try:
            record = await self._detector.index.get(article_id)
        except ArticleNotFoundError:
            return
        if is_it(record.article):
            await self._detector.remove(article_id, record.number)  # unless another one has replaced it by now


def _result(article: Article, added: AddResult | WirematchError) -> RowDecision | RowRefused | IdTaken:
    assert article.id is not None
    if isinstance(added, ArticleExistsError):
        return IdTaken()
    if isinstance(added, InvalidArticleError):  # the others can be stored
        return RowRefused(str(added))
    if isinstance(added, WirematchError):
        raise added
    assert added.decision is not None
    report = added.report
    best = report.matches[0] if report and report.matches else None
    pickups = report.pickups if report else []
    return RowDecision(
        id=article.id,
        decision=added.decision,
        original_id=added.original_id,
        probability=best.probability if best else None,
        coverage=best.coverage if best else None,
        verbatim=best.verbatim if best else None,
        credited=best.credited if best else None,
        pickups=tuple((pickup.id, DECISIONS[pickup.relation]) for pickup in pickups if pickup.id),
    )
