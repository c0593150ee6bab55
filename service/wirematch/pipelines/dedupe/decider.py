"""Who decides: a detector in this process, or a service elsewhere; and what is done where an id is taken.

Every stored article carries a mark that says which run stored it as which record. A record that was stored when the run
was interrupted is thereby known as the run's own, taken back and decided again, as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wirematch.detection.detector import Detector
from wirematch.detection.ingest import AddResult
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, WirematchError
from wirematch.matching.judge import DECISIONS
from wirematch.models import Article, Coverage, Decision
from wirematch.pipelines.input_rows import InputRow

MARK = "dedupe"
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class RowDecision:
    """What was decided of an article. Where only the decision was asked for, there is no evidence."""

    id: str
    decision: Decision
    original_id: str | None
    probability: float | None = None
    coverage: Coverage | None = None
    verbatim: float | None = None
    credited: bool | None = None
    pickups: tuple[tuple[str, Decision], ...] = ()
    """Articles that came before and were published later, and how they derive from this one."""
    trouble: str | None = None
    """Why nothing could be decided: a defect of ours, for which no record is to be lost."""


@dataclass(frozen=True, slots=True)
class RowRefused:
    """An article that cannot be stored, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class IdTaken:
    """The id is in use; by the very record, where it was stored and the answer lost, or by another article."""

    by_another: bool = True


class Decider(Protocol):
    """Stores articles and decides what they are; the WirematchErrors of the index end a run, which can go on later."""

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        """Of each, in order, as if they had come one after the other. All have ids."""

    async def stored(self, article_id: str) -> Article | None:
        """What is stored under an id."""

    async def remove(self, article_id: str) -> None:
        """Remove it, if it is there."""


class DetectorDecider:
    """A detector in this process."""

    def __init__(self, detector: Detector, *, unless_duplicate: bool, explain: bool) -> None:
        self._detector = detector
        self._unless_duplicate = unless_duplicate
        self._explain = explain

    async def decide(self, articles: Sequence[Article]) -> list[RowDecision | RowRefused | IdTaken]:
        added = await self._detector.add_many(
            articles, unless_duplicate=self._unless_duplicate, explain=self._explain, wait=True
        )
        return [_decided(article, one) for article, one in zip(articles, added, strict=True)]

    async def stored(self, article_id: str) -> Article | None:
        try:
            return await self._detector.get(article_id)
        except ArticleNotFoundError:
            return None

    async def remove(self, article_id: str) -> None:
        await self._detector.remove(article_id)


class RowDecider:
    """Decides batches of records for one run."""

    def __init__(self, decider: Decider, run: str, *, alone: bool) -> None:
        """``run`` names the run in its marks; ``alone`` says that nobody else ever stores in this index."""
        self._decider = decider
        self._run = run
        self._prefix = "wirematch:record:" if alone else f"wirematch:{run}:"

    async def decide(self, records: Sequence[InputRow]) -> list[RowDecision | RowRefused]:
        """Of each record, in order. One with which deciding itself fails is found out, and left undecided."""
        try:
            return await self._decide(records)
        except WirematchError:
            raise  # the index is away; that is no record's fault
        except Exception as error:  # noqa: BLE001 - whatever it is, one record must not stop all others for ever
            await self.forget(records)
            if len(records) == 1:
                said = str(error).partition("\n")[0]
                undecided = self._articles(records)[0].id
                assert undecided is not None
                return [RowDecision(undecided, Decision.UNDECIDED, None, trouble=f"{type(error).__name__}: {said}")]
        half = len(records) // 2
        return [*await self.decide(records[:half]), *await self.decide(records[half:])]

    async def _decide(self, records: Sequence[InputRow]) -> list[RowDecision | RowRefused]:
        articles = self._articles(records)
        outcomes = await self._decider.decide(articles)
        for _ in range(MOST_TRIES):
            again = []
            for place, outcome in enumerate(outcomes):
                if isinstance(outcome, IdTaken):
                    outcomes[place] = known = await self._look_at(articles[place])
                    if isinstance(known, IdTaken):
                        again.append(place)
                        if known.by_another:
                            articles[place] = self._under_made_id(records[place], articles[place])
            if not again:
                break
            redone = await self._decider.decide([articles[place] for place in again])
            for place, outcome in zip(again, redone, strict=True):
                outcomes[place] = outcome
        return [
            RowRefused(f"the id {article.id!r} stays taken.") if isinstance(outcome, IdTaken) else outcome
            for article, outcome in zip(articles, outcomes, strict=True)
        ]

    async def forget(self, records: Sequence[InputRow]) -> None:
        """Take back what an interrupted run stored of these records."""
        for record, article in zip(records, self._articles(records), strict=True):
            for article_id in {article.id, self._under_made_id(record, article).id}:
                assert article_id is not None
                stored = await self._decider.stored(article_id)
                if stored is not None and _mark(stored) == _mark(article):
                    await self._decider.remove(article_id)

    def _articles(self, records: Sequence[InputRow]) -> list[Article]:
        """To be stored: marked, and each under an id that no other in the batch has."""
        articles: list[Article] = []
        ids: set[str] = set()
        for record in records:
            article = record.article.model_copy(update={"metadata": {MARK: f"{self._run}:{record.number}"}})
            if article.id is None or article.id in ids:
                article = self._under_made_id(record, article)
            assert article.id is not None
            ids.add(article.id)
            articles.append(article)
        return articles

    def _under_made_id(self, record: InputRow, article: Article) -> Article:
        return article.model_copy(update={"id": f"{self._prefix}{record.number}"})

    async def _look_at(self, article: Article) -> RowDecision | IdTaken:
        """What there is under the article's id: itself from a moment ago, the same story from before, or another."""
        assert article.id is not None
        there = await self._decider.stored(article.id)
        if there is None:
            return IdTaken(by_another=False)
        if _mark(there) == _mark(article):
            await self._decider.remove(article.id)
            return IdTaken(by_another=False)
        if (there.body, there.headline) == (article.body, article.headline):
            return RowDecision(article.id, Decision.DUPLICATE, article.id)
        return IdTaken()


def _mark(article: Article) -> object:
    return (article.metadata or {}).get(MARK)


def _decided(article: Article, added: AddResult | WirematchError) -> RowDecision | RowRefused | IdTaken:
    assert article.id is not None
    if isinstance(added, ArticleExistsError):
        return IdTaken()
    if isinstance(added, WirematchError):
        raise added
    assert added.decision is not None
    report = added.report
    best = report.matches[0] if report and report.matches else None
    return RowDecision(
        id=article.id,
        decision=added.decision,
        original_id=added.original_id,
        probability=best.probability if best else None,
        coverage=best.coverage if best else None,
        verbatim=best.verbatim if best else None,
        credited=best.credited if best else None,
        pickups=tuple((pickup.id, DECISIONS[pickup.relation]) for pickup in report.pickups if pickup.id)
        if report
        else (),
    )
