"""The decision on a submission without its evidence: no passages, no shares, no versions.

Decides exactly as ``judge`` does, for less work: it looks for passages only in the text that may derive, and in the
other one only to break ties between stories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.evidence import may_be_copied_later, published_after
from wirematch.matching.judge import DECISIONS, DERIVED, BestMatch, StoryRelation, why_undecided
from wirematch.matching.scoring import derived_of
from wirematch.matching.story_ranking import FoundStory, best_first, best_of_each
from wirematch.matching.translated.story import CrossLingualStories, TranslatedStory, compare_cross_lingual
from wirematch.models import Decision, Relation


@dataclass(frozen=True, slots=True)
class FastDecision:
    """The decision, with the stories on either side of it; see ``Verdict``."""

    decision: Decision
    why: str | None
    sources: list[StoryRelation]
    """Stories that the submission derives from, best first."""
    followers: list[StoryRelation]
    """Stories published later that derive from it, closest first."""


_Found = FoundStory | TranslatedStory


def decide_without_evidence(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Sequence[PreparedArticle],
    cross_lingual: CrossLingualStories | None = None,
) -> FastDecision:
    """Return the decision that ``judge`` would make, the sources it would name, and the submission's followers."""
    sources: list[_Found] = []
    followers: list[_Found] = []
    for place, score in derived_of(comparer.score_pairs(submission, stories)):
        story = stories[place]
        later = published_after(story, submission)
        derived_side = story if later else submission
        finding = comparer.relate(derived_side, score)
        if finding.relation in DERIVED:
            (followers if later else sources).append(FoundStory(story, derived_side, score, finding))
        if later and finding.relation is Relation.COPY and may_be_copied_later(submission, story):
            finding = comparer.relate(submission, score)
            if finding.relation is Relation.COPY:
                sources.append(FoundStory(story, submission, score, finding))
    for one in compare_cross_lingual(comparer, cross_lingual) if cross_lingual else ():
        if one.finding.relation in DERIVED:
            (followers if one.later else sources).append(one)
    if cross_lingual is not None:
        sources, followers = best_of_each(sources), best_of_each(followers)
    sources = best_first(sources)
    decision = DECISIONS[sources[0].finding.relation] if sources else Decision.NEW
    why = None if decision is Decision.DUPLICATE else why_undecided(submission, decision, _best_match(sources))
    return FastDecision(
        Decision.UNDECIDED if why else decision,
        why,
        list(map(StoryRelation.of, sources)),
        list(map(StoryRelation.of, best_first(followers))),
    )


def _best_match(ranked: Sequence[_Found]) -> BestMatch | None:
    """What tells whether the best match can be trusted; None without a match."""
    if not ranked:
        return None
    return BestMatch(ranked[0].probability, ranked[0].finding.verbatim, ranked[0].shared_with_others)
