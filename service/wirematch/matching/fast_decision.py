"""The decision on a submission without its evidence: no passages, no shares, no versions.

Decides exactly as ``judge`` does, for less work: it looks for passages only in the text that may owe, and in the other
one only to break ties between stories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wirematch.matching.compare import Comparer, PairRelation, PairScore, PreparedArticle
from wirematch.matching.evidence import published_after
from wirematch.matching.judge import (
    DECISIONS,
    DERIVED,
    BestMatch,
    StoryRelation,
    cross_lingual_standing,
    precedence,
    why_undecided,
)
from wirematch.matching.scoring import derived_of
from wirematch.matching.translated.story import CrossLingualStories, TranslatedStory, compare_cross_lingual
from wirematch.models import Decision


@dataclass(frozen=True, slots=True)
class FastDecision:
    """The decision, with the stories on either side of it; see ``Verdict``."""

    decision: Decision
    why: str | None
    sources: list[StoryRelation]
    """Stories that the submission derives from, best first."""
    followers: list[StoryRelation]
    """Stories published later that derive from it, closest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    story: PreparedArticle
    finding: PairRelation
    score: PairScore
    derived_side: PreparedArticle

    @property
    def standing(self) -> tuple[float, ...]:
        """The precedence without its last two parts, which need the passages of the other text."""
        return self._precedence(0.0)[:2]

    @property
    def probability(self) -> float:
        return round(self.score.probability, 4)

    @property
    def shared_with_others(self) -> float:
        return self.score.shared_with_others

    @property
    def whole_standing(self) -> tuple[float, ...]:
        return self._precedence(self.score.seen_from(self.derived_side).turned.coverage)

    def _precedence(self, of_other: float) -> tuple[float, ...]:
        found = self.finding
        return precedence(found.relation, found.coverage, found.verbatim, of_other, self.score.probability)


@dataclass(frozen=True, slots=True, eq=False)
class _FoundCrossLingual:
    """As ``_Found``, for a story in another language."""

    translated: TranslatedStory

    @property
    def story(self) -> PreparedArticle:
        return self.translated.story

    @property
    def finding(self) -> PairRelation:
        return self.translated.finding

    @property
    def probability(self) -> float:
        return self.translated.probability

    @property
    def shared_with_others(self) -> float:
        return self.translated.shared_with_others

    @property
    def standing(self) -> tuple[float, ...]:
        return self.whole_standing[:2]

    @property
    def whole_standing(self) -> tuple[float, ...]:
        return cross_lingual_standing(self.translated)


_Either = _Found | _FoundCrossLingual


def decide_without_evidence(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Sequence[PreparedArticle],
    cross_lingual: CrossLingualStories | None = None,
) -> FastDecision:
    """Return the decision that ``judge`` would make, the sources it would name, and the submission's followers."""
    sources: list[_Either] = []
    followers: list[_Either] = []
    for place, score in derived_of(comparer.score_pairs(submission, stories)):
        story = stories[place]
        later = published_after(story, submission)
        derived_side = story if later else submission
        finding = comparer.relate(derived_side, score)
        if finding.relation in DERIVED:
            (followers if later else sources).append(_Found(story, finding, score, derived_side))
    for one in compare_cross_lingual(comparer, cross_lingual) if cross_lingual else ():
        if one.finding.relation in DERIVED:
            (followers if one.later else sources).append(_FoundCrossLingual(one))
    if cross_lingual is not None:
        sources, followers = _best_of_each(sources), _best_of_each(followers)
    best_first = _ranked(sources)
    decision = DECISIONS[best_first[0].relation] if best_first else Decision.NEW
    why = None if decision is Decision.DUPLICATE else why_undecided(submission, decision, _best(best_first, sources))
    return FastDecision(Decision.UNDECIDED if why else decision, why, best_first, _ranked(followers))


def _best_of_each(found: list[_Either]) -> list[_Either]:
    """As ``judge._best_of_each``."""
    best: dict[str | None, _Either] = {}
    for one in found:
        other = best.get(one.story.id)
        if other is None or one.whole_standing > other.whole_standing:
            best[one.story.id] = one
    return list(best.values())


def _best(ranked: list[StoryRelation], found: list[_Either]) -> BestMatch | None:
    """What tells whether the best match can be trusted; None without a match."""
    first = next((one for one in found if ranked and one.story is ranked[0].story), None)
    return BestMatch(first.probability, first.finding.verbatim, first.shared_with_others) if first else None


def _ranked(found: list[_Either]) -> list[StoryRelation]:
    if len(found) < 2:  # most have none or one
        return [StoryRelation(one.story, one.finding.relation, one.probability) for one in found]
    found.sort(key=lambda one: one.standing, reverse=True)
    ranked: list[_Either] = []
    for _, tied in groupby(found, key=lambda one: one.standing):
        together = list(tied)
        if len(together) > 1:
            together.sort(key=lambda one: one.whole_standing, reverse=True)
        ranked += together
    return [StoryRelation(one.story, one.finding.relation, one.probability) for one in ranked]
