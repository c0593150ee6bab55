"""Score pairs of texts by the probability of derivation: screen all candidates at once, measure the promising ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import numpy as np

from wirematch.cancellation import safepoint
from wirematch.kernels.scoring.scores import ScoredPairs, ScoringRules, Told
from wirematch.kernels.scoring.scores import score as kernel_score
from wirematch.matching.boilerplate import without_common
from wirematch.matching.choosing import Choice, choose, screening_rules
from wirematch.matching.model.calibration import calibrated, needs_calibration
from wirematch.matching.model.derivation import DecisionModel, DerivationModel
from wirematch.matching.neighbours.event import Event, PairsInEvent
from wirematch.matching.pair_score import PairScore
from wirematch.matching.pairs.features import WORDS_AT_ONCE, FeatureColumns
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.pairs.passages import RULES as PASSAGE_RULES
from wirematch.matching.parts import (
    BOUNDS,
    LEAST_WITH_PART,
    WITHOUT_OWN_WORDS,
    DoubtfulPair,
    FoundPart,
    find_parts,
    found_part,
    part_rules,
)
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.topic import part_of

BRIEF = 60
"""Words below which a text is brief, so that what it shares is checked for what other reports have, too."""
UNLIKELY = 0.1
"""Upper bound of the probability given to pairs that were not measured; it falls with their similarity."""

_LEFT, _NOT_DERIVED, _MEASURED = int(Told.LEFT), int(Told.NOT_DERIVED), int(Choice.MEASURED)
"""Compared once per pair: attribute access on an enumeration is a function call."""


class PairScorer:
    """Scores pairs of texts. Holds the model, the word table and the kernel's rules."""

    def __init__(self, model: DecisionModel, rarity: Rarity) -> None:
        """Raises ValueError for a model with features that nothing here measures."""
        self.model = model
        self.rarity = rarity
        self._columns = FeatureColumns(model.names)
        self._rules: dict[int, ScoringRules] = {}

    def score(
        self,
        submission: PreparedArticle,
        stories: Sequence[PreparedArticle],
        event: Event,
        measured_at_least: int = MEASURED_AT_LEAST,
    ) -> Sequence[PairScore]:
        """Score the submission against each story within ``event``, whichever of the two derives from the other.

        The ``measured_at_least`` most similar stories are measured even below the similarity threshold, if they may
        be about the same event. Returns one score per story, in order.
        """
        if not stories:
            return []
        safepoint()
        profiles = [story.profile for story in stories]
        found = self.score_at_once(submission, profiles, event, measured_at_least)
        return self.score_in_steps(submission, profiles, event, measured_at_least) if found is None else found

    def score_in_steps(
        self, submission: PreparedArticle, profiles: Sequence[Profile], event: Event, measured_at_least: int
    ) -> list[PairScore]:
        """Reference implementation of ``score_at_once``, in separate steps."""
        pairs = event.pairs(profiles)
        alike, choices = choose(submission.profile, profiles, pairs, measured_at_least)
        measured = np.flatnonzero(choices == Choice.MEASURED)
        found = iter(self.measure(submission, [profiles[at] for at in measured.tolist()], event, pairs[measured]))
        scores: list[PairScore] = []
        for story, like, choice in zip(profiles, alike.tolist(), choices.tolist(), strict=True):
            scores.append(next(found) if choice == Choice.MEASURED else of_unmeasured(submission, story, like, choice))
        return scores

    def score_at_once(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, measured_at_least: int
    ) -> Sequence[PairScore] | None:
        """Score all stories in one kernel call.

        None without compiled kernels, and for cases that need Python between the steps: texts too long together,
        languages with raised scores, models the kernel does not know.
        """
        mine, known = submission.profile, event.for_kernels(stories)
        words = sum([story.size for story in stories]) + mine.size * len(stories)
        rules = self._rules_of(measured_at_least)
        if known is None or rules is None or words > WORDS_AT_ONCE or needs_calibration(submission.text.language):
            return None
        table, forms, places = known
        if mine.form is not table.submission or (measured := mine.measured) is None:
            return None
        found = kernel_score(table, measured, forms, places, rules)
        if found is None:
            return None
        scored: dict[int, PairScore] = {}
        if _LEFT in found.told:
            left = [place for place, told in enumerate(found.told) if told == _LEFT]
            scores = self.measure(submission, [stories[place] for place in left], event, found.pairs[left])
            scored.update(zip(left, scores, strict=True))
        return ScoresAtOnce(self, submission, stories, event, found, scored)

    def _rules_of(self, measured_at_least: int) -> ScoringRules | None:
        """Rules for the kernel; None without compiled kernels and for a model that they do not know."""
        model = self.model
        if not isinstance(model, DerivationModel) or model.table is None:
            return None
        if measured_at_least not in self._rules:
            of_part, without_own = (max(one.probability, model.threshold) for one in (BOUNDS, WITHOUT_OWN_WORDS))
            self._rules[measured_at_least] = ScoringRules(
                screening_rules(measured_at_least),
                part_rules(self._columns),
                PASSAGE_RULES,
                model.table,
                threshold=model.threshold,
                least_with_part=LEAST_WITH_PART,
                of_part=of_part,
                without_own=without_own,
            )
        return self._rules[measured_at_least]

    def measure(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, in_event: PairsInEvent
    ) -> list[PairScore]:
        """Measure stories that are similar enough or share an excerpt; ``in_event`` has a row of event facts each."""
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
            whole = probability >= self.model.threshold
            scores.append(
                PairScore(
                    probability,
                    derived=whole or excerpt > 0,
                    related=True,
                    pair=pair,
                    submission=submission,
                    whole=whole,
                    excerpt=excerpt > 0,
                    event=events[number] if len(mine) < BRIEF else None,
                    features=rows[number],
                )
            )
            if not whole and probability >= LEAST_WITH_PART:
                doubtful.append(number)
        if doubtful:
            self._with_parts(scores, doubtful, [DoubtfulPair(pairs[at], events[at], in_event[at]) for at in doubtful])
        return scores

    def _with_parts(self, scores: list[PairScore], places: Sequence[int], doubtful: Sequence[DoubtfulPair]) -> None:
        """Replace scores of doubtful pairs, in place, where the parts that correspond are derived on their own."""
        asked = zip(places, doubtful, find_parts(doubtful, self._columns, self.rarity), strict=True)
        found = [(place, pair, part) for place, pair, part in asked if part is not None]
        if not found:
            return
        probabilities = self.model.probabilities_of(np.array([part.features for _, _, part in found])).tolist()
        for (place, pair, part), uncalibrated in zip(found, probabilities, strict=True):
            mine, theirs = pair.pair.submission.text.language, pair.pair.story.text.language
            probability = calibrated(uncalibrated, mine, theirs)
            if probability >= max(part.bounds.probability, self.model.threshold):
                scores[place] = self.with_part(scores[place], probability, pair, part)

    def with_part(self, score: PairScore, probability: float, doubtful: DoubtfulPair, found: FoundPart) -> PairScore:
        """Return ``score`` replaced by that of the part, if passages cover enough of the part."""
        part = part_of(doubtful.pair, found.stretches, doubtful.event, self.rarity)
        shorter = min(part, part.turned, key=lambda pair: len(pair.submission))
        if shorter.coverage < found.bounds.coverage:
            return score
        return replace(
            score, probability=probability, derived=True, features=found.features, part=len(shorter.submission)
        )


