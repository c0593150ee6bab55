"""From a submission and its candidate stories to the verdict that a reader or a pipeline acts on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from wirematch.matching.attribution import attribute
from wirematch.matching.compare import Comparer, PairScore, PreparedArticle
from wirematch.matching.evidence import may_be_copied_later, published_after, relate
from wirematch.matching.scoring import BRIEF, derived_of
from wirematch.matching.story_facts import match_of, story_facts
from wirematch.matching.story_ranking import FoundStory, RankedStory, best_first, best_of_each
from wirematch.matching.translated.pairs import score_translated
from wirematch.matching.translated.story import CrossLingualStories, TranslatedStory, compare_cross_lingual
from wirematch.models import Attribution, Coverage, Decision, Match, Relation, Version, same_source

DECISIONS = {
    Relation.COPY: Decision.DUPLICATE,
    Relation.REWRITE: Decision.REWRITE,
    Relation.PARTIAL: Decision.PARTIAL,
    Relation.RELATED: Decision.NEW,
}
DERIVED = frozenset({Relation.COPY, Relation.REWRITE, Relation.PARTIAL})

LEAST_WORDS = 20
"""Words below which nothing but a copy can be told from chance."""
SHORT_TEXTS = ((35, 0.95), (BRIEF, 0.85))
"""Pairs (words, probability): a text with fewer words is called a rewrite only from that probability on. Of independent
briefs of 20 to 34 words on one event, three in ten exceed the usual threshold and one in 25 exceeds this one."""
MOST_SHARED_WITH_OTHERS = 0.3
"""For such texts, the largest share of the phrases in common with the closest story that other reports may hold, too.
A quarter of independent briefs that pass SHORT_TEXTS lies above it, and one in fifty rewrites."""
TAKEN_WORDS = 20
"""Words taken verbatim from which on a brief is decided whatever its probability."""
MOST_LEADERS = 8
"""Stories under which versions are grouped; the remaining matches stand alone."""


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
class BestMatch:
    """What tells whether the decision that follows from the best match can be trusted."""

    probability: float
    verbatim: float
    """Share of the submission's words that are taken verbatim."""
    shared_with_others: float = 0.0
    """See ``PairScore``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with its evidence, as in ``Report``."""

    decision: Decision
    why: str | None
    matches: list[Match]
    pickups: list[Match]
    attribution: Attribution
    sources: Sequence[StoryRelation] = ()
    """All stories that the submission derives from, best first; unlike ``matches``, neither limited nor grouped."""
    followers: Sequence[StoryRelation] = ()
    """All stories that derive from the submission, closest first."""


@dataclass(frozen=True, slots=True, eq=False)
class _StoryToShow(FoundStory):
    """A story of which evidence may be shown; it is made only for what is shown."""

    source_side: PreparedArticle
    """The one of the two that ``derived_side`` may derive from."""

    @classmethod
    def of(
        cls, story: PreparedArticle, submission: PreparedArticle, score: PairScore, *, later: bool, show_related: bool
    ) -> _StoryToShow:
        """The story as what derives from the submission (``later``), or as what the submission derives from."""
        derived_side, source_side = (story, submission) if later else (submission, story)
        finding = relate(derived_side, score, relate_related=show_related and not later)
        return cls(story, derived_side, score, finding, source_side)

    @property
    def version(self) -> Version:
        """The story as it is listed among the versions of another one."""
        facts = story_facts(self.story.article)
        found = self.finding
        coverage = Coverage(submission=round(found.coverage, 4), story=round(self.coverage_of_other, 4))
        return Version(**facts, relation=found.relation, probability=self.probability, coverage=coverage)

    def match(self, comparer: Comparer, versions: Sequence[Version] = (), *, with_reasons: bool) -> Match:
        """The match with all its evidence."""
        evidence = comparer.explain(self.derived_side, self.source_side, self.score, with_reasons=with_reasons)
        match = match_of(self.story.article, evidence)
        return match.model_copy(update={"versions": list(versions)}) if versions else match


_Found = _StoryToShow | TranslatedStory


def judge(  # noqa: PLR0913 - what a report may want
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Iterable[PreparedArticle],
    *,
    include_related: bool,
    limit: int,
    with_reasons: bool = False,
    cross_lingual: CrossLingualStories | None = None,
) -> Verdict:
    """Compare ``submission`` with each story and decide what follows.

    A story published after the submission cannot be its source: it is listed as a pickup if it derives from it. Only
    a copy that may have been stored first is listed as both (``may_be_copied_later``). Where a time of publication is
    missing, either may be the source. ``cross_lingual`` adds stories in other languages.
    """
    found, pickups = _found_and_pickups(
        comparer, submission, list(stories), cross_lingual, include_related=include_related
    )
    leaders = _group_versions(comparer, found)[:limit]
    matches = [
        leader.match(comparer, [one.version for one in versions], with_reasons=with_reasons)
        for leader, versions in leaders
    ]
    decision = DECISIONS[matches[0].relation] if matches else Decision.NEW
    best = BestMatch(matches[0].probability, matches[0].verbatim, leaders[0][0].shared_with_others) if matches else None
    why = None if decision is Decision.DUPLICATE else why_undecided(submission, decision, best)
    return Verdict(
        decision=Decision.UNDECIDED if why else decision,
        why=why,
        matches=matches,
        pickups=[one.match(comparer, with_reasons=with_reasons) for one in pickups[:limit]],
        attribution=attribute(submission.text, [match for match in matches if match.relation in DERIVED]),
        sources=[StoryRelation.of(one) for one in found if one.finding.relation in DERIVED],
        followers=[StoryRelation.of(one) for one in pickups],
    )


