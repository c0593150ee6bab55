"""Anchors: the buckets in which a long article looks for stories of which it holds a few sentences.

A signature finds texts that are similar as a whole: of a thousand shingles, ten from one story are seldom among the
smallest. They are among the smallest of the story's own few hundred, though, and these are what the story is stored
under. So the submission looks up every shingle that a story may be stored under: without permutations, every shingle
whose hash is small enough to be posted, and the fillers between them; with permutations, every shingle in those
permutations in which its value may be a story's minimum. Apart from fillers, stories take no more room for that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, is_new
from wirematch.fingerprint.bottom import anchored
from wirematch.fingerprint.minhash import FingerprintScheme, smallest_values
from wirematch.fingerprint.ranking import SHARD_SHIFT, Postings
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import shared_neighbours
from wirematch.fingerprint.unbroken import Unbroken, lacking_from, unbroken_in_python
from wirematch.kernels.fingerprint import anchors as compiled
from wirematch.kernels.fingerprint.sieve import ExcerptRules

ASKED = 0.6
"""Mean number of permutations in which a shingle is looked up. Of the shingles of a story of 200, two fifths are stored
under a bucket that is looked up, of 500 a fifth; twice as many look-ups would find 1 % more excerpts of 25 words."""
MOST_SHINGLES = 6_000
"""Shingles of a longer text beyond which none is looked up."""
NEAR = 16
"""Window, in shingles, within which the matches of an excerpt are counted together."""
LEAST_TOGETHER = 0.8
"""Least score of a window, in units of a bucket with a single story, for a story to be examined more closely."""
FEWEST_LOOKED_AT, STRETCH, LEADERS = 10, 20, 3
"""Stories examined more closely: a minimum, plus one per STRETCH shingles, plus the best LEADERS of each such stretch
(docs/adr/0093-three-stories-of-each-stretch.md)."""
REACH, UNBROKEN = 12, 24
"""Also examined are the best UNBROKEN stories of each stretch that lack none of SHARED_AMONG consecutive shingles, as
far as buckets tell up to REACH shingles away (docs/adr/0095-examine-unbroken-stories.md)."""
LEAST_SHARED, SHARED_AMONG = 7, 10
"""A story holds 25 words in a row only if it has LEAST_SHARED of some SHARED_AMONG consecutive shingles."""
_ROOM = 1 << 13
"""Stride between stories when sorting (story, position) keys; more than ``MOST_SHINGLES`` plus ``NEAR``."""
FEWEST_SHINGLES = 3
"""A text with fewer shingles is too short to tell where it comes from."""
EXCERPT_RULES = ExcerptRules(SHARED_AMONG, LEAST_SHARED, FEWEST_SHINGLES)
ANCHOR_RULES = compiled.AnchorRules(NEAR, STRETCH, LEADERS, REACH, SHARED_AMONG, UNBROKEN)
NO_NUMBERS: NDArray[np.uint64] = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class BucketPlaces:
    """The positions of a text that b buckets stand for: ``places[begins[k]:begins[k + 1]]``; b + 1 begins in all."""

    begins: NDArray[np.intp]
    places: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.begins) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Holders:
    """Stories that hold neighbouring shingles of a text: three arrays of shape (n,), best first."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float64]
    ends: NDArray[np.intp]
    """Position of the last shingle of the best window."""
    leading: NDArray[np.uint64]
    """The best LEADERS stories of each stretch, best first."""
    unbroken: NDArray[np.uint64]
    """The best UNBROKEN stories of each stretch, best first; some hold too little to be among ``numbers``."""

    @classmethod
    def of(
        cls,
        numbers: NDArray[np.uint64],
        scores: NDArray[np.float64],
        ends: NDArray[np.intp],
        unbroken: NDArray[np.uint64] = NO_NUMBERS,
    ) -> Holders:
        """Find out which stories lead a stretch."""
        return cls(numbers, scores, ends, _leading(numbers, ends, LEADERS), unbroken)

    def __len__(self) -> int:
        return len(self.numbers)

    def likeliest(self, most: int, passed_over: Collection[int]) -> list[int]:
        """Return the ``most`` best stories, the LEADERS of each stretch and the unbroken ones, without ``passed_over``.

        Many stories may share one phrase with a text and would otherwise crowd out what another stretch holds.
        """
        few = self.numbers[: most + len(passed_over)].tolist()
        chosen = [number for number in few if number not in passed_over]
        if len(few) == len(self) and len(chosen) <= most:
            others = self.unbroken.tolist()
        else:
            others = self.leading.tolist() + self.unbroken.tolist()
        return list(dict.fromkeys(chosen[:most] + [number for number in others if number not in passed_over]))


