"""How likely two texts derive one from the other: candidates are screened, and those worth it measured, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.matching.boilerplate import without_common
from wirematch.matching.event import NAMES as EVENT_NAMES
from wirematch.matching.event import Event, PairsInEvent
from wirematch.matching.features import NAMES as FEATURE_NAMES
from wirematch.matching.features import measure_pairs
from wirematch.matching.model import DecisionModel
from wirematch.matching.pair import Pair
from wirematch.matching.profile import Profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness
from wirematch.models import Article
from wirematch.stopping import stop_if_unwanted
from wirematch.text.prepare import PreparedText

UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedArticle:
    """An article ready to be compared."""

    article: Article
    profile: Profile

    @property
    def text(self) -> PreparedText:
        return self.profile.text


@dataclass(frozen=True, slots=True, eq=False)
class PairScore:
    """What the numbers alone say of two texts."""

    probability: float
    """That one derives from the other."""
    derived: bool
    """Whether the one is taken to derive from the other: by its probability, or for what was lifted."""
    related: bool
    """Whether they may tell of the same event."""
    pair: Pair
    """The two, without what everybody has, and what was found on the way."""
    submission: PreparedArticle
    """The first of the two."""
    whole: bool
    """Whether the probability says so; else an excerpt alone does."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Two texts to be measured, and what their event says of them."""

    pair: Pair
    pairs: PairsInEvent
    """One record."""
    event: Event


class PairScorer:
    """Scores pairs of texts; holds the model and the word table and nothing else."""

    def __init__(self, model: DecisionModel, rarity: Rarity) -> None:
        """ValueError for a model of features that nobody measures."""
        self.model = model
        self.rarity = rarity
        self._columns = [(*FEATURE_NAMES, *EVENT_NAMES).index(name) for name in model.names]

    def score(
        self,
        submission: PreparedArticle,
        stories: Sequence[PreparedArticle],
        event: Event,
        measured_at_least: int = MEASURED_AT_LEAST,
    ) -> list[PairScore]:
        """The submission with each story, whichever derives from whichever, in the event that they stand in.

        So many of the likest are measured even if they are not like enough, where they may tell of the same event.
        """
        stop_if_unwanted()
        profiles = [story.profile for story in stories]
        alike = likeness(submission.profile.outline, [one.outline for one in profiles])
        alike *= [len(submission.profile) * len(one) > 0 for one in profiles]
        likest = np.argsort(-alike, kind="stable")[:measured_at_least]
        worth_it = alike >= WORTH_MEASURING
        worth_it[likest] = alike[likest] >= RELATED
        pairs = event.pairs(profiles)
        worth_it |= pairs["excerpt"] > 0
        unlikely = np.minimum(1.0, alike / WORTH_MEASURING) * UNLIKELY
        scores = [
            PairScore(
                probability,
                derived=False,
                related=like >= RELATED,
                pair=Pair(submission.profile, one),
                submission=submission,
                whole=False,
            )
            for one, probability, like in zip(profiles, unlikely.tolist(), alike.tolist(), strict=True)
        ]
        measured = np.flatnonzero(worth_it).tolist()
        found = self._measure(submission, [profiles[number] for number in measured], event, pairs[measured])
        for number, score in zip(measured, found, strict=True):
            scores[number] = score
        return scores

    def _measure(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, pairs: PairsInEvent
    ) -> list[PairScore]:
        """Of stories that are like enough, or that share an excerpt; ``pairs`` is what the event says of them."""
        mine = submission.profile
        sides = [_Sides(Pair(mine, story), pairs[number : number + 1], event) for number, story in enumerate(stories)]
        for number in np.flatnonzero(pairs["common"]).tolist():
            pair, around = without_common(mine, stories[number], event, self.rarity, pairs[number])
            if pair.story is not stories[number]:
                sides[number] = _Sides(pair, around.pairs([pair.story]), around)
        asked = [side for side, story in zip(sides, stories, strict=True) if not _equal(mine, story)]
        probabilities = dict(zip(map(id, asked), self._probabilities(asked), strict=True))
        scores = []
        for side, story in zip(sides, stories, strict=True):
            probability = probabilities.get(id(side))
            if probability is None:
                equal = Pair(mine, story)
                scores.append(PairScore(1.0, derived=True, related=True, pair=equal, submission=submission, whole=True))
                continue
            whole = probability >= self.model.decision
            derived = whole or side.pairs["excerpt"][0] > 0
            scores.append(
                PairScore(
                    probability, derived=bool(derived), related=True, pair=side.pair, submission=submission, whole=whole
                )
            )
        return scores

    def _probabilities(self, sides: Sequence[_Sides]) -> list[float]:
        if not sides:
            return []
        alone = measure_pairs([(side.pair.submission, side.pair.story) for side in sides])
        in_event = np.empty((len(sides), len(EVENT_NAMES)))
        for event in {id(side.event): side.event for side in sides}.values():
            numbers = [number for number, side in enumerate(sides) if side.event is event]
            pairs = np.concatenate([sides[number].pairs for number in numbers])
            in_event[numbers] = event.rows([sides[number].pair.story for number in numbers], pairs)
        rows = np.column_stack((alone, in_event))[:, self._columns]
        found: list[float] = self.model.probabilities_of(rows).tolist()
        return found


def _equal(mine: Profile, theirs: Profile) -> bool:
    return len(mine) == len(theirs) and bool((mine.text.words == theirs.text.words).all())