def _found_and_pickups(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Sequence[PreparedArticle],
    cross_lingual: CrossLingualStories | None,
    *,
    include_related: bool,
) -> tuple[list[_Found], list[_Found]]:
    """Return the stories that may be sources, and those that derive from the submission; both best first."""
    wanted = DERIVED | {Relation.RELATED} if include_related else DERIVED
    scores = comparer.score_pairs(submission, stories)
    found: list[_Found] = []
    pickups: list[_Found] = []
    for place, score in enumerate(scores) if include_related else derived_of(scores):
        story = stories[place]
        later = published_after(story, submission)
        one = _StoryToShow.of(story, submission, score, later=later, show_related=include_related)
        if not later and one.finding.relation in wanted:
            found.append(one)
        elif later and one.finding.relation in DERIVED:
            pickups.append(one)
            if one.finding.relation is Relation.COPY and may_be_copied_later(submission, story):
                original = _StoryToShow.of(story, submission, score, later=False, show_related=False)
                found += [original] if original.finding.relation is Relation.COPY else []
    for translated in compare_cross_lingual(comparer, cross_lingual) if cross_lingual else ():
        if translated.finding.relation in (DERIVED if translated.later else wanted):
            (pickups if translated.later else found).append(translated)
    if cross_lingual is not None:  # shared names alone also lead to stories in other languages
        found, pickups = best_of_each(found), best_of_each(pickups)
    return best_first(found), best_first(pickups)


def _group_versions(comparer: Comparer, found: Sequence[_Found]) -> list[tuple[_Found, list[_Found]]]:
    """Group versions of one story (same known source, derived from one another) under the closest of them."""
    leaders: list[tuple[_Found, list[_Found]]] = []
    rest = list(found)
    while rest:
        leader, *rest = rest
        versions: list[_Found] = []
        if len(leaders) < MOST_LEADERS:
            alike = [one for one in rest if _may_be_version(one, leader)]
            derived = _versions_of(comparer, leader, [one.story for one in alike])
            versions = [one for one, is_version in zip(alike, derived, strict=True) if is_version]
            rest = [one for one in rest if one not in versions]
        leaders.append((leader, versions))
    return leaders


def _may_be_version(one: _Found, leader: _Found) -> bool:
    both = one.finding.relation in DERIVED and leader.finding.relation in DERIVED
    return both and type(one) is type(leader) and same_source(one.story.article, leader.story.article)


def _versions_of(comparer: Comparer, leader: _Found, stories: Sequence[PreparedArticle]) -> list[bool]:
    """For each story whether it derives from the leader's; compared in the pivot if the leader is foreign."""
    if isinstance(leader, _StoryToShow):
        return comparer.derive_from(leader.story, stories)
    return [score is not None and score.derived for score in score_translated(comparer, leader.story, stories)]


def why_undecided(
    submission: PreparedArticle, decision: Decision = Decision.NEW, best: BestMatch | None = None
) -> str | None:
    """Return why nobody could decide whether the submission derives from anything; None when it can be decided.

    ``best`` is the match that ``decision`` follows from.
    """
    words = len(submission.text)
    if words < LEAST_WORDS:
        counted = "1 word" if words == 1 else f"{words} words"
        return f"The text has {counted}; with fewer than {LEAST_WORDS}, only a copy can be told from chance."
    if submission.text.language is None and not submission.text.unspaced.any():
        return (
            "The text has too few common words of the languages that are known: it may be a list or a table, or in "
            "another language. Only a copy can be told from chance."
        )
    if best is None or decision not in (Decision.REWRITE, Decision.PARTIAL):
        return None
    return _why_undecided_brief(words, best)


def _why_undecided_brief(words: int, best: BestMatch) -> str | None:
    """Return why a short text is left to a reader; None when it is not."""
    least = next((bar for most, bar in SHORT_TEXTS if words < most), 0.0)
    if not least or best.verbatim * words >= TAKEN_WORDS:
        return None
    if best.shared_with_others > MOST_SHARED_WITH_OTHERS:
        share = f"{best.shared_with_others:.0%}"
        return (
            f"The text has {words} words, and other stored reports hold {share} of the phrases that it shares with the "
            "closest story."
        )
    if best.probability >= least:
        return None
    return (
        f"The text has {words} words, few of them as they stand in the closest story; another reporter's brief on the "
        f"event may have as much in common. From a probability of {least:.2f} on it would be decided."
    )
