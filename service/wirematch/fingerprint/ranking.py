"""Rank candidates by the buckets that they share with a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import is_new
from wirematch.kernels.fingerprint import ranking as compiled

FULL_BUCKETS_PASSED_OVER = 1.5
"""Least score of a candidate, in full buckets: sharing a single full bucket is chance."""
SHARD_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Distinct document numbers, best first, with their scores."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]

    def best(self, most: int, least_score: float = 0.0) -> Ranking:
        """The first ``most`` that score at least ``least_score``."""
        end = min(most, int(np.searchsorted(-self.scores, -least_score, side="right")))
        return Ranking(self.numbers[:end], self.scores[:end])

    def without(self, numbers: NDArray[np.uint64]) -> Ranking:
        """The ranking without these numbers, in the same order."""
        kept = ~np.isin(self.numbers, numbers)
        return Ranking(self.numbers[kept], self.scores[kept])

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Postings of a signature's buckets: two arrays of shape (n,), document numbers and the bands that hold them."""

    numbers: NDArray[np.uint64]
    bands: NDArray[np.intp]

    @classmethod
    def of(cls, buckets: Sequence[NDArray[np.uint64]]) -> Postings:
        """Build from buckets, each of which is a band of its own."""
        if not len(buckets):
            return NO_POSTINGS
        bands = np.repeat(np.arange(len(buckets)), [len(bucket) for bucket in buckets])
        return cls(np.concatenate(buckets).astype(np.uint64, copy=False), bands)

    def __len__(self) -> int:
        return len(self.numbers)


NO_POSTINGS = Postings(np.empty(0, np.uint64), np.empty(0, np.intp))


def joined(parts: Sequence[Postings]) -> Postings:
    """Concatenate the postings of several shards; equal bands are one bucket."""
    if len(parts) == 1:
        return parts[0]
    numbers = [part.numbers for part in parts] or [NO_POSTINGS.numbers]
    bands = [part.bands for part in parts] or [NO_POSTINGS.bands]
    return Postings(np.concatenate(numbers), np.concatenate(bands))


def rank(postings: Postings, documents: int, cap: int, before: int | None = None) -> Ranking:
    """Score every document by the sum of ``log(1 + documents / bucket size)`` over the buckets that hold it.

    A bucket holds at most ``cap`` document numbers a shard, so its weight is an inverse document frequency: sharing a
    bucket with two stories in it says nearly everything. A full bucket is a stop-feature: sharing one and nothing else
    makes no candidate, but sharing many does, or the hundredth copy of a story would find none of the others.
    ``before`` leaves out numbers from it on, in its own shard (upper 32 bits): only these are in order of storing.
    """
    if not len(postings):
        return Ranking(NO_POSTINGS.numbers, np.empty(0))
    weights = np.log1p(documents / np.maximum(np.bincount(postings.bands), 1))
    least_score = float(np.log1p(documents / cap) * FULL_BUCKETS_PASSED_OVER)
    found = compiled.rank(postings.numbers, postings.bands, weights, least_score, before)
    return rank_in_python(postings, weights, least_score, before) if found is None else Ranking(*found)


class ToRank(NamedTuple):
    """Arguments of :func:`rank`."""

    postings: Postings
    documents: int
    before: int | None = None


def rank_many(asked: Sequence[ToRank], cap: int) -> list[Ranking]:
    """As :func:`rank`, for several submissions together, which takes fewer steps than one by one."""
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
    """Reference implementation of the kernel."""
    weights = weights_of_bands[postings.bands]
    # Sorting by document brings its postings together.
    order = np.argsort(postings.numbers, kind="stable")
    sorted_ = postings.numbers[order]
    starts = np.flatnonzero(is_new(sorted_))
    numbers = sorted_[starts]
    # Rounded, so that the order of summing equal weights does not matter.
    scores = np.add.reduceat(weights[order], starts).round(9)
    kept = scores > least_score
    if before is not None:
        own = np.uint64(before)
        kept &= (numbers < own) | (numbers >> SHARD_SHIFT != own >> SHARD_SHIFT)
    numbers, scores = numbers[kept], scores[kept]
    # Ties: the earlier document leads, as it is the likelier original. Numbers are ascending already.
    order = np.argsort(-scores, kind="stable")
    return Ranking(numbers[order], scores[order])
