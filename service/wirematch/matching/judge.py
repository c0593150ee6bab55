"""From a submission and its candidate stories to the verdict that a reader or a pipeline acts on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.fast_decision import StoryDecision, StoryRelation, decision_from
from wirematch.matching.sources import DERIVED, Found, sources_and_followers
from wirematch.matching.story_ranking import FoundStory
from wirematch.matching.translated.pairs import score_translated
from wirematch.matching.translated.story import CrossLingualStories
from wirematch.models import Attribution, Contribution, Match, same_source
from wirematch.text.prepared import PreparedText

LEAST_SHARE = 0.02
"""Least share that earns a story a line of its own, after the other stories have been credited."""


def attribute(text: PreparedText, matches: list[Match]) -> Attribution:
    """Return the share of the words of ``text`` that each match contributes; every word counts once.

    A word goes to the story with the most similar passage; of equally similar ones, to the match listed first.
    """
    if not len(text) or not matches:
        return Attribution(stories=[], original=1.0)
    best = np.zeros(len(text))
    contributor = np.full(len(text), -1)
    for number, match in enumerate(matches):
        edges = [(passage.submission.start, passage.submission.end) for passage in match.passages]
        places = np.searchsorted(text.starts, np.array(edges, np.int32).reshape(-1, 2)).tolist()
        for passage, (first, last) in zip(match.passages, places, strict=True):
            closer = np.flatnonzero(best[first:last] < passage.similarity) + first
            best[closer], contributor[closer] = passage.similarity, number
    shares = [float((contributor == number).mean()) for number in range(len(matches))]
    stories = [
        Contribution(id=match.id, share=round(share, 4))
        for match, share in zip(matches, shares, strict=True)
        if share >= LEAST_SHARE
    ]
    rest = 1 - sum(story.share for story in stories)  # shares are rounded, so this may be slightly negative
    return Attribution(stories=stories, original=max(0.0, round(rest, 4)))


MOST_LEADERS = 8
"""Stories under which versions are grouped; the remaining matches stand alone."""


@dataclass(frozen=True, slots=True)
class Verdict(StoryDecision):
    """The decision with its evidence, as in ``Report``; ``matches`` and ``pickups`` are limited, the former grouped."""

    matches: list[Match]
    pickups: list[Match]
    attribution: Attribution


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
    """Compare ``submission`` with each story and decide what follows; see ``sources_and_followers``."""
    found, pickups = sources_and_followers(
        comparer, submission, list(stories), cross_lingual, include_related=include_related
    )
    decision, why = decision_from(submission, found)
    matches = [
        leader.match(comparer, [one.version for one in versions], with_reasons=with_reasons)
        for leader, versions in _group_versions(comparer, found)[:limit]
    ]
    return Verdict(
        decision=decision,
        why=why,
        sources=[StoryRelation.of(one) for one in found if one.finding.relation in DERIVED],
        followers=[StoryRelation.of(one) for one in pickups],
        matches=matches,
        pickups=[one.match(comparer, with_reasons=with_reasons) for one in pickups[:limit]],
        attribution=attribute(submission.text, [match for match in matches if match.relation in DERIVED]),
    )


def _group_versions(comparer: Comparer, found: Sequence[Found]) -> list[tuple[Found, list[Found]]]:
    """Group versions of one story (same known source, derived from one another) under the closest of them."""
    leaders: list[tuple[Found, list[Found]]] = []
    rest = list(found)
    while rest:
        leader, *rest = rest
        versions: list[Found] = []
        if len(leaders) < MOST_LEADERS:
            alike = [one for one in rest if _may_be_version(one, leader)]
            derived = _versions_of(comparer, leader, [one.story for one in alike])
            versions = [one for one, is_version in zip(alike, derived, strict=True) if is_version]
            rest = [one for one in rest if one not in versions]
        leaders.append((leader, versions))
    return leaders


def _may_be_version(one: Found, leader: Found) -> bool:
    both = one.finding.relation in DERIVED and leader.finding.relation in DERIVED
    return both and type(one) is type(leader) and same_source(one.story.article, leader.story.article)


def _versions_of(comparer: Comparer, leader: Found, stories: Sequence[PreparedArticle]) -> list[bool]:
    """For each story whether it derives from the leader's; compared in the pivot if the leader is foreign."""
    if isinstance(leader, FoundStory):
        return comparer.derive_from(leader.story, stories)
    return [score is not None and score.derived for score in score_translated(comparer, leader.story, stories)]
