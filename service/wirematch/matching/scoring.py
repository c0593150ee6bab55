"""How likely two texts derive one from the other: candidates are screened, and those worth it measured, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wirematch.matching.boilerplate import without_common
from wirematch.matching.calibration import calibrated
from wirematch.matching.choosing import Choice, choose
from wirematch.matching.event import Event, PairsInEvent
from wirematch.matching.features import FeatureColumns
from wirematch.matching.model import DecisionModel
from wirematch.matching.pair import Pair
from wirematch.matching.parts import LEAST_WITH_PART, DoubtfulPair, FoundPart, find_parts
from wirematch.matching.rarity import Rarity
from wirematch.matching.scores import PairScore, PreparedArticle
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING
from wirematch.matching.text_profile import Profile
from wirematch.matching.topic import part_of
from wirematch.stopping import stop_if_unwanted

BRIEF = 60
"""Of texts with fewer words than this it is known how much of what they share is everybody's."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""


class PairScorer:
    """Scores pairs of texts; holds the model and the word table and nothing else."""

    def __init__(self, model: DecisionModel, rarity: Rarity) -> None:
        """ValueError for a model of features that nobody measures."""
        self.model = model
        self.rarity = rarity
        self._columns = FeatureColumns(model.names)

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
        pairs = event.pairs(profiles)
        alike, choices = choose(submission.profile, profiles, pairs, measured_at_least)
        measured = np.flatnonzero(choices == Choice.MEASURED)
        found = iter(self._measure(submission, [profiles[at] for at in measured.tolist()], event, pairs[measured]))
        scores: list[PairScore] = []
        for story, like, choice in zip(profiles, alike.tolist(), choices.tolist(), strict=True):
            if choice == Choice.MEASURED:
                scores.append(next(found))
            elif choice == Choice.EQUAL:
                scores.append(_score(submission, Pair(submission.profile, story), 1.0, derived=True, whole=True))
            else:
                scores.append(_unlikely(submission, story, like))
        return scores

    def _measure(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, in_event: PairsInEvent
    ) -> list[PairScore]:
        """Of stories that are like enough, or that share an excerpt; ``in_event`` is what the event says of them."""
        if not stories:
            return []
        mine = submission.profile
        pairs = [Pair(mine, story) for story in stories]
        events = [event] * len(pairs)
        for number in np.flatnonzero(in_event["common"]).tolist():
            pair, around = without_common(mine, stories[number], event, self.rarity, in_event[number])
            if pair.story is not stories[number]:
                events[number], pairs[number] = around, pair
                [in_event[number]] = around.pairs([pair.story])
        rows = self._columns.of([(pair.submission, pair.story) for pair in pairs], in_event["features"])
        probabilities = self.model.probabilities_of(rows).tolist()
        excerpts = in_event["excerpt"].tolist()
        scores: list[PairScore] = []
        doubtful = []
        for number, (pair, uncalibrated, excerpt) in enumerate(zip(pairs, probabilities, excerpts, strict=True)):
            probability = calibrated(uncalibrated, pair.submission.text.language, pair.story.text.language)
            whole = probability >= self.model.decision
            scores.append(
                PairScore(
                    probability,
                    derived=whole or excerpt > 0,
                    related=True,
                    pair=pair,
                    submission=submission,
                    whole=whole,
                    excerpt=excerpt > 0,
                    everybodys=_everybodys(pair, events[number]) if whole and len(mine) < BRIEF else 0.0,
                    features=rows[number],
                )
            )
            if not whole and probability >= LEAST_WITH_PART:
                doubtful.append(number)
        if doubtful:
            self._with_parts(scores, doubtful, [DoubtfulPair(pairs[at], events[at], in_event[at]) for at in doubtful])
        return scores

    def _with_parts(self, scores: list[PairScore], places: Sequence[int], doubtful: Sequence[DoubtfulPair]) -> None:
        """In place of these scores those of the parts that tell the same, where these alone are derived."""
        asked = zip(places, doubtful, find_parts(doubtful, self._columns, self.rarity), strict=True)
        found = [(place, pair, part) for place, pair, part in asked if part is not None]
        if not found:
            return
        probabilities = self.model.probabilities_of(np.array([part.features for _, _, part in found])).tolist()
        for (place, pair, part), uncalibrated in zip(found, probabilities, strict=True):
            mine, theirs = pair.pair.submission.text.language, pair.pair.story.text.language
            probability = calibrated(uncalibrated, mine, theirs)
            if probability >= max(part.bounds.probability, self.model.decision):
                scores[place] = self._with_part(scores[place], probability, pair, part)

    def _with_part(self, score: PairScore, probability: float, doubtful: DoubtfulPair, found: FoundPart) -> PairScore:
        """The score with that of a part, where enough of it lies in passages."""
        part = part_of(doubtful.pair, found.stretches, doubtful.event, self.rarity)
        shorter = min(part, part.turned, key=lambda pair: len(pair.submission))
        if shorter.coverage < found.bounds.coverage:
            return score
        return replace(
            score, probability=probability, derived=True, features=found.features, part=len(shorter.submission)
        )


def _score(submission: PreparedArticle, pair: Pair, probability: float, *, derived: bool, whole: bool) -> PairScore:
    return PairScore(probability, derived=derived, related=True, pair=pair, submission=submission, whole=whole)


def _everybodys(pair: Pair, event: Event) -> float:
    return event.of_parts(pair.story, pair.submission, pair.story)[1] or 0.0


def _unlikely(submission: PreparedArticle, story: Profile, like: float) -> PairScore:
    """Of a pair that was not worth measuring."""
    return PairScore(
        min(1.0, like / WORTH_MEASURING) * UNLIKELY,
        derived=False,
        related=like >= RELATED,
        pair=Pair(submission.profile, story),
        submission=submission,
        whole=False,
    )