def _leading(numbers: NDArray[np.uint64], places: NDArray[np.intp], most: int) -> NDArray[np.uint64]:
    """Return the first ``most`` of the stories around each stretch, in order."""
    stretches = places // STRETCH
    order = np.argsort(stretches, kind="stable")
    starts = np.flatnonzero(is_new(stretches[order]))
    ranks = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return numbers[np.sort(order[ranks < most])]


NO_HOLDERS = Holders.of(np.empty(0, np.uint64), np.empty(0), np.empty(0, np.intp))


@dataclass(frozen=True, eq=False)
class Anchors:
    """The buckets that a submission of n shingles looks up for excerpts."""

    shingles: Shingles
    """n, in the order of the text."""
    minima: NDArray[np.uint32]
    bands: NDArray[np.intp]
    places: NDArray[np.intp]
    """For each of m buckets: the value, its permutation, and the index of the shingle that has it."""

    def __len__(self) -> int:
        return len(self.minima)

    @property
    def buckets(self) -> BucketPlaces:
        """All m buckets, of one position each."""
        return BucketPlaces(np.arange(len(self) + 1), self.places)

    def besides(self, looked_up: NDArray[np.uint32]) -> tuple[BucketPlaces, NDArray[np.intp]]:
        """Merge the anchors with v distinct values that were looked up already.

        Returns the v buckets followed by those of the remaining anchors, and the indices of these anchors. After a
        look-up of the text's signature only they are left to read: few, unless the text is long.
        """
        found = compiled.placed(looked_up, self.minima, self.places)
        if found is None:
            return self.besides_in_python(looked_up)
        begins, places, rest = found
        return BucketPlaces(begins, places), rest

    def besides_in_python(self, looked_up: NDArray[np.uint32]) -> tuple[BucketPlaces, NDArray[np.intp]]:
        """Reference implementation of the kernel."""
        order = np.argsort(looked_up)
        at = np.minimum(np.searchsorted(looked_up[order], self.minima), len(looked_up) - 1)
        bucket = order[at]
        rest = np.flatnonzero(looked_up[bucket] != self.minima)
        bucket[rest] = len(looked_up) + np.arange(len(rest))
        together = np.argsort(bucket, kind="stable")
        begins = np.searchsorted(bucket[together], np.arange(len(looked_up) + len(rest) + 1))
        return BucketPlaces(begins, self.places[together]), rest

    def rank(self, postings: Postings, documents: int, before: int | None = None, cap: int = 0) -> Holders:
        """As ``rank_many``, for this text alone and all of its buckets."""
        found = AnchorsFound(postings, self.buckets, documents, before, len(self.shingles), cap)
        [holders] = rank_many([found])
        return holders

    @property
    def most_looked_at(self) -> int:
        """Stories worth a closer look: the longer the text, the more, as more are found by chance."""
        return FEWEST_LOOKED_AT + len(self.shingles) // STRETCH

    def may_hold(self, sketches: Sequence[bytes]) -> NDArray[np.bool_]:
        """Return for each of m sketches whether its story may hold an excerpt. Reference implementation of the kernel.

        The story must have enough of some consecutive shingles. A damaged sketch rules nothing out.
        """
        among = min(SHARED_AMONG, len(self.shingles))
        if among < FEWEST_SHINGLES:
            return np.zeros(len(sketches), np.bool_)
        shared = shared_neighbours(self.shingles, among, sketches)
        return (shared < 0) | (shared * SHARED_AMONG >= LEAST_SHARED * among)


