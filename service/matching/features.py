"""Measure what two texts share, in the numbers that the decision is made from.

Every feature says in its name what it is of: ``submission`` the article in question, ``story`` the stored one;
``_in_story`` is a share of the submission, ``_in_submission`` a share of the story.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from service.matching.profile import Profile

Floats = NDArray[np.float32]

ALIGNED = 0.4
"""A sentence whose rarity-weighted content is found in one sentence of the other text to this share is aligned."""


@dataclass(frozen=True, slots=True, eq=False)
class SentenceOverlap:
    """Content that sentences share: ``i`` and ``j`` sentences, ``k`` distinct content words found in both texts."""

    weights: Floats
    """k weights."""
    mine: Floats
    """i x k: 1 where the submission's sentence holds the word."""
    theirs: Floats
    """j x k: the same for the story's."""
    in_story: Floats
    """i x j: share of the submission's sentence, by weight, that stands in the story's sentence."""
    in_submission: Floats
    """i x j: share of the story's sentence, by weight, that stands in the submission's."""


def overlap_sentences(submission: Profile, story: Profile) -> SentenceOverlap:
    """Rarity-weighted word overlap of all sentence pairs."""
    common, my_places, their_places = np.intersect1d(
        submission.vocabulary, story.vocabulary, assume_unique=True, return_indices=True
    )
    weights = submission.vocabulary_weights[my_places]
    mine = _incidence(submission, my_places, len(common))
    theirs = _incidence(story, their_places, len(common))
    shared = (mine * weights) @ theirs.T
    return SentenceOverlap(
        weights,
        mine,
        theirs,
        in_story=_rows_over(shared, submission.sentence_weights),
        in_submission=_rows_over(shared.T, story.sentence_weights).T,
    )


def _rows_over(shared: NDArray[np.floating], weights: Floats) -> Floats:
    """Each row as a share of its weight; a sentence without content shares nothing."""
    divisors = weights[:, None]
    shares: Floats = np.divide(shared, divisors, out=np.zeros(shared.shape, np.float32), where=divisors > 0)
    return shares


def _incidence(side: Profile, kept: NDArray[np.intp], count: int) -> Floats:
    column = np.full(len(side.vocabulary), -1)
    column[kept] = np.arange(count)
    sentences, words = side.entries
    places = column[words]
    found = places >= 0
    matrix = np.zeros((len(side.sentence_weights), count), np.float32)
    matrix[sentences[found], places[found]] = 1
    return matrix


def measure(submission: Profile, story: Profile, sentences: SentenceOverlap) -> dict[str, float]:
    """The features, by name, in the order of ``FEATURES``; all finite, shares within 0 and 1."""
    trigrams = _common(submission.trigrams, story.trigrams)
    unquoted = _common(submission.unquoted_trigrams, story.unquoted_trigrams)
    fivegrams = _common(submission.fivegrams, story.fivegrams)
    pairs = _common(submission.content_pairs, story.content_pairs)
    present = np.isin(submission.vocabulary, story.vocabulary, assume_unique=True)
    shared_weight = float(submission.vocabulary_weights[present].sum())
    rare = float(submission.vocabulary_weights.max(initial=0)) * 0.6
    mine_rare, theirs_rare = submission.vocabulary_weights > rare, story.vocabulary_weights > rare
    shared_rare = float((present & mine_rare).sum())
    sequence = LCSseq.similarity(submission.content_stems, story.content_stems)

    forward, backward = sentences.in_story, sentences.in_submission
    best_forward, best_backward = forward.max(axis=1, initial=0), backward.max(axis=0, initial=0)
    longer, shorter = max(len(submission), len(story)), min(len(submission), len(story))
    values = (
        _share(trigrams, len(submission.trigrams)),
        _share(trigrams, len(story.trigrams)),
        _share(unquoted, len(submission.unquoted_trigrams)),
        _share(unquoted, len(story.unquoted_trigrams)),
        _share(fivegrams, len(submission.fivegrams)),
        _share(fivegrams, len(story.fivegrams)),
        _share(pairs, len(submission.content_pairs)),
        _share(pairs, len(story.content_pairs)),
        _share(shared_weight, float(submission.vocabulary_weights.sum())),
        _share(shared_weight, float(story.vocabulary_weights.sum())),
        _share(shared_rare, float(mine_rare.sum())),
        _share(shared_rare, float(theirs_rare.sum())),
        _share(sequence, len(submission.content_stems)),
        _share(sequence, len(story.content_stems)),
        _weighted_mean(best_forward, submission.sentence_weights),
        _weighted_mean(best_backward, story.sentence_weights),
        _weighted_mean(best_forward >= ALIGNED, submission.sentence_weights),
        _weighted_mean(best_backward >= ALIGNED, story.sentence_weights),
        _order(forward, best_forward),
        math.log1p(len(submission)),
        math.log1p(len(story)),
        _share(shorter, longer),
        _share(float(submission.text.quoted.sum()), len(submission)),
        _share(float(story.text.quoted.sum()), len(story)),
    )
    return dict(zip(FEATURES, values, strict=True))


FEATURES = (
    "trigrams_in_story",
    "trigrams_in_submission",
    "unquoted_trigrams_in_story",
    "unquoted_trigrams_in_submission",
    "fivegrams_in_story",
    "fivegrams_in_submission",
    "content_pairs_in_story",
    "content_pairs_in_submission",
    "content_in_story",
    "content_in_submission",
    "rare_content_in_story",
    "rare_content_in_submission",
    "sequence_in_story",
    "sequence_in_submission",
    "sentences_in_story",
    "sentences_in_submission",
    "aligned_in_story",
    "aligned_in_submission",
    "order_kept",
    "submission_length",
    "story_length",
    "length_ratio",
    "submission_quoted",
    "story_quoted",
)


def _common(mine: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> int:
    return len(np.intersect1d(mine, theirs, assume_unique=True))


def _share(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0


def _weighted_mean(values: NDArray[np.float32] | NDArray[np.bool_], weights: Floats) -> float:
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else 0.0


def _order(forward: Floats, best: Floats) -> float:
    """How far the aligned sentences keep the story's order: longest increasing run over the number aligned."""
    aligned = best >= ALIGNED
    count = int(aligned.sum())
    if count < 2:
        return 0.0
    partners = forward.argmax(axis=1)[aligned]
    tails: list[int] = []
    for partner in partners.tolist():  # patience sorting; a partner may recur where a sentence was split
        place = int(np.searchsorted(tails, partner, side="right")) if tails else 0
        tails[place : place + 1] = [partner]
    return len(tails) / count
