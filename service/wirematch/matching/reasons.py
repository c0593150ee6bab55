"""Why a pair was decided as it was, in words: the model's contributions grouped by theme.

Features that measure much the same share a theme, whose contributions to the log-odds are summed. All themes and the
model's base add up to the log-odds of the probability, so nothing is told that did not count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wirematch.matching.excerpts import LEAST_EXCERPT
from wirematch.matching.model.derivation import DecisionModel
from wirematch.matching.pair_score import PairScore
from wirematch.matching.runs import SEED_WORDS
from wirematch.models import Reason

LEAST_WEIGHT = 0.05
"""Contributions below this, in log-odds, are not told."""
MOST_REASONS = 3
"""Reasons told for derivation, and as many against."""
BASE = "base"
"""Name of the contribution that does not depend on the pair."""
EXCERPT = "A run of {words} or more of a reporter's own words stands in both, word for word."
EQUAL = "Both texts have the same words in the same order."
PART = "A part of {words} words was compared by itself: the rest of one text is about something else."
NO_OTHERS = "no other stored report of the event is known"
LITTLE_IN_COMMON = "The two have too little in common to be measured."

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """Features that measure much the same, and the sentence about a pair's values."""

    features: tuple[str, ...]
    tell: Callable[[Features], str]


def _percent(share: float) -> str:
    return f"{min(1.0, share):.0%}"


def _voices(features: Features) -> int:
    return _words(features["voices"])


def _words(logarithm: float) -> int:
    return round(math.expm1(logarithm))


def _others(features: Features) -> str:
    voices = _voices(features)
    if not voices:
        return NO_OTHERS
    return f"compared with {voices} other stored {'report' if voices == 1 else 'reports'} of the event"


def _tell_runs(features: Features) -> str:
    longest = _words(features["longest_own_run"])
    if not longest:
        return f"The texts share no run of {SEED_WORDS} or more of reporters' own words."
    words = "1 word" if longest == 1 else f"{longest} words"
    return (
        f"The longest shared run of reporters' own words has {words}; such runs make up "
        f"{_percent(features['own_runs_of_longer'])} of the longer text."
    )


def _tell_speech(features: Features) -> str:
    shorter, longer = features["speech_of_shorter"], features["speech_of_longer"]
    if not (shorter or longer):
        return "There is no speech in either text."
    return f"{_percent(shorter)} of the shorter text is speech, and {_percent(longer)} of the longer one."


def _tell_facts(features: Features) -> str:
    names, numbers = features["names_of_shorter"], features["numbers_of_shorter"]
    if not (names or numbers):  # a script without capitals shows no names
        return "No name and no number was recognised in both texts."
    if names and numbers:
        in_order = f"{_percent(features['facts_in_order_of_shorter'])} of both in the same order."
        shares = f"{_percent(names)} of the shorter text's names and {_percent(numbers)} of its numbers"
        return f"{shares} occur in the other, {in_order}"
    # A share of nothing is 0, too: do not say that the shorter text has any of them.
    share, shown, other = (names, "names", "number") if names else (numbers, "numbers", "name")
    return f"{_percent(share)} of the shorter text's {shown} occur in the other; no {other} was recognised in both."


THEMES = (
    Theme(
        (
            "own_trigrams_of_shorter", "own_wording_pairs_of_longer", "own_plain_pairs_of_shorter",
            "bigrams_of_shorter", "content_pairs_of_shorter",
        ),
        lambda it: (
            f"{_percent(it['own_trigrams_of_shorter'])} of the shorter text's runs of three words, outside "
            "quotation marks, occur in the other."
        ),
    ),
    Theme(
        ("own_runs_of_shorter", "own_runs_of_longer", "longest_own_run", "runs_in_order"),
        _tell_runs,
    ),
    Theme(
        (
            "content_in_order_of_shorter", "content_in_order_of_longer", "own_content_in_order_of_shorter",
            "all_words_in_order_of_shorter",
        ),
        lambda it: (
            f"{_percent(it['content_in_order_of_shorter'])} of the shorter text's content words occur in "
            "the other in the same order."
        ),
    ),
    Theme(
        (
            "sentence_likeness_of_shorter", "closest_sentences_of_shorter", "sentence_shares_of_shorter",
            "sentences_found_of_shorter", "sentences_in_order_of_all",
        ),
        lambda it: (
            f"The sentences of the shorter text are {_percent(it['sentence_likeness_of_shorter'])} similar to those of "
            f"the other; the three most similar ones, {_percent(it['closest_sentences_of_shorter'])}."
        ),
    ),
    Theme(
        ("unshared_of_shorter",),
        lambda it: (
            f"{_percent(it['unshared_of_shorter'])} of the shorter text's runs of three words occur in these two texts "
            f"alone ({_others(it)})."
        ),
    ),
    Theme(
        (
            "names_of_shorter", "numbers_of_shorter", "numbers_of_longer",
            "facts_in_order_of_shorter", "facts_in_order_of_longer",
        ),
        _tell_facts,
    ),
    Theme(
        ("speech_of_shorter", "speech_of_longer"),
        _tell_speech,
    ),
    Theme(
        ("length_of_shorter", "length_of_longer", "length_ratio"),
        lambda it: (
            f"The lengths of the texts: {_words(it['length_of_shorter'])} and {_words(it['length_of_longer'])} words."
        ),
    ),
    Theme(
        ("voices",),
        lambda it: f"What both texts share was {_others(it)}." if _voices(it) else f"{NO_OTHERS.capitalize()}.",
    ),
)  # fmt: skip
"""Every contribution of the model belongs to one of them; a test checks that."""


def reasons_of(score: PairScore, model: DecisionModel) -> list[Reason]:
    """Return the reasons of a score: what is decisive by itself first, then what the model weighed."""
    if score.features is None:
        return [Reason(weight=None, text=EQUAL if score.probability >= 1 else LITTLE_IN_COMMON)]
    features = dict(zip(model.names, score.features.tolist(), strict=True))
    deciding = [EXCERPT.format(words=LEAST_EXCERPT)] if score.excerpt else []
    deciding += [PART.format(words=score.part)] if score.part else []
    weighed = reasons(model.contributions(features), features)
    return [*(Reason(weight=None, text=text) for text in deciding), *weighed]


def reasons(contributions: Mapping[str, float], features: Features) -> list[Reason]:
    """Return the strongest reasons for, then the strongest against; ``contributions`` are in log-odds, by feature."""
    theme_of = {name: theme for theme in THEMES for name in theme.features}
    weights: dict[Theme, float] = defaultdict(float)
    for name, weight in contributions.items():
        if name != BASE:
            weights[theme_of[name]] += weight
    told = [(weight, theme) for theme, weight in weights.items() if abs(weight) >= LEAST_WEIGHT]
    told.sort(key=lambda one: abs(one[0]), reverse=True)
    speaking_for = [one for one in told if one[0] > 0][:MOST_REASONS]
    against = [one for one in told if one[0] < 0][:MOST_REASONS]
    return [Reason(weight=round(weight, 2), text=theme.tell(features)) for weight, theme in speaking_for + against]
