"""Compare two texts of which at least one is read in translation.

Translation keeps sentences and their order but few words, so such pairs have a model of their own. Sentences are paired
when each is the most similar one to the other. A logistic regression then weighs how many pairs keep one order, how far
the runners-up are behind, how much the sentences of a pair differ in length (Gale and Church 1993), how little lies
between pairs, how much of both texts lies in them, and the score of the monolingual model. Two independent reports on
one event share facts in few, scattered sentences, long ones here and short ones there.
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
from wirematch.cancellation import safepoint
from wirematch.matching.compare import Comparer
from wirematch.matching.pair_score import PairScore
from wirematch.matching.pairs.sentences import overlap_sentences
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.profiles.text_profile import Profile

MODEL_FILE = "model.json"
LEAST_ALIKE = 0.2
"""Least cosine of weighted content words of paired sentences. Nine in ten sentences and their own translations exceed
it, and one in a hundred sentences of unrelated stories."""
LEAST_PAIRED = 0.15
"""The same for two sentences that are mutually most similar, which is evidence by itself."""
EXPECTED_STRETCH, COUNTS_AS = 0.35, 1.0
"""Prior for the difference in length of paired sentences, and its weight in pairs: few pairs say little about it."""
WORDS_MORE = 3
"""Added to both lengths, as a word more or less says nothing about short sentences."""
LEAST_PROBABILITY = 1e-3
LEAST_SHARE = 0.2
"""Least share of the words of either text that must lie in pairs: long texts have some pairs by chance."""
SHORT_WORDS, LONG_WORDS = 120, 200
"""Words of the shorter text: up to the first it is a brief, from the second on there is enough to decide by."""
SHORT_THRESHOLD = 0.85
"""Probability from which on a brief is called derived: two briefs on one event tell the same four or five facts."""
NAMES = ("model", "pairs", "lead", "stretch", "density", "both")


@dataclass(frozen=True, slots=True, eq=False)
class MostSimilar:
    """For each of the ``n`` sentences of a text, the most similar sentence of the other text."""

    places: NDArray[np.intp]
    """n indices."""
    alike: Floats64
    """n cosines."""
    covered: float
    """Share of the words in sentences that are similar to their partner."""

    @classmethod
    def of(cls, alike: Floats64, words: NDArray[np.int32]) -> Self:
        """Build from n x m cosines and the number of words of each sentence."""
        places = alike.argmax(axis=1)
        best = alike[np.arange(len(places)), places]
        return cls(places, best, _share(words, best >= LEAST_ALIKE))


@dataclass(frozen=True, slots=True, eq=False)
class SentencePairs:
    """Matching sentences of two texts, seen from either; None if a text has no words."""

    mine: MostSimilar | None
    theirs: MostSimilar | None

    def turned(self) -> SentencePairs:
        """The same with the texts swapped."""
        return SentencePairs(self.theirs, self.mine)

    @property
    def coverage(self) -> float:
        """Share of the first text's words in sentences that the other text has, too."""
        return self.mine.covered if self.mine else 0.0


class MeasuredSentences(NamedTuple):
    """Measurements of two texts by their sentences."""

    pairs: SentencePairs
    features: list[float]
    """In the order of ``NAMES``."""
    share: float
    """Share of words in pairs that keep one order, in the text where it is larger."""
    words: int
    """Words of the shorter text."""


@dataclass(frozen=True, slots=True, eq=False)
class TranslatedScore:
    """The score of two texts in the pivot language."""

    probability: float
    derived: bool
    pairs: SentencePairs


