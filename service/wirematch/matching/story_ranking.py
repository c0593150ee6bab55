"""How the stories that were found for a submission are ranked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from wirematch.matching.compare import Comparer, PairRelation, PairScore, PreparedArticle
from wirematch.matching.story_facts import match_of, story_facts
from wirematch.models import Coverage, Match, Relation, Version

_STRENGTH = (Relation.RELATED, Relation.PARTIAL, Relation.REWRITE, Relation.COPY)


class RankedStory(Protocol):
    """A story with its relation to the submission, either way round."""

    @property
    def story(self) -> PreparedArticle:
        """The stored article of the two."""

    @property
    def finding(self) -> PairRelation:
        """The relation, without evidence."""

    @property
    def probability(self) -> float:
        """The probability as it is shown."""

    @property
    def shared_with_others(self) -> float:
        """See ``PairScore``."""

    @property
    def sort_key(self) -> tuple[float, ...]:
        """See ``sort_key_of``."""

    @property
    def cheap_sort_key(self) -> tuple[float, ...]:
        """The first two parts of ``sort_key``, which cost less."""


S = TypeVar("S", bound=RankedStory)


def sort_key_of(
    relation: Relation, coverage: float, verbatim: float, coverage_of_story: float, probability: float
) -> tuple[float, ...]:
    """Sort key of matches, best greatest; shares are rounded to the four digits that are shown."""
    return (
        _STRENGTH.index(relation),
        round(coverage, 4) + round(verbatim, 4),
        round(coverage_of_story, 4),
        round(probability, 4),
    )


@dataclass(frozen=True, slots=True, eq=False)
class FoundStory:
    """A RankedStory that was compared in its own words."""

    story: PreparedArticle
    derived_side: PreparedArticle
    """The one of the two that may derive from the other."""
    source_side: PreparedArticle
    """The other one."""
    score: PairScore
    finding: PairRelation

    @property
    def probability(self) -> float:
        """See RankedStory."""
        return round(self.score.probability, 4)

    @property
    def shared_with_others(self) -> float:
        """See RankedStory."""
        return self.score.shared_with_others

    @property
    def coverage_of_other(self) -> float:
        """Share of the words, in the article that is owed to, that passages cover."""
        return self.score.seen_from(self.derived_side).turned.coverage

    @property
    def sort_key(self) -> tuple[float, ...]:
        """See RankedStory."""
        return self._sort_key(self.coverage_of_other)

    @property
    def cheap_sort_key(self) -> tuple[float, ...]:
        """See RankedStory: the other parts need the passages of the other text."""
        return self._sort_key(0.0)[:2]

    def _sort_key(self, of_other: float) -> tuple[float, ...]:
        found = self.finding
        return sort_key_of(found.relation, found.coverage, found.verbatim, of_other, self.score.probability)

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


def best_first(found: Sequence[S]) -> list[S]:
    """Return the stories by their sort keys; of equals, what was published or stored earlier comes first.

    So a wire story comes before its copies. Whatever is equal in all of this stays in its order.
    """
    return _sorted(found, (lambda one: one.cheap_sort_key, lambda one: one.sort_key, _earliness))


def _sorted(found: Sequence[S], keys: Sequence[Callable[[S], tuple[float, ...]]]) -> list[S]:
    """Sort by the first key, greatest first, and only what is equal by the next one."""
    if len(found) < 2 or not keys:  # most submissions have no story or one
        return list(found)
    first, *others = keys
    ordered = sorted(found, key=first, reverse=True)
    return [one for _, equals in groupby(ordered, key=first) for one in _sorted(list(equals), others)]


def _earliness(found: RankedStory) -> tuple[float, ...]:
    seen = found.story.first_seen
    return (-math.inf if seen is None else -seen.timestamp(),)


def best_of_each(found: Sequence[S]) -> list[S]:
    """Keep each story once: as found in its own words or in translation, whichever ranks higher."""
    best: dict[str | None, S] = {}
    for one in found:
        other = best.get(one.story.id)
        if other is None or one.sort_key > other.sort_key:
            best[one.story.id] = one
    return list(best.values())
