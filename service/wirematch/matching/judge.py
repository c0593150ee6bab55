"""From one submission and its candidate stories to the verdict that a reader or a pipeline acts on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wirematch.matching.attribution import attribute
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.models import Attribution, Decision, Match, Relation, Version

DECISIONS = {
    Relation.COPY: Decision.DUPLICATE,
    Relation.REWRITE: Decision.REWRITE,
    Relation.PARTIAL: Decision.PARTIAL,
    Relation.RELATED: Decision.NEW,
}
DERIVED = frozenset({Relation.COPY, Relation.REWRITE, Relation.PARTIAL})
_STRENGTH = list(reversed(DECISIONS))

LEAST_WORDS = 20
"""Words below which nothing but a copy can be told apart from chance."""
SHORT_TEXTS = ((35, 0.95), (60, 0.85))
"""Of texts with fewer words than this, the probability from which on a rewrite is told from another brief on the event.
Three in ten of such briefs with 20 to 34 words are above the usual threshold, one in 25 is above this one."""
TAKEN_WORDS = 20
"""So many words taken as they stood decide whatever the probability is."""
MOST_LEADERS = 8
"""Stories against which the other matches are held to see whether they are versions of one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a report says of the submission; see there for each."""

    decision: Decision
    why: str | None
    matches: list[Match]
    pickups: list[Match]
    attribution: Attribution
    sources: Sequence[Match] = ()
    """All that the submission derives from, best first, where ``matches`` has some, versions under the closest."""
    followers: Sequence[Match] = ()
    """All that derives from the submission, closest first."""


def judge(
    comparer: Comparer,
    submission: PreparedArticle,
    stories: Iterable[PreparedArticle],
    *,
    include_related: bool,
    limit: int,
) -> Verdict:
    """Compare ``submission`` with each story and settle what follows from all of it.

    A story published after the submission cannot be its source: it is listed as a pickup if it derives from it. Where
    a time is missing, either may be the source.
    """
    wanted = DERIVED | {Relation.RELATED} if include_related else DERIVED
    found: list[tuple[Match, PreparedArticle]] = []
    pickups: list[Match] = []
    stories = list(stories)
    for story, score in zip(stories, comparer.score_pairs(submission, stories), strict=True):
        if published_after(story, submission):
            evidence = comparer.explain(story, submission, score, explain_related=False)
            if evidence.relation in DERIVED:
                pickups.append(Match.of(story.article, evidence))
            continue
        evidence = comparer.explain(submission, story, score, explain_related=include_related)
        if evidence.relation in wanted:
            found.append((Match.of(story.article, evidence), story))
    found.sort(key=lambda pair: _precedence(pair[0]), reverse=True)
    pickups.sort(key=_precedence, reverse=True)
    matches = _group_versions(comparer, found)[:limit]
    decision = DECISIONS[matches[0].relation] if matches else Decision.NEW
    best = (matches[0].probability, matches[0].verbatim) if matches else None
    why = None if decision is Decision.DUPLICATE else why_undecided(submission, decision, best)
    return Verdict(
        decision=Decision.UNDECIDED if why else decision,
        why=why,
        matches=matches,
        pickups=pickups[:limit],
        attribution=attribute(submission.text, [match for match in matches if match.relation in DERIVED]),
        sources=[match for match, _ in found if match.relation in DERIVED],
        followers=pickups,
    )


def published_after(story: PreparedArticle, submission: PreparedArticle) -> bool:
    """Whether ``story`` cannot be the source of ``submission``."""
    theirs, mine = story.article.published_at, submission.article.published_at
    return theirs is not None and mine is not None and theirs > mine


def _precedence(match: Match) -> tuple[float, ...]:
    return precedence(
        match.relation, match.coverage.submission, match.verbatim, match.coverage.story, match.probability
    )


def precedence(
    relation: Relation, coverage: float, verbatim: float, coverage_of_story: float, probability: float
) -> tuple[float, ...]:
    """By which matches are put in order, the greatest first; of all shares, four digits count."""
    return (
        _STRENGTH.index(relation),
        round(coverage, 4) + round(verbatim, 4),
        round(coverage_of_story, 4),
        round(probability, 4),
    )


def _group_versions(comparer: Comparer, found: list[tuple[Match, PreparedArticle]]) -> list[Match]:
    """Put the versions of one story, which come from one source and derive from one another, under the closest one."""
    leaders: list[tuple[Match, PreparedArticle, list[Version]]] = []
    for match, story in found:
        for leader, leading, versions in leaders[:MOST_LEADERS]:
            if _is_version(comparer, match, story, leader, leading):
                facts = {name: getattr(match, name) for name in Version.model_fields}
                versions.append(Version(**facts))
                break
        else:
            leaders.append((match, story, []))
    return [leader.model_copy(update={"versions": versions}) for leader, _, versions in leaders]


def _is_version(
    comparer: Comparer, match: Match, story: PreparedArticle, leader: Match, leading: PreparedArticle
) -> bool:
    if match.relation not in DERIVED or leader.relation not in DERIVED or match.source != leader.source:
        return False
    return comparer.derives(story, leading)


def why_undecided(
    submission: PreparedArticle, decision: Decision = Decision.NEW, best: tuple[float, float] | None = None
) -> str | None:
    """What keeps anybody from deciding whether it derives from anything; None when nothing does.

    ``best`` is the probability of the match that ``decision`` follows from, and the share of words taken as they stood.
    """
    words = len(submission.text)
    if words < LEAST_WORDS:
        return f"The text has {words} words; with fewer than {LEAST_WORDS}, only a copy can be told from chance."
    if submission.text.language is None and not submission.text.unspaced.any():
        return "The text is in none of the languages whose words are known, so only a copy can be told from chance."
    if best is None or decision not in (Decision.REWRITE, Decision.PARTIAL):
        return None
    probability, verbatim = best
    least = next((bar for most, bar in SHORT_TEXTS if words < most), 0.0)
    if probability >= least or verbatim * words >= TAKEN_WORDS:
        return None
    return (
        f"The text has {words} words, few of them as they stand in the closest story; another reporter's brief on the "
        f"event may have as much in common. From a probability of {least:.2f} on it would be decided."
    )
