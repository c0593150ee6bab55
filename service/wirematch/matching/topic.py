"""The stretch of a text that tells what another tells, where the rest is about other things.

An article compiled from several stories shares little with each as a whole. What it shares lies in one stretch, whose
content words the other text has, while it lacks those of the rest. Independent reports on one event differ: they have
the event in common throughout.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.kernels.scoring.parts import TopicRules
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile

ON_TOPIC = 0.15
"""A sentence counts for the stretch if the other text has at least this share, by rarity, of its and its neighbours'
content words; otherwise it counts against the stretch."""
MOSTLY_ELSEWHERE = 0.5
"""Share of words outside the stretch from which on they are left out; less is taken for a story's own background."""
LEAST_STRETCH = 40
"""Least words of a stretch: with fewer, little tells a rewrite from another report."""


RULES = TopicRules(ON_TOPIC, MOSTLY_ELSEWHERE, LEAST_STRETCH)

Stretch = tuple[int, int]
"""Half-open range of words."""
Stretches = tuple[Stretch | None, Stretch | None]
"""The stretches of submission and story; None where the whole text is compared."""


def stretches(pair: Pair) -> Stretches:
    """Return the stretch of either text that tells what the other tells (see the module)."""
    return _on_topic(pair.submission, pair.story), _on_topic(pair.story, pair.submission)


def part_of(pair: Pair, found: Stretches, event: Event, rarity: Rarity) -> Pair:
    """Return the pair reduced to its stretches; ``event`` is that of the submission."""
    mine, theirs = found
    submission = pair.submission
    if mine is not None:
        submission, _ = event.without(_outside(mine, len(submission)), rarity)
    story = pair.story
    if theirs is not None:
        story = profile(story.text.without(_outside(theirs, len(story))), rarity)
    return Pair(submission, story)


def as_stretch(found: list[int]) -> Stretch | None:
    """Decode a stretch given by the kernel."""
    start, end = found
    return None if start < 0 else (start, end)


def _outside(stretch: Stretch, words: int) -> Flags:
    flags = np.ones(words, np.bool_)
    flags[slice(*stretch)] = False
    return flags


def _on_topic(text: Profile, other: Profile) -> Stretch | None:
    """Return the stretch of ``text`` on the topic of ``other``; None if the whole text is compared."""
    words = len(text)
    if words < 2 * LEAST_STRETCH:
        return None
    first, last = _best_stretch(np.diff(text.sentences) * (_shares_found(text, other) - ON_TOPIC))
    start, end = int(text.sentences[first]), int(text.sentences[last])
    beyond = words - (end - start)
    if end - start < LEAST_STRETCH or beyond < MOSTLY_ELSEWHERE * words:
        return None
    return start, end


def _shares_found(text: Profile, other: Profile) -> NDArray[np.float64]:
    """For each of m sentences with its neighbours, the share of its content, by rarity, that ``other`` has."""
    holders, places = text.entries
    if not len(other.vocabulary):
        return np.zeros(len(text.sentences) - 1)
    nearest = np.minimum(np.searchsorted(other.vocabulary, text.vocabulary), len(other.vocabulary) - 1)
    found = other.vocabulary[nearest] == text.vocabulary
    weights = text.vocabulary_weights[places].astype(np.float64)
    sentences = len(text.sentences) - 1
    known = np.bincount(holders, weights * found[places], sentences).astype(np.float64)
    total = np.bincount(holders, weights, sentences).astype(np.float64)
    return _with_neighbours(known) / np.maximum(_with_neighbours(total), 1e-9)


def _with_neighbours(values: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = values.copy()
    sums[1:] += values[:-1]
    sums[:-1] += values[1:]
    return sums


def _best_stretch(gains: NDArray[np.float64]) -> tuple[int, int]:
    """Maximum-sum half-open range, the first of equals (Bentley 1984); (0, 0) if no sum is above 0."""
    before = np.concatenate(([0.0], np.cumsum(gains)))
    lowest = np.minimum.accumulate(before)
    end = int((before - lowest).argmax())
    return int(np.flatnonzero(before[: end + 1] == lowest[end])[-1]), end
