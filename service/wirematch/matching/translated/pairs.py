"""What two texts owe to each other where at least one of them is read in translation.

A translator keeps sentences and their order, and words only now and then, so such pairs have a stage of their own:
sentences are paired, each with the one that is likest to it and whose likest it is, and a logistic regression weighs
how many pairs keep one order, how far other sentences are behind, how unlike the two of a pair are in length (Gale and
Church 1993), how little stands between the pairs, how much of both texts stands in them, and what the model says of
the two. Two reporters on one event share facts in a few sentences, here and there, one in a long sentence and the other
in a short one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from wirematch.arrays import Floats64
from wirematch.matching.compare import Comparer
from wirematch.matching.pair_score import PairScore
from wirematch.matching.pairs.sentences import overlap_sentences
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.profiles.text_profile import Profile
from wirematch.stopping import stop_if_unwanted

MODEL_FILE = "model.json"
LEAST_ALIKE = 0.2
"""Cosine of weighted content words from which on two sentences are paired. Of sentences and their own translations
nine in ten are above, of sentences of strange stories one in a hundred."""
LEAST_PAIRED = 0.15
"""The same for two that are each other's likest of all, which says something by itself."""
EXPECTED_STRETCH, COUNTS_AS = 0.35, 1.0
"""How unlike in length any two paired sentences are, and as how many pairs that counts: few pairs say little of it."""
WORDS_MORE = 3
"""Added to the words of both, as one word more or less says nothing of short sentences."""
LEAST_PROBABILITY = 1e-3
LEAST_SHARE = 0.2
"""Share of the words of one of the two texts that must stand in pairs: long texts have some pairs by chance."""
SHORT_WORDS, LONG_WORDS = 120, 200
"""Of the shorter text: up to the one it is a brief, from the other on there is enough to tell by."""
SHORT_DECISION = 0.85
"""Probability from which on a brief is called derived: two of them on one event tell the same four or five facts."""
NAMES = ("model", "pairs", "lead", "stretch", "density", "both")


@dataclass(frozen=True, slots=True, eq=False)
class Likest:
    """Of each of the ``n`` sentences of a text, the sentence of the other text that is likest to it."""

    places: NDArray[np.intp]
    """n."""
    alike: Floats64
    """n cosines."""
    covered: float
    """Share of the words that stand in sentences which are like theirs."""

    @classmethod
    def of(cls, alike: Floats64, words: NDArray[np.int32]) -> Self:
        """Of n x m cosines, and how many words each sentence has."""
        places = alike.argmax(axis=1)
        best = alike[np.arange(len(places)), places]
        return cls(places, best, _share(words, best >= LEAST_ALIKE))


@dataclass(frozen=True, slots=True, eq=False)
class SentencePairs:
    """Which sentences of two texts tell the same; None where one of them has no words."""

    mine: Likest | None
    theirs: Likest | None

    def turned(self) -> SentencePairs:
        """The two texts in each other's place."""
        return SentencePairs(self.theirs, self.mine)

    @property
    def coverage(self) -> float:
        """Share of the first text's words in sentences that the other one has, too."""
        return self.mine.covered if self.mine else 0.0


class MeasuredSentences(NamedTuple):
    """Two texts by their sentences."""

    pairs: SentencePairs
    features: list[float]
    """Of ``NAMES``."""
    share: float
    """Of the words of that text of which more stand in pairs that keep one order."""
    words: int
    """Of the shorter text."""


@dataclass(frozen=True, slots=True, eq=False)
class TranslatedScore:
    """What the numbers say of two texts in the pivot language."""

    probability: float
    derived: bool
    pairs: SentencePairs


@dataclass(frozen=True, slots=True)
class TranslatedModel:
    """A logistic regression over ``NAMES``, and the probability from which on a pair is called derived."""

    weights: tuple[float, ...]
    intercept: float
    decision: float

    def probability(self, features: Sequence[float]) -> float:
        """Between 0 and 1."""
        odds = self.intercept + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 0.5 + 0.5 * math.tanh(0.5 * odds)

    def bar(self, words: int) -> float:
        """The probability from which on two texts, the shorter of ``words``, are called derived."""
        brief = min(1.0, max(0.0, (LONG_WORDS - words) / (LONG_WORDS - SHORT_WORDS)))
        return self.decision + (SHORT_DECISION - self.decision) * brief


@cache
def default_translated_model() -> TranslatedModel:
    """The one that ships with this package; ``python -m bench train-translated`` makes it."""
    content = from_json((files("wirematch.matching.translated") / MODEL_FILE).read_bytes())
    weights = tuple(content["weights"][name] for name in NAMES)
    return TranslatedModel(weights, content["intercept"], content["decision"])


