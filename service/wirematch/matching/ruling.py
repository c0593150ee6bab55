"""What a pipeline needs to know of a submission, and nothing for the eye: no passages, no shares, no versions.

It says what ``judge`` says, for less: of each story only the passages of the text that may owe are sought, and those of
the other only where nothing else tells two stories apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wirematch.matching.compare import Comparer, PairRelation, PairScore, PreparedArticle
from wirematch.matching.judge import (
    DECISIONS,
    DERIVED,
    StoryRelation,
    precedence,
    published_after,
    why_undecided,
)
from wirematch.models import Article, Decision


@dataclass(frozen=True, slots=True)
class FastDecision:
    """What was decided; see ``Verdict``."""

    decision: Decision
    why: str | None
    sources: list[StoryRelation]
    """What the submission derives from, best first."""
    followers: list[StoryRelation]
    """What was published later and derives from it, closest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    story: Article
    finding: PairRelation
    score: PairScore
    owing: PreparedArticle

    @property
    def standing(self) -> tuple[float, ...]:
        """All but the last two parts of its precedence, which ask for the passages of the other text."""
        return self._precedence(0.0)[:2]

    @property
    def whole_standing(self) -> tuple[float, ...]:
        return self._precedence(self.score.seen_from(self.owing).turned.coverage)

    def _precedence(self, of_other: float) -> tuple[float, ...]:
        found = self.finding
        return precedence(found.relation, found.coverage, found.verbatim, of_other, self.score.probability)


def decide(comparer: Comparer, submission: PreparedArticle, stories: Sequence[PreparedArticle]) -> FastDecision:
    """The decision that ``judge`` would give, what it would name as sources, and what follows the submission."""
    sources: list[_Found] = []
    followers: list[_Found] = []
    for story, score in zip(stories, comparer.score_pairs(submission, stories), strict=True):
        if not score.derived:
            continue
        later = published_after(story, submission)
        owing = story if later else submission
        finding = comparer.relate(owing, score)
        if finding.relation in DERIVED:
            (followers if later else sources).append(_Found(story.article, finding, score, owing))
    best_first = _ranked(sources)
    decision = DECISIONS[best_first[0].relation] if best_first else Decision.NEW
    why = None if decision is Decision.DUPLICATE else why_undecided(submission, decision, _best(best_first, sources))
    return FastDecision(Decision.UNDECIDED if why else decision, why, best_first, _ranked(followers))


def _best(ranked: list[StoryRelation], found: list[_Found]) -> tuple[float, float] | None:
    """The probability of the first, and the share of the words that are taken as they stood there."""
    verbatim = next((one.finding.verbatim for one in found if ranked and one.story is ranked[0].story), 0.0)
    return (ranked[0].probability, verbatim) if ranked else None


def _ranked(found: list[_Found]) -> list[StoryRelation]:
    found.sort(key=lambda one: one.standing, reverse=True)
    ranked: list[_Found] = []
    for _, tied in groupby(found, key=lambda one: one.standing):
        together = list(tied)
        if len(together) > 1:
            together.sort(key=lambda one: one.whole_standing, reverse=True)
        ranked += together
    return [StoryRelation(one.story, one.finding.relation, round(one.score.probability, 4)) for one in ranked]
