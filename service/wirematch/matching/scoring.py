"""How likely two texts derive one from the other: candidates are screened, and those worth it measured, all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wirematch.arrays import Floats64
from wirematch.matching.boilerplate import without_common
from wirematch.matching.calibration import calibrated
from wirematch.matching.event import NAMES as EVENT_NAMES
from wirematch.matching.event import Event, PairsInEvent
from wirematch.matching.features import NAMES as FEATURE_NAMES
from wirematch.matching.features import measure_pairs
from wirematch.matching.model import DecisionModel
from wirematch.matching.pair import Pair
from wirematch.matching.rarity import Rarity
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness, likeness_of_forms
from wirematch.matching.text_profile import Profile
from wirematch.matching.topic import Stretches, part_of, stretches
from wirematch.models import Article
from wirematch.stopping import stop_if_unwanted
from wirematch.text.prepared import PreparedText

PART_DECISION = 0.5
"""Probability from which on a part is called derived, where the whole is not: it must be surer than that, ..."""
PART_COVERAGE = 0.35
"""... so much of the shorter of the two must lie in passages, ..."""
PART_EVERYBODYS = 0.2
"""... and no more of the phrases that both have may be everybody's: the formulas of a series, a footer."""
WITHOUT_OWN_WORDS = (80, 0.6, 0.5)
"""Words, probability and coverage of a part in which the two share no phrase of their own, often as a quotation mark is
never closed: nothing tells it from page furniture but these."""
LEAST_WITH_PART = 0.015
"""Probability of the whole below which no part is looked for; 1 in 25 of those that would be found lies lower."""
BRIEF = 60
"""Of texts with fewer words than this it is known how much of what they share is everybody's."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""


class PreparedArticle:
    """An article ready to be compared."""

    __slots__ = ("_article", "_read", "profile")

    def __init__(self, article: Article | Callable[[], Article], profile: Profile) -> None:
        """``article`` may be what decodes it: of most stored articles nothing but the text is ever looked at."""
        self._article: Article | None = article if isinstance(article, Article) else None
        self._read: Callable[[], Article] | None = None if isinstance(article, Article) else article
        self.profile = profile

    @property
    def article(self) -> Article:
        """The whole article, decoded once; DamagedRecordError of a stored one."""
        read = self._read
        if read is not None:
            self._article = read()
            self._read = None  # behind the line before: another thread finds the one or the other
        assert self._article is not None
        return self._article

    @property
    def text(self) -> PreparedText:
        return self.profile.text

    @property
    def hidden(self) -> bool:
        """Whether only the imprint of its text is kept: its letters are not known."""
        return self.article.imprint is not None


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
    """Whether the probability of the texts as a whole says so; else an excerpt or a part does."""
    excerpt: bool = False
    """Whether one text holds an excerpt of the other."""
    part: int | None = None
    """Words of the part that the probability speaks of; None where it speaks of the texts as a whole."""
    everybodys: float = 0.0
    """Of a brief, the share that independent voices hold of the phrases that both have as their own."""
    features: Floats64 | None = None
    """What the probability was made of, in the model's order; None of equal texts and of strangers."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned


class PairScorer:
    """Scores pairs of texts; holds the model and the word table and nothing else."""

    def __init__(self, model: DecisionModel, rarity: Rarity) -> None:
        """ValueError for a model of features that nobody measures."""
        self.model = model
        self.rarity = rarity
        self._columns = np.array([(*FEATURE_NAMES, *EVENT_NAMES).index(name) for name in model.names], np.intp)

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
        alike = _likeness(submission.profile, profiles)
        if not all(map(len, (submission.profile, *profiles))):
            alike *= [len(submission.profile) * len(one) > 0 for one in profiles]
        likest = np.argsort(-alike, kind="stable")[:measured_at_least]
        worth_it = alike >= WORTH_MEASURING
        worth_it[likest] = alike[likest] >= RELATED
        pairs = event.pairs(profiles)
        worth_it |= pairs["excerpt"] > 0
        equal = [number for number in np.flatnonzero(worth_it).tolist() if _equal(submission.profile, profiles[number])]
        worth_it[equal] = False
        measured = np.flatnonzero(worth_it).tolist()
        found = self._measure(submission, [profiles[number] for number in measured], event, pairs[measured])
        scores = dict(zip(measured, found, strict=True))
        for number in equal:  # nothing is left to ask
            pair = Pair(submission.profile, profiles[number])
            scores[number] = _score(submission, pair, 1.0, derived=True, whole=True)
        return [
            scores[number] if number in scores else _unlikely(submission, story, like)
            for number, (story, like) in enumerate(zip(profiles, alike.tolist(), strict=True))
        ]

    def _measure(
        self, submission: PreparedArticle, stories: Sequence[Profile], event: Event, in_event: PairsInEvent
    ) -> list[PairScore]:
        """Of stories that are like enough, or that share an excerpt; ``in_event`` is what the event says of them."""
        if not stories:
            return []
        mine = submission.profile
        pairs = [Pair(mine, story) for story in stories]
        event_rows, excerpts = event.rows(in_event), in_event["excerpt"].tolist()
        events = [event] * len(pairs)
        for number in np.flatnonzero(in_event["common"]).tolist():
            pair, around = without_common(mine, stories[number], event, self.rarity, in_event[number])
            if pair.story is not stories[number]:
                events[number], in_its_event = around, around.pairs([pair.story])
                event_rows[number] = around.rows(in_its_event)[0]
                pairs[number], excerpts[number] = pair, in_its_event["excerpt"][0]
        rows = self._rows([(pair.submission, pair.story) for pair in pairs], event_rows)
        probabilities = self.model.probabilities_of(rows).tolist()
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
        for number, found in zip(doubtful, stretches([pairs[number] for number in doubtful]), strict=True):
            if found != (None, None):
                scores[number] = self._with_part(scores[number], found, events[number])
        return scores

    def _rows(self, pairs: Sequence[tuple[Profile, Profile]], in_event: Floats64) -> Floats64:
        """The features of each pair in the model's order."""
        return np.concatenate((measure_pairs(pairs), in_event), axis=1).take(self._columns, axis=1)

    def _with_part(self, score: PairScore, found: Stretches, event: Event) -> PairScore:
        """The score of the part that tells what the other text tells, where that alone derives from it."""
        part = part_of(score.pair, found, event, self.rarity)
        in_event, everybodys = event.of_parts(score.pair.story, part.submission, part.story)
        if everybodys is not None and everybodys > PART_EVERYBODYS:
            return score
        words, sure, covered = (0, PART_DECISION, PART_COVERAGE) if everybodys is not None else WITHOUT_OWN_WORDS
        shorter = min(part, part.turned, key=lambda pair: len(pair.submission))
        if len(shorter.submission) < words:
            return score
        row = self._rows([(part.submission, part.story)], in_event)
        [probability] = self.model.probabilities_of(row).tolist()
        probability = calibrated(probability, part.submission.text.language, part.story.text.language)
        if probability < max(sure, self.model.decision) or shorter.coverage < covered:
            return score
        return replace(score, probability=probability, derived=True, features=row[0], part=len(shorter.submission))


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


def _likeness(submission: Profile, stories: Sequence[Profile]) -> Floats64:
    found = likeness_of_forms(submission.form, [story.form for story in stories])
    return likeness(submission.outline, [story.outline for story in stories]) if found is None else found


def _equal(mine: Profile, theirs: Profile) -> bool:
    return len(mine) == len(theirs) and bool((mine.text.words == theirs.text.words).all())
