"""Which sentences of two texts tell the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.matching.profile import Profile

Floats = NDArray[np.float32]

_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class SentenceOverlap:
    """Content that sentences share: ``i`` and ``j`` sentences, ``k`` distinct content words found in both texts."""

    weights: Floats
    """k weights."""
    mine: Floats
    """i x k: 1 where the submission's sentence holds the word."""
    theirs: Floats
    """j x k: the same for the story's."""
    my_weights: Floats
    """i weights of whole sentences, shared or not."""
    their_weights: Floats
    """j of them."""
    in_story: Floats
    """i x j: share of the submission's sentence, by weight, that stands in the story's sentence."""
    in_submission: Floats
    """i x j: share of the story's sentence, by weight, that stands in the submission's."""

    def swapped(self) -> SentenceOverlap:
        """The same with the two texts in each other's place."""
        return SentenceOverlap(
            self.weights,
            self.theirs,
            self.mine,
            self.their_weights,
            self.my_weights,
            in_story=self.in_submission.T,
            in_submission=self.in_story.T,
        )

    def partner(self, number: int, gained: float) -> tuple[int, int] | None:
        """The story's sentences ``[first, last)`` that hold most of the submission's sentence; None for none.

        A sentence merged from two neighbours finds its content only in both together: a second one is taken when it
        brings at least ``gained`` more.
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
            # Both together hold no more than one and the other.
            if 0 <= neighbour < len(row) and row[neighbour] > gained - _ROUNDING:
                either = np.maximum(self.theirs[best], self.theirs[neighbour])
                together = float((self.mine[number] * either) @ self.weights) / total
                if together > share + gained:
                    share, partner = together, (min(best, neighbour), max(best, neighbour) + 1)
        return partner


def overlap_sentences(submission: Profile, story: Profile) -> SentenceOverlap:
    """Rarity-weighted word overlap of all sentence pairs."""
    my_places, their_places = _common(submission.vocabulary, story.vocabulary)
    weights = submission.vocabulary_weights[my_places]
    mine = _incidence(submission, my_places)
    theirs = _incidence(story, their_places)
    shared = (mine * weights) @ theirs.T
    return SentenceOverlap(
        weights,
        mine,
        theirs,
        submission.sentence_weights,
        story.sentence_weights,
        in_story=_rows_over(shared, submission.sentence_weights),
        in_submission=_rows_over(shared.T, story.sentence_weights).T,
    )


def _rows_over(shared: NDArray[np.floating], weights: Floats) -> Floats:
    """Each row as a share of its weight; a sentence without content shares nothing."""
    divisors = weights[:, None]
    shares: Floats = np.divide(shared, divisors, out=np.zeros(shared.shape, np.float32), where=divisors > 0)
    return np.minimum(shares, 1)


def _common(mine: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the words that both have stand in each; both are sorted and distinct."""
    if not len(theirs):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = np.searchsorted(theirs, mine)
    np.minimum(places, len(theirs) - 1, out=places)
    found = np.flatnonzero(theirs[places] == mine)
    return found, places[found]


def _incidence(side: Profile, kept: NDArray[np.intp]) -> Floats:
    column = np.full(len(side.vocabulary), -1)
    column[kept] = np.arange(len(kept))
    sentences, words = side.entries
    places = column[words]
    found = np.flatnonzero(places >= 0)
    matrix = np.zeros((len(side.sentence_weights), len(kept)), np.float32)
    matrix[sentences[found], places[found]] = 1
    return matrix