class AnchorsFound(NamedTuple):
    """What was found for one text; arguments of :func:`rank_many`."""

    postings: Postings
    """Their bands index ``buckets``."""
    buckets: BucketPlaces
    documents: int
    before: int | None = None
    """Leaves out numbers from it on, in its own shard."""
    shingles: int = 0
    """Of the text."""
    cap: int = 0
    """Stories that a bucket holds at most; 0 if it says nothing that a story is in no bucket."""

    @property
    def postings_and_places(self) -> tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Numbers and buckets of the postings; begins and places of the buckets."""
        return self.postings.numbers, self.postings.bands, self.buckets.begins, self.buckets.places


def rank_many(asked: Sequence[AnchorsFound]) -> list[Holders]:
    """Return for each text the stories with several of its neighbouring shingles, best first.

    A score is the largest sum of ``log(1 + documents / bucket size)`` over shingles within ``NEAR`` of each other.
    """
    some = [one for one in asked if len(one.postings)]
    if not some:
        return [NO_HOLDERS] * len(asked)
    counts = [np.bincount(one.postings.bands, minlength=len(one.buckets))[: len(one.buckets)] for one in some]
    documents = np.array([one.documents for one in some])
    weights = np.log1p(np.repeat(documents, list(map(len, counts))) / np.maximum(np.concatenate(counts), 1))
    least = (LEAST_TOGETHER * np.log1p(documents)).tolist()
    given = [
        compiled.AnchorPostings(*one.postings_and_places, score, one.before, one.shingles, one.cap)
        for one, score in zip(some, least, strict=True)
    ]
    found = compiled.rank(given, weights, ANCHOR_RULES) or [None] * len(some)
    edges = np.cumsum([0, *map(len, counts)]).tolist()
    ranked = iter(
        rank_in_python(one, weights[edges[place] : edges[place + 1]], least[place]) if it is None else Holders(*it)
        for place, (one, it) in enumerate(zip(some, found, strict=True))
    )
    return [next(ranked) if len(one.postings) else NO_HOLDERS for one in asked]


def rank_in_python(found: AnchorsFound, weights: NDArray[np.float64], least_score: float) -> Holders:
    """Reference implementation of the kernel; ``weights`` are those of the text's buckets."""
    first, line, weights = _drawn_line(found, weights)
    if not len(line):
        return NO_HOLDERS
    owners = line // _ROOM
    starts = np.flatnonzero(is_new(owners))
    running = np.concatenate(([0.0], np.cumsum(weights)))
    together = running[1:] - running[np.searchsorted(line, line - NEAR, side="right")]
    scores = np.maximum.reduceat(together, starts)
    best = np.flatnonzero(together == np.repeat(scores, np.diff(np.append(starts, len(owners)))))
    ends = line[best[is_new(owners[best])]] % _ROOM  # the first of equally good windows
    scores = scores.round(9)
    stories = owners[starts].astype(np.uint64) + np.uint64(first)
    kept = (scores >= least_score) & _may_count(stories, found.before)
    order = np.argsort(-scores[kept], kind="stable")
    unbroken = NO_NUMBERS
    if found.cap:
        whole = _unbroken_on(found, first, line, weights)
        unbroken = _leading(whole.numbers, whole.places, UNBROKEN)
    return Holders.of(stories[kept][order], scores[kept][order], ends[kept][order], unbroken)


def unbroken_stories(found: AnchorsFound, weights: NDArray[np.float64]) -> Unbroken:
    """Return all unbroken stories, of which ``rank_many`` returns the best of each stretch."""
    return _unbroken_on(found, *_drawn_line(found, weights))


def _drawn_line(
    found: AnchorsFound, weights: NDArray[np.float64]
) -> tuple[int, NDArray[np.int64], NDArray[np.float64]]:
    """Return the smallest story, and for each story and position that it holds, sorted, both in one number; weights."""
    postings, buckets = found.postings, found.buckets
    sizes = np.diff(buckets.begins)[postings.bands]
    numbers, weights = np.repeat(postings.numbers, sizes), np.repeat(weights[postings.bands], sizes)
    within = np.arange(len(numbers)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    places = buckets.places[np.repeat(buckets.begins[postings.bands], sizes) + within]
    first = int(numbers.min(initial=2**64 - 1))
    line = (numbers - np.uint64(first)).astype(np.int64) * _ROOM + places
    order = np.argsort(line, kind="stable")
    line = line[order]
    new = is_new(line)  # a shingle found in several permutations counts once
    return first, line[new], weights[order][new]


def _may_count(numbers: NDArray[np.uint64], before: int | None) -> Flags:
    if before is None:
        return np.ones(len(numbers), np.bool_)
    own = np.uint64(before)
    return np.asarray((numbers < own) | (numbers >> SHARD_SHIFT != own >> SHARD_SHIFT))


def _unbroken_on(found: AnchorsFound, first: int, line: NDArray[np.int64], weights: NDArray[np.float64]) -> Unbroken:
    owners = (line // _ROOM).astype(np.uint64) + np.uint64(first)
    count = _may_count(owners, found.before)
    lacking = lacking_from(found.postings, found.buckets.begins, found.buckets.places, found.shingles, found.cap)
    return unbroken_in_python(owners[count], (line % _ROOM)[count], weights[count], lacking, REACH, SHARED_AMONG)


def anchors_of(shingles: Shingles, scheme: FingerprintScheme) -> Anchors:
    """Return the anchors of a text; ``shingles`` are in the order of the text."""
    shingles = shingles[:MOST_SHINGLES]
    if not scheme.permutes:
        hashes, places = anchored(shingles, scheme.scheme)
        return Anchors(shingles, hashes, np.zeros(len(places), np.intp), places)
    below = min(2**32 - 1, int(2**32 * ASKED / scheme.permutations))
    return Anchors(shingles, *smallest_values(shingles, scheme, below))
