"""Order candidates by the buckets they share with a submission."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FULL_BUCKETS_PASSED_OVER = 1.5
"""Sharing one full bucket, and no other, is chance."""
SHARD_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Distinct document numbers, best first, with their scores."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]

    def best(self, most: int, least_score: float = 0.0) -> Ranking:
        """The first ``most`` of those that score at least so much."""
        end = min(most, int(np.searchsorted(-self.scores, -least_score, side="right")))
        return Ranking(self.numbers[:end], self.scores[:end])

    def without(self, numbers: NDArray[np.uint64]) -> Ranking:
        """The same, in order, without these."""
        kept = ~np.isin(self.numbers, numbers)
        return Ranking(self.numbers[kept], self.scores[kept])

    def __len__(self) -> int:
        return len(self.numbers)


def rank(buckets: list[NDArray[np.uint64]], documents: int, cap: int, before: int | None = None) -> Ranking:
    """Score every document in ``buckets`` by the sum of ``log(1 + documents / bucket size)`` over those it is in.

    A bucket is a list of at most ``cap`` document numbers a shard, so its weight is an inverse document frequency:
    sharing one with two stories in it says nearly all. A full bucket is a stop-feature; sharing one such and nothing
    else makes no candidate, sharing many does, or the hundredth copy of a story would find none of the others.
    ``before`` leaves out numbers from it on, of its own shard (the upper 32 bits): only these are in order of storing.
    """
    filled = [bucket for bucket in buckets if len(bucket)]
    if not filled:
        return Ranking(np.empty(0, np.uint64), np.empty(0))
    sizes = np.array([len(bucket) for bucket in filled])
    weights = np.log1p(documents / sizes)
    postings = np.concatenate(filled).astype(np.uint64, copy=False)
    # Sorted by document, what belongs to one stands together.
    order = np.argsort(postings, kind="stable")
    postings = postings[order]
    starts = np.flatnonzero(np.concatenate(([True], postings[1:] != postings[:-1])))
    numbers = postings[starts]
    # Rounded, as the order in which the same weights were added up says nothing.
    scores = np.add.reduceat(np.repeat(weights, sizes)[order], starts).round(9)
    kept = scores > np.log1p(documents / cap) * FULL_BUCKETS_PASSED_OVER
    if before is not None:
        own = np.uint64(before)
        kept &= (numbers < own) | (numbers >> SHARD_SHIFT != own >> SHARD_SHIFT)
    numbers, scores = numbers[kept], scores[kept]
    # Equal scores: the earlier document leads, as it is the likelier original.
    order = np.lexsort((numbers, -scores))
    return Ranking(numbers[order], scores[order])