@dataclass(frozen=True, slots=True)
class TranslatedModel:
    """A logistic regression over ``NAMES``, and the probability from which on a pair is called derived."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def probability(self, features: Sequence[float]) -> float:
        """Probability in (0, 1)."""
        odds = self.intercept + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 0.5 + 0.5 * math.tanh(0.5 * odds)

    def bar(self, words: int) -> float:
        """Threshold for two texts of which the shorter has ``words``."""
        brief = min(1.0, max(0.0, (LONG_WORDS - words) / (LONG_WORDS - SHORT_WORDS)))
        return self.threshold + (SHORT_THRESHOLD - self.threshold) * brief


@cache
def default_translated_model() -> TranslatedModel:
    """The shipped model; ``python -m bench train-translated`` makes it."""
    content = from_json((files("wirematch.matching.translated") / MODEL_FILE).read_bytes())
    weights = tuple(content["weights"][name] for name in NAMES)
    return TranslatedModel(weights, content["intercept"], content["decision"])


def score_translated(
    comparer: Comparer, submission: PreparedArticle, stories: Sequence[PreparedArticle]
) -> list[TranslatedScore | None]:
    """Score the submission against each story, all read in the pivot; None for stories about something else.

    Neighbours on the event are not used: translations share no phrases with them, whoever took from whom.
    """
    scores = comparer.score_pairs_alone(submission, stories)
    model = default_translated_model()
    found: list[TranslatedScore | None] = []
    for story, score in zip(stories, scores, strict=True):
        safepoint()
        if not score.related:
            found.append(None)
            continue
        measured = measure_translated(submission.profile, story.profile, score)
        probability = model.probability(measured.features)
        derived = probability >= model.bar(measured.words) and measured.share >= LEAST_SHARE
        found.append(TranslatedScore(probability, derived, measured.pairs))
    return found


def measure_translated(mine: Profile, theirs: Profile, score: PairScore) -> MeasuredSentences:
    """Measure two texts by their sentences; ``score`` is the monolingual model's."""
    words, their_words = np.diff(mine.sentences), np.diff(theirs.sentences)
    alike = _cosines(mine, theirs)
    probability = min(max(score.probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    odds = math.log(probability / (1 - probability))
    if not alike.size:
        return MeasuredSentences(SentencePairs(None, None), [odds, 0.0, 0.0, EXPECTED_STRETCH, 0.0, 0.0], 0.0, 0)
    most_similar, their_most_similar = MostSimilar.of(alike, words), MostSimilar.of(alike.T, their_words)
    mutual = their_most_similar.places[most_similar.places] == np.arange(len(words))
    first = np.flatnonzero(mutual & (most_similar.alike >= LEAST_PAIRED))
    second = most_similar.places[first]
    kept = heaviest_rise(second, np.sqrt(words[first] * their_words[second]) * most_similar.alike[first])
    first, second = first[kept], second[kept]
    share, their_share = _share(words, first), _share(their_words, second)
    return MeasuredSentences(
        SentencePairs(most_similar, their_most_similar),
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
    """Return the indices of the heaviest strictly increasing subsequence of ``places``.

    Takes quadratic time; ``places`` has one entry per mutually most similar pair of sentences.
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
    """Cosines of the sentences, i x j, as sets of weighted content words."""
    overlap = overlap_sentences(mine, theirs)
    my_weights = overlap.my_weights[:, None].astype(np.float64)
    their_weights = overlap.their_weights[None, :].astype(np.float64)
    shared = (overlap.in_story * my_weights + overlap.in_submission * their_weights) / 2
    norms = np.sqrt(my_weights * their_weights)
    return np.divide(shared, norms, out=np.zeros(shared.shape), where=norms > 0)


def _lead(alike: Floats64, first: NDArray[np.intp], second: NDArray[np.intp], words: NDArray[np.int32]) -> float:
    """How much more similar paired sentences are to each other than to any other, averaged by words."""
    if not words[first].sum():
        return 0.0
    others = alike.copy()
    others[first, second] = 0
    behind = np.maximum(others[first].max(axis=1), others[:, second].max(axis=0))
    return float(np.average(alike[first, second] - behind, weights=words[first]))


def _stretch(words: NDArray[np.int32], their_words: NDArray[np.int32]) -> float:
    """Mean absolute log ratio of the lengths of paired sentences."""
    factors = np.abs(np.log((words + WORDS_MORE) / (their_words + WORDS_MORE)))
    return float((factors.sum() + EXPECTED_STRETCH * COUNTS_AS) / (len(words) + COUNTS_AS))


def _density(words: NDArray[np.int32], chosen: NDArray[np.intp]) -> float:
    """Share of words in chosen sentences, from the first chosen sentence to the last."""
    if not len(chosen):
        return 0.0
    return float(words[chosen].sum() / max(1, words[chosen[0] : chosen[-1] + 1].sum()))


def _share(words: NDArray[np.int32], chosen: NDArray[np.intp] | NDArray[np.bool_]) -> float:
    return float(words[chosen].sum() / max(1, words.sum()))