class ScoresAtOnce(Sequence[PairScore]):
    """Scores of a submission with each of m stories, built on access: most are not derived and never looked at."""

    def __init__(  # noqa: PLR0913 - all that a score is made of
        self,
        scorer: PairScorer,
        submission: PreparedArticle,
        stories: Sequence[Profile],
        event: Event,
        found: ScoredPairs,
        known: dict[int, PairScore],
    ) -> None:
        """``known`` has the scores, by place, of the pairs that the kernel left to Python."""
        self._scorer, self._submission, self._stories = scorer, submission, stories
        self._event, self._found, self._known = event, found, known

    def __len__(self) -> int:
        return len(self._stories)

    @overload
    def __getitem__(self, place: int) -> PairScore: ...
    @overload
    def __getitem__(self, place: slice) -> list[PairScore]: ...
    def __getitem__(self, place: int | slice) -> PairScore | list[PairScore]:
        places = range(len(self))[place]
        return self._score(places) if isinstance(places, int) else list(map(self._score, places))

    def derived(self) -> list[tuple[int, PairScore]]:
        """Scores of the derived pairs, each with its place."""
        perhaps = [(place, self._score(place)) for place, told in enumerate(self._found.told) if told != _NOT_DERIVED]
        return [(place, score) for place, score in perhaps if score.derived]

    def _score(self, place: int) -> PairScore:
        if place not in self._known:
            choice = self._found.choices[place]
            self._known[place] = (
                self._of_measured(place)
                if choice == _MEASURED
                else of_unmeasured(self._submission, self._stories[place], float(self._found.alike[place]), choice)
            )
        return self._known[place]

    def _of_measured(self, place: int) -> PairScore:
        submission, scorer, event, found = self._submission, self._scorer, self._event, self._found
        mine = submission.profile
        probability, of_part = found.probabilities(place)
        pair, excerpt = Pair(mine, self._stories[place], found.how_much(place)), found.is_excerpted(place)
        whole = probability >= scorer.model.threshold
        score = PairScore(
            probability,
            derived=whole or excerpt,
            related=True,
            pair=pair,
            submission=submission,
            whole=whole,
            excerpt=excerpt,
            event=event if len(mine) < BRIEF else None,
            features=found.rows[place],
        )
        if of_part is None:
            return score
        part = found_part(found.found[place]["part"], found.part_rows[place])
        if part is None or of_part < max(part.bounds.probability, scorer.model.threshold):
            return score
        return scorer.with_part(score, of_part, DoubtfulPair(pair, event, found.pairs[place]), part)


def derived_of(scores: Sequence[PairScore]) -> list[tuple[int, PairScore]]:
    """Scores of the derived pairs, each with its place; skips the others unbuilt where it can."""
    if isinstance(scores, ScoresAtOnce):
        return scores.derived()
    return [(place, score) for place, score in enumerate(scores) if score.derived]


def of_unmeasured(submission: PreparedArticle, story: Profile, like: float, choice: int) -> PairScore:
    """Score of a pair that was not measured: of equal texts, or of texts that are too different."""
    equal = choice == Choice.EQUAL
    return PairScore(
        1.0 if equal else min(1.0, like / WORTH_MEASURING) * UNLIKELY,
        derived=equal,
        related=equal or like >= RELATED,
        pair=Pair(submission.profile, story),
        submission=submission,
        whole=equal,
    )
