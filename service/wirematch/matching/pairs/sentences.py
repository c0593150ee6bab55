"""Which sentences of two texts tell the same: their rarity-weighted overlap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.pairs import sentences as compiled
from wirematch.matching.profiles.text_profile import Profile

ROUNDING = 1e-4
WORDS_AT_ONCE = 256
"""Words whose weights are summed together, so that long texts need no table of doubles for all words."""
MEETINGS_AT_ONCE = 1_000_000
MEETING_COSTS = 60
"""Cost of one meeting of a word in two sentences, in multiples of a product in a table."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldWords:
    """``k`` distinct content words of both texts, and which of their i and j sentences hold them."""

    weights: Floats32
    """k weights."""
    mine: Floats32
    """i x k: 1 where the submission's sentence holds the word."""
    theirs: Floats32
    """j x k: the same for the story."""

    @classmethod
    def of(cls, submission: Profile, story: Profile) -> HeldWords:
        """The words common to two texts, with the submission's weights."""
        my_places, their_places = _common(submission.vocabulary, story.vocabulary)
        weights = submission.vocabulary_weights[my_places]
        return cls(weights, _incidence(submission, my_places), _incidence(story, their_places))

    def swapped(self) -> HeldWords:
        """The same with the texts swapped."""
        return HeldWords(self.weights, self.theirs, self.mine)


@dataclass(frozen=True, eq=False)
class SentenceOverlap:
    """Content that the ``i`` sentences of a submission share with the ``j`` sentences of a story."""

    submission: Profile
    story: Profile
    in_story: Floats32
    """i x j: share, by weight, of the submission's sentence that occurs in the story's sentence."""
    in_submission: Floats32
    """i x j: share, by weight, of the story's sentence that occurs in the submission's sentence."""
    is_swapped: bool = False
    """Whether the texts were swapped, so that words have the story's weights."""

    @property
    def my_weights(self) -> Floats32:
        """Weights of the i whole sentences, shared or not."""
        return self.submission.sentence_weights

    @property
    def their_weights(self) -> Floats32:
        """Weights of the story's j sentences."""
        return self.story.sentence_weights

    @cached_property
    def held(self) -> HeldWords:
        """Which sentences hold which words."""
        if self.is_swapped:
            return HeldWords.of(self.story, self.submission).swapped()
        return HeldWords.of(self.submission, self.story)

    def swapped(self) -> SentenceOverlap:
        """The same with the texts swapped."""
        return SentenceOverlap(
            self.story,
            self.submission,
            in_story=self.in_submission.T,
            in_submission=self.in_story.T,
            is_swapped=not self.is_swapped,
        )

    def partner(self, number: int, gained: float) -> tuple[int, int] | None:
        """Return the story's sentences ``[first, last)`` that hold most of the submission's sentence, or None.

        A sentence merged from two neighbours finds its content only in both together, so a neighbour is included if it
        adds at least ``gained``.
        """
        row = self.in_story[number]
        total = float(self.my_weights[number])
        if not len(row) or total == 0:
            return None
        best = int(row.argmax())
        share, partner = float(row[best]), (best, best + 1)
        if share == 0:
            return None
        for neighbour in (best - 1, best + 1):
            # Both together hold at most the sum of both, so this neighbour cannot add more than its own share.
            if 0 <= neighbour < len(row) and float(row[neighbour]) > gained - ROUNDING:
                held = self.held
                either = np.maximum(held.theirs[best], held.theirs[neighbour])
                together = float((held.mine[number] * either) @ held.weights.astype(np.float64)) / total
                if together > share + gained:
                    share, partner = together, (min(best, neighbour), max(best, neighbour) + 1)
        return partner


def overlap_sentences(submission: Profile, story: Profile) -> SentenceOverlap:
    """Rarity-weighted word overlap of all pairs of sentences."""
    found = compiled.overlap_sentences(submission.side, story.side) if submission.side and story.side else None
    return (
        overlap_sentences_in_python(submission, story) if found is None else SentenceOverlap(submission, story, *found)
    )


