"""Where in the index a long article asks for stories of which it holds a few sentences.

A signature finds what is alike as a whole: of a thousand shingles, ten from a story are seldom among the smallest. They
are among the smallest of the story's own few hundred, though, and these are what the story is stored under. So the
submission asks for every shingle that a story may be stored under: without permutations, for all whose hash is small
enough to be posted, and for what fills the gaps between them; with permutations, for each shingle in those in which its
value is so small that it may be the minimum of a story. No story takes more room for that, but for what fills gaps.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import is_new
from wirematch.fingerprint.bottom import anchored
from wirematch.fingerprint.minhash import FingerprintScheme, smallest_values
from wirematch.fingerprint.ranking import SHARD_SHIFT, Postings
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import shared_neighbours
from wirematch.kernels import anchors as compiled
from wirematch.kernels.sieve import ExcerptRules

ASKED = 0.6
"""Permutations in which a shingle is asked for, on average. A story of 200 shingles has two fifths of its own under one
of these, one of 500 a fifth; asking in twice as many would find 1 % more excerpts of 25 words."""
MOST_SHINGLES = 6_000
"""Of longer texts, no more are asked for."""
NEAR = 16
"""Shingles within which those of an excerpt stand, and so those that count together."""
LEAST_TOGETHER = 0.8
"""Score of those together, in buckets that a single story is in, from which on a story is worth a closer look."""
FEWEST_LOOKED_AT, STRETCH = 10, 20
"""Stories that are looked at more closely, and one more for so many shingles, and the likeliest of each so many."""
LEAST_SHARED, SHARED_AMONG = 7, 10
"""Of so many shingles in a row, how many the story has when it holds 25 words in a row of them."""
_ROOM = 1 << 13
"""Places that a story has on the line of all; more than ``MOST_SHINGLES`` and what lies ``NEAR``."""
FEWEST_SHINGLES = 3
"""A text with fewer says too little of where it is from."""
EXCERPT_RULES = ExcerptRules(SHARED_AMONG, LEAST_SHARED, FEWEST_SHINGLES)


@dataclass(frozen=True, slots=True, eq=False)
class BucketPlaces:
    """Which places of a text each of b buckets stands for: ``places[begins[k]:begins[k + 1]]``; all, b + 1 begins."""

    begins: NDArray[np.intp]
    places: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.begins) - 1


@dataclass(frozen=True, eq=False)
class Holders:
    """Stories that hold neighbouring shingles of a text, three arrays of shape (n,), best first."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]
    ends: NDArray[np.intp]
    """The place of the last of the shingles that count together."""

    def __len__(self) -> int:
        return len(self.numbers)

    def likeliest(self, most: int, passed_over: Collection[int]) -> list[int]:
        """Without these, best first: so many, and the best of each stretch of the text.

        Many stories may share one phrase with a text. They fill the first places, whatever another stretch holds.
        """
        few = self.numbers[: most + len(passed_over)].tolist()
        chosen = [number for number in few if number not in passed_over]
        if len(few) == len(self) and len(chosen) <= most:
            return chosen
        leading = [number for number in self._leading if number not in passed_over]
        return list(dict.fromkeys(chosen[:most] + leading))

    @cached_property
    def _leading(self) -> list[int]:
        """The best of each stretch, best first."""
        worst_first = (self.ends[::-1] // STRETCH).tolist()
        first = dict(zip(worst_first, range(len(self) - 1, -1, -1), strict=True))  # of one stretch the last stays
        numbers: list[int] = self.numbers.tolist()
        return [numbers[place] for place in sorted(first.values())]


NO_HOLDERS = Holders(np.empty(0, np.uint64), np.empty(0), np.empty(0, np.intp))


@dataclass(frozen=True, eq=False)
class Anchors:
    """What a submission of n shingles, in the order of its text, asks the index for."""

    shingles: Shingles
    """n, in the order of the text."""
    minima: NDArray[np.uint32]
    bands: NDArray[np.intp]
    places: NDArray[np.intp]
    """Of each of m buckets: the value, its permutation, and the shingle that has it."""

    def __len__(self) -> int:
        return len(self.minima)

    @property
    def buckets(self) -> BucketPlaces:
        """All m, each of one place."""
        return BucketPlaces(np.arange(len(self) + 1), self.places)

    def besides(self, looked_up: NDArray[np.uint32]) -> tuple[BucketPlaces, NDArray[np.intp]]:
        """The buckets of v distinct values and of the anchors with none of them; which anchors these are.

        Where this text's signature was looked up, these alone are left to be asked for: few, unless the text is long.
        """
        found = compiled.placed(looked_up, self.minima, self.places)
        if found is None:
            return self.besides_in_python(looked_up)
        begins, places, rest = found
        return BucketPlaces(begins, places), rest

    def besides_in_python(self, looked_up: NDArray[np.uint32]) -> tuple[BucketPlaces, NDArray[np.intp]]:
        """What the kernel is held to."""
        order = np.argsort(looked_up)
        at = np.minimum(np.searchsorted(looked_up[order], self.minima), len(looked_up) - 1)
        bucket = order[at]
        rest = np.flatnonzero(looked_up[bucket] != self.minima)
        bucket[rest] = len(looked_up) + np.arange(len(rest))
        together = np.argsort(bucket, kind="stable")
        begins = np.searchsorted(bucket[together], np.arange(len(looked_up) + len(rest) + 1))
        return BucketPlaces(begins, self.places[together]), rest

    def rank(
        self, postings: Postings, documents: int, before: int | None = None, buckets: BucketPlaces | None = None
    ) -> Holders:
        """The stories that hold several neighbouring shingles, best first; bands of ``postings`` are ``buckets``.

        A score is the greatest sum of ``log(1 + documents / bucket size)`` over shingles within ``NEAR`` of each other.
        ``before`` leaves out numbers from it on, of its own shard.
        """
        if not len(postings):
            return NO_HOLDERS
        buckets = buckets or self.buckets
        weights = np.log1p(documents / np.maximum(np.bincount(postings.bands, minlength=len(buckets)), 1))
        least_score = LEAST_TOGETHER * float(np.log1p(documents))
        places = buckets.begins, buckets.places
        found = compiled.rank(postings.numbers, postings.bands, *places, weights, NEAR, least_score, before)
        return rank_in_python(postings, buckets, weights, least_score, before) if found is None else Holders(*found)

    @property
    def most_looked_at(self) -> int:
        """How many stories are worth a closer look: more, the longer the text, as chance finds more."""
        return FEWEST_LOOKED_AT + len(self.shingles) // STRETCH

    def may_hold(self, sketches: Sequence[bytes]) -> NDArray[np.bool_]:
        """Of each of m stories with these sketches, whether an excerpt may be from there; what the kernel is held to.

        It has so many of some shingles in a row. A sketch that is damaged tells nothing, so its story may.
        """
        among = min(SHARED_AMONG, len(self.shingles))
        if among < FEWEST_SHINGLES:
            return np.zeros(len(sketches), np.bool_)
        shared = shared_neighbours(self.shingles, among, sketches)
        return (shared < 0) | (shared * SHARED_AMONG >= LEAST_SHARED * among)


def rank_in_python(
    postings: Postings, buckets: BucketPlaces, weights: NDArray[np.float64], least_score: float, before: int | None
) -> Holders:
    """What the kernel is held to."""
    sizes = np.diff(buckets.begins)[postings.bands]
    numbers, weights = np.repeat(postings.numbers, sizes), np.repeat(weights[postings.bands], sizes)
    within = np.arange(len(numbers)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    places = buckets.places[np.repeat(buckets.begins[postings.bands], sizes) + within]
    if not len(numbers):
        return NO_HOLDERS
    # One number for story and place, so that one sort brings together what belongs together.
    first = int(numbers.min())
    line = (numbers - np.uint64(first)).astype(np.int64) * _ROOM + places
    order = np.argsort(line, kind="stable")
    line = line[order]
    new = is_new(line)  # a shingle that is found in several permutations counts once
    line, weights = line[new], weights[order][new]
    owners = line // _ROOM
    starts = np.flatnonzero(is_new(owners))
    running = np.concatenate(([0.0], np.cumsum(weights)))
    together = running[1:] - running[np.searchsorted(line, line - NEAR, side="right")]
    scores = np.maximum.reduceat(together, starts)
    best = np.flatnonzero(together == np.repeat(scores, np.diff(np.append(starts, len(owners)))))
    ends = line[best[is_new(owners[best])]] % _ROOM  # the first, where several weigh as much
    scores = scores.round(9)
    stories = owners[starts].astype(np.uint64) + np.uint64(first)
    kept = scores >= least_score
    if before is not None:
        own = np.uint64(before)
        kept &= (stories < own) | (stories >> SHARD_SHIFT != own >> SHARD_SHIFT)
    order = np.argsort(-scores[kept], kind="stable")
    return Holders(stories[kept][order], scores[kept][order], ends[kept][order])


def anchors_of(shingles: Shingles, scheme: FingerprintScheme) -> Anchors:
    """The anchors of a text with these shingles, in the order of the text."""
    shingles = shingles[:MOST_SHINGLES]
    if not scheme.permutes:
        hashes, places = anchored(shingles, scheme.scheme)
        return Anchors(shingles, hashes, np.zeros(len(places), np.intp), places)
    below = min(2**32 - 1, int(2**32 * ASKED / scheme.permutations))
    return Anchors(shingles, *smallest_values(shingles, scheme, below))
