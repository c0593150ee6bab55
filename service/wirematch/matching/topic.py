"""The part of a text that tells what another tells, where the rest of it is about other things.

An article that is put together from several stories shares little with each as a whole. What it shares stands in one
stretch, whose content words the other text has, while those of the rest it has not. Of reports on one event, this is
not so: they have the event in common throughout.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.kernels import topic as compiled
from wirematch.kernels.topic import TopicRules
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile

ON_TOPIC = 0.15
"""Share of the rarity of a sentence's content words, with its neighbours', that the other text has, from which on it
counts for the stretch; below, against it."""
MOSTLY_ELSEWHERE = 0.5
"""Share of the words beyond the stretch from which on they are left out; less of it is a story's own background."""
LEAST_STRETCH = 40
"""Words of the stretch: in fewer there is little to tell a rewrite from another report."""


RULES = TopicRules(ON_TOPIC, MOSTLY_ELSEWHERE, LEAST_STRETCH)

Stretch = tuple[int, int]
"""Half-open, in words."""
Stretches = tuple[Stretch | None, Stretch | None]
"""Of a submission and a story; None where all of a text is looked at."""


def stretches(pairs: Sequence[Pair]) -> list[Stretches]:
    """Of each pair what of either text tells what the other tells, where most of it tells of something else."""
    known = [(pair.submission.measured, pair.story.measured) for pair in pairs]
    measured = [(mine, theirs) for mine, theirs in known if mine is not None and theirs is not None]
    found = compiled.stretches(measured, RULES) if pairs and len(measured) == len(pairs) else None
    if found is None:
        return [stretches_in_python(pair) for pair in pairs]
    return [(as_stretch(mine), as_stretch(theirs)) for mine, theirs in found.tolist()]


def stretches_in_python(pair: Pair) -> Stretches:
    """What the kernel is held to."""
    return _on_topic(pair.submission, pair.story), _on_topic(pair.story, pair.submission)


def part_of(pair: Pair, found: Stretches, event: Event, rarity: Rarity) -> Pair:
    """The two texts without what tells of something else in either; ``event`` is that of the submission."""
    mine, theirs = found
    submission = pair.submission
    if mine is not None:
        submission, _ = event.without(_outside(mine, len(submission)), rarity)
    story = pair.story
    if theirs is not None:
        story = profile(story.text.without(_outside(theirs, len(story))), rarity)
    return Pair(submission, story)


def as_stretch(found: list[int]) -> Stretch | None:
    """One that a kernel tells."""
    start, end = found
    return None if start < 0 else (start, end)


def _outside(stretch: Stretch, words: int) -> Flags:
    flags = np.ones(words, np.bool_)
    flags[slice(*stretch)] = False
    return flags


def _on_topic(text: Profile, other: Profile) -> Stretch | None:
    """The stretch that tells of the same; None where all of the text is looked at."""
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
    """Of each of m sentences, with those before and behind it, the share of rarity that the other text has, too."""
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
    """The half-open stretch with the largest sum, the first of equals (Bentley 1984); (0, 0) when none is above 0."""
    before = np.concatenate(([0.0], np.cumsum(gains)))
    lowest = np.minimum.accumulate(before)
    end = int((before - lowest).argmax())
    return int(np.flatnonzero(before[: end + 1] == lowest[end])[-1]), end