def overlap_sentences_in_python(submission: Profile, story: Profile) -> SentenceOverlap:
    """Reference implementation of the kernel.

    Sums of weights are exact in doubles, whatever their order, as each weight has 24 bits.
    """
    shared = _shared_weights(submission, story)
    return SentenceOverlap(
        submission,
        story,
        in_story=_rows_over(shared, submission.sentence_weights),
        in_submission=_rows_over(shared.T, story.sentence_weights).T,
    )


def _shared_weights(submission: Profile, story: Profile) -> NDArray[np.float64]:
    """Sums of shared weights, i x j: by meetings of a word in two sentences, or by tables where that is less work."""
    my_words, their_words = _common(submission.vocabulary, story.vocabulary)
    mine, theirs = _holders(submission, my_words), _holders(story, their_words)
    rows, columns = len(submission.sentence_weights), len(story.sentence_weights)
    meetings = mine.counts * theirs.counts
    if MEETING_COSTS * int(meetings.sum()) > rows * columns * len(my_words):
        return _shared_by_tables(submission, story)
    shared = np.zeros(rows * columns)
    weights = submission.vocabulary_weights[my_words].astype(np.float64)
    ends = np.cumsum(meetings)
    first = 0
    while first < len(my_words):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + MEETINGS_AT_ONCE, side="right")))
        some = np.repeat(np.arange(first, last), meetings[first:last])
        within = np.arange(len(some)) - np.repeat(ends[first:last] - meetings[first:last] - done, meetings[first:last])
        row, column = np.divmod(within, theirs.counts[some])
        cells = mine.sentences[mine.begins[some] + row] * columns + theirs.sentences[theirs.begins[some] + column]
        shared += np.bincount(cells, weights[some], rows * columns)
        first = last
    return shared.reshape(rows, columns)


def _shared_by_tables(submission: Profile, story: Profile) -> NDArray[np.float64]:
    held = HeldWords.of(submission, story)
    shared = np.zeros((len(held.mine), len(held.theirs)))
    for first in range(0, len(held.weights), WORDS_AT_ONCE):
        some = slice(first, first + WORDS_AT_ONCE)
        weighed = (held.mine[:, some] * held.weights[some]).astype(np.float64)
        shared += weighed @ held.theirs[:, some].T.astype(np.float64)
    return shared


@dataclass(frozen=True, slots=True, eq=False)
class _Holders:
    """Which sentences hold each of k words: ``counts`` entries of ``sentences`` from ``begins`` on."""

    sentences: NDArray[np.intp]
    begins: NDArray[np.intp]
    counts: NDArray[np.intp]


def _holders(side: Profile, words: NDArray[np.intp]) -> _Holders:
    sentences, held = side.entries
    order = np.argsort(held, kind="stable")
    begins = np.searchsorted(held[order], words)
    counts = np.searchsorted(held[order], words, side="right") - begins
    return _Holders(sentences[order], begins, counts)


def _rows_over(shared: NDArray[np.floating], weights: Floats32) -> Floats32:
    """Each row divided by its sentence's weight; 0 for sentences without content."""
    divisors = weights[:, None]
    shares: Floats32 = np.divide(shared, divisors, out=np.zeros(shared.shape, np.float32), where=divisors > 0)
    return np.minimum(shares, 1)


def _common(mine: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions in both arrays of their common words; the arrays are sorted and distinct."""
    if not len(theirs):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = np.searchsorted(theirs, mine)
    np.minimum(places, len(theirs) - 1, out=places)
    found = np.flatnonzero(theirs[places] == mine)
    return found, places[found]


def _incidence(side: Profile, kept: NDArray[np.intp]) -> Floats32:
    column = np.full(len(side.vocabulary), -1)
    column[kept] = np.arange(len(kept))
    sentences, words = side.entries
    places = column[words]
    found = np.flatnonzero(places >= 0)
    matrix = np.zeros((len(side.sentence_weights), len(kept)), np.float32)
    matrix[sentences[found], places[found]] = 1
    return matrix