def score_translated(
    comparer: Comparer, submission: PreparedArticle, stories: Sequence[PreparedArticle]
) -> list[TranslatedScore | None]:
    """The submission with each story, all as they read in the pivot language; None of what tells of something else.

    Neighbours on the event say nothing here: translations share no phrases with them, whoever took from whom.
    """
    scores = comparer.score_pairs_alone(submission, stories)
    model = default_translated_model()
    found: list[TranslatedScore | None] = []
    for story, score in zip(stories, scores, strict=True):
        stop_if_unwanted()
        if not score.related:
            found.append(None)
            continue
        measured = measure_translated(submission.profile, story.profile, score)
        probability = model.probability(measured.features)
        derived = probability >= model.bar(measured.words) and measured.share >= LEAST_SHARE
        found.append(TranslatedScore(probability, derived, measured.pairs))
    return found


def measure_translated(mine: Profile, theirs: Profile, score: PairScore) -> MeasuredSentences:
    """What two texts, of which the model gave ``score``, have in common by sentences."""
    words, their_words = np.diff(mine.sentences), np.diff(theirs.sentences)
    alike = _cosines(mine, theirs)
    probability = min(max(score.probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    odds = math.log(probability / (1 - probability))
    if not alike.size:
        return MeasuredSentences(SentencePairs(None, None), [odds, 0.0, 0.0, EXPECTED_STRETCH, 0.0, 0.0], 0.0, 0)
    likest, their_likest = Likest.of(alike, words), Likest.of(alike.T, their_words)
    mutual = their_likest.places[likest.places] == np.arange(len(words))
    first = np.flatnonzero(mutual & (likest.alike >= LEAST_PAIRED))
    second = likest.places[first]
    kept = heaviest_rise(second, np.sqrt(words[first] * their_words[second]) * likest.alike[first])
    first, second = first[kept], second[kept]
    share, their_share = _share(words, first), _share(their_words, second)
    return MeasuredSentences(
        SentencePairs(likest, their_likest),
        [
            odds,
            math.log1p(len(first)),
            _lead(alike, first, second, words),
            _stretch(words[first], their_words[second]),
            max(_density(words, first), _density(their_words, second)),
            min(share, their_share),
        ],
        max(share, their_share),
        int(min(words.sum(), their_words.sum())),
    )


def heaviest_rise(places: NDArray[np.intp], weights: Floats64) -> NDArray[np.intp]:
    """Which of these places, taken in order, rise and weigh most together (the heaviest increasing subsequence).

    It takes the square of their number; they are sentences of two texts that are each other's likest.
    """
    sums, before = np.zeros(len(places)), np.full(len(places), -1)
    for number, (place, weight) in enumerate(zip(places.tolist(), weights.tolist(), strict=True)):
        earlier = np.where(places[:number] < place, sums[:number], 0.0)
        if len(earlier) and earlier.max() > 0:
            before[number] = int(earlier.argmax())
        sums[number] = weight + (float(earlier.max()) if len(earlier) else 0.0)
    chosen: list[int] = []
    number = int(sums.argmax()) if len(sums) else -1
    while number >= 0:
        chosen.append(number)
        number = int(before[number])
    return np.array(chosen[::-1], np.intp)


def _cosines(mine: Profile, theirs: Profile) -> Floats64:
    """I x j cosines of their sentences, as sets of weighted content words."""
    overlap = overlap_sentences(mine, theirs)
    my_weights = overlap.my_weights[:, None].astype(np.float64)
    their_weights = overlap.their_weights[None, :].astype(np.float64)
    shared = (overlap.in_story * my_weights + overlap.in_submission * their_weights) / 2
    norms = np.sqrt(my_weights * their_weights)
    return np.divide(shared, norms, out=np.zeros(shared.shape), where=norms > 0)


def _lead(alike: Floats64, first: NDArray[np.intp], second: NDArray[np.intp], words: NDArray[np.int32]) -> float:
    """How much liker the two of a pair are to each other than to any other sentence, on average by words."""
    if not words[first].sum():
        return 0.0
    others = alike.copy()
    others[first, second] = 0
    behind = np.maximum(others[first].max(axis=1), others[:, second].max(axis=0))
    return float(np.average(alike[first, second] - behind, weights=words[first]))


def _stretch(words: NDArray[np.int32], their_words: NDArray[np.int32]) -> float:
    """By what factor the sentences of a pair differ in length, on average: a logarithm."""
    factors = np.abs(np.log((words + WORDS_MORE) / (their_words + WORDS_MORE)))
    return float((factors.sum() + EXPECTED_STRETCH * COUNTS_AS) / (len(words) + COUNTS_AS))


def _density(words: NDArray[np.int32], chosen: NDArray[np.intp]) -> float:
    """Share of the words from the first of the chosen sentences to the last that stand in chosen ones."""
    if not len(chosen):
        return 0.0
    return float(words[chosen].sum() / max(1, words[chosen[0] : chosen[-1] + 1].sum()))


def _share(words: NDArray[np.int32], chosen: NDArray[np.intp] | NDArray[np.bool_]) -> float:
    return float(words[chosen].sum() / max(1, words.sum()))
