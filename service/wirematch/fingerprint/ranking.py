"""Order candidates by the buckets they share with a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import is_new
from wirematch.kernels import ranking as compiled

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


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """What the buckets of one signature hold: two arrays of shape (n,), a document's number and the band it is in."""

    numbers: NDArray[np.uint64]
    bands: NDArray[np.intp]

    @classmethod
    def of(cls, buckets: Sequence[NDArray[np.uint64]]) -> Postings:
        """Those of some buckets, each of another band."""
        if not len(buckets):
            return NO_POSTINGS
        bands = np.repeat(np.arange(len(buckets)), [len(bucket) for bucket in buckets])
        return cls(np.concatenate(buckets).astype(np.uint64, copy=False), bands)

    def __len__(self) -> int:
        return len(self.numbers)


NO_POSTINGS = Postings(np.empty(0, np.uint64), np.empty(0, np.intp))


def joined(parts: Sequence[Postings]) -> Postings:
    """Postings of several shards: what falls into one band is one bucket."""
    if len(parts) == 1:
        return parts[0]
    numbers = [part.numbers for part in parts] or [NO_POSTINGS.numbers]
    bands = [part.bands for part in parts] or [NO_POSTINGS.bands]
    return Postings(np.concatenate(numbers), np.concatenate(bands))


def rank(postings: Postings, documents: int, cap: int, before: int | None = None) -> Ranking:
    """Score every document in a bucket by the sum of ``log(1 + documents / bucket size)`` over those it is in.

    A bucket holds at most ``cap`` document numbers a shard, so its weight is an inverse document frequency: sharing one
    with two stories in it says nearly all. A full bucket is a stop-feature; sharing one such and nothing else makes no
    candidate, sharing many does, or the hundredth copy of a story would find none of the others. ``before`` leaves out
    numbers from it on, of its own shard (the upper 32 bits): only these are in order of storing.
    """
    if not len(postings):
        return Ranking(NO_POSTINGS.numbers, np.empty(0))
    weights = np.log1p(documents / np.maximum(np.bincount(postings.bands), 1))
    least_score = float(np.log1p(documents / cap) * FULL_BUCKETS_PASSED_OVER)
    found = compiled.rank(postings.numbers, postings.bands, weights, least_score, before)
    return rank_in_python(postings, weights, least_score, before) if found is None else Ranking(*found)


class ToRank(NamedTuple):
    """What :func:`rank` is given."""

    postings: Postings
    documents: int
    before: int | None = None


def rank_many(asked: Sequence[ToRank], cap: int) -> list[Ranking]:
    """The same for several submissions, in fewer steps than one by one."""
    if len(asked) == 1:
        return [rank(asked[0].postings, asked[0].documents, cap, asked[0].before)]
    lots = compiled.PostingLots([(one.postings.numbers, one.postings.bands) for one in asked])
    sizes = lots.band_sizes()
    if sizes is None:
        return [rank(one.postings, one.documents, cap, one.before) for one in asked]
    documents = np.array([one.documents for one in asked])
    weights = np.log1p(documents[:, None] / np.maximum(sizes, 1))
    least = (np.log1p(documents / cap) * FULL_BUCKETS_PASSED_OVER).tolist()
    found = lots.rank(weights, [(score, one.before) for score, one in zip(least, asked, strict=True)])
    return [
        rank_in_python(one.postings, weights[place], least[place], one.before) if it is None else Ranking(*it)
        for place, (one, it) in enumerate(zip(asked, found, strict=True))
    ]


def rank_in_python(
    postings: Postings, weights_of_bands: NDArray[np.float64], least_score: float, before: int | None
) -> Ranking:
    """What the kernel is held to."""
    weights = weights_of_bands[postings.bands]
    # Sorted by document, what belongs to one stands together.
    order = np.argsort(postings.numbers, kind="stable")
    sorted_ = postings.numbers[order]
    starts = np.flatnonzero(is_new(sorted_))
    numbers = sorted_[starts]
    # Rounded, as the order in which the same weights were added up says nothing.
    scores = np.add.reduceat(weights[order], starts).round(9)
    kept = scores > least_score
    if before is not None:
        own = np.uint64(before)
        kept &= (numbers < own) | (numbers >> SHARD_SHIFT != own >> SHARD_SHIFT)
    numbers, scores = numbers[kept], scores[kept]
    # Equal scores: the earlier document leads, as it is the likelier original. Numbers are in order already.
    order = np.argsort(-scores, kind="stable")
    return Ranking(numbers[order], scores[order])
