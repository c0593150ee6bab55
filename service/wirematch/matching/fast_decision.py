"""The decision on a submission without its evidence: no passages, no shares, no versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.sources import sources_and_followers
from wirematch.matching.story_ranking import RankedStory
from wirematch.matching.translated.story import CrossLingualStories
from wirematch.matching.undecided import BestMatch, why_undecided
from wirematch.models import Decision, Relation

DECISIONS = {
    Relation.COPY: Decision.DUPLICATE,
    Relation.REWRITE: Decision.REWRITE,
    Relation.PARTIAL: Decision.PARTIAL,
    Relation.RELATED: Decision.NEW,
}


@dataclass(frozen=True, slots=True)
class StoryRelation:
    """A story that a submission derives from, or that derives from it."""

    story: PreparedArticle
    relation: Relation
    probability: float

    @classmethod
    def of(cls, found: RankedStory) -> Self:
        """Return the relation alone, without the evidence."""
        return cls(found.story, found.finding.relation, found.probability)


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """The decision, with the stories on either side of it."""

    decision: Decision
    why: str | None
    """Why it is undecided; None when it is decided."""
    sources: Sequence[StoryRelation]
    """All stories that the submission derives from, best first."""
    followers: Sequence[StoryRelation]
    """All stories published later that derive from the submission, closest first."""


def decide_without_evidence(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Sequence[PreparedArticle],
    cross_lingual: CrossLingualStories | None = None,
) -> StoryDecision:
    """Decide as ``judge`` does, for less work."""
    sources, followers = sources_and_followers(comparer, submission, stories, cross_lingual)
    decision, why = decision_from(submission, sources)
    return StoryDecision(decision, why, list(map(StoryRelation.of, sources)), list(map(StoryRelation.of, followers)))


def decision_from(submission: PreparedArticle, sources: Sequence[RankedStory]) -> tuple[Decision, str | None]:
    """Return what follows from the best of ``sources``, which comes first, and why it is undecided, if it is."""
    decision = DECISIONS[sources[0].finding.relation] if sources else Decision.NEW
    if decision is Decision.DUPLICATE:
        return decision, None
    why = why_undecided(submission, decision, BestMatch.of(sources[0]) if sources else None)
    return (Decision.UNDECIDED if why else decision), why
