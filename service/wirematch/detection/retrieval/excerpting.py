"""Find stored articles of which a text may hold a few sentences, however different the two are otherwise."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import compress, repeat
from typing import NamedTuple

import numpy as np

from wirematch.cancellation import safepoint
from wirematch.cuts import cut
from wirematch.detection.policy import FEW
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.submission import Submission
from wirematch.fingerprint.anchors import (
    EXCERPT_RULES,
    NO_HOLDERS,
    Anchors,
    AnchorsFound,
    BucketPlaces,
    Holders,
    anchors_of,
    rank_many,
)
from wirematch.fingerprint.bottom import joined_signature
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings, joined
from wirematch.fingerprint.shingles import Shingles
from wirematch.index.protocol import BucketContents, Lookup, StoryIndex
from wirematch.kernels.fingerprint import sieve as compiled

SOUGHT_AT_ONCE = 16_384
"""Shingles of submissions whose excerpts are sought between two safepoints: those of 64 stories of usual length."""
NO_SHINGLES: Shingles = np.empty(0, np.uint32)
NO_CONTENTS = BucketContents(NO_POSTINGS, 0)


class _Asked(NamedTuple):
    """The anchors of a submission and the buckets in which they are looked for."""

    anchors: Anchors
    buckets: BucketPlaces
    """First the buckets of the look-up that are anchors, too, then those still to be read."""
    rest: Sequence[int]
    """Indices of the anchors still to be read."""


class ExcerptSearch(NamedTuple):
    """Stories that hold several neighbouring shingles of one submission, most likely first."""

    anchors: Anchors
    holders: Holders

    def to_look_at(self, passed_over: Collection[int]) -> list[int]:
        """Return the numbers of stories worth a closer look, without ``passed_over``."""
        return self.holders.likeliest(self.anchors.most_looked_at, passed_over)


def holding_excerpts(
    searches: Sequence[ExcerptSearch], taken: Sequence[Collection[int]], sketches: Mapping[int, bytes]
) -> list[list[int]]:
    """Return for each search the stories that may hold an excerpt, except ``taken``, most likely first.

    A story without a sketch is included.
    """
    numbers = [search.to_look_at(mine) for search, mine in zip(searches, taken, strict=True)]
    asked = [
        (search.anchors.shingles, list(map(sketches.get, some, repeat(compiled.NO_SKETCH))))
        for search, some in zip(searches, numbers, strict=True)
    ]
    told: list[bytes] = []
    for part in cut([len(shingles) for shingles, _ in asked], len(asked), SOUGHT_AT_ONCE):
        found = compiled.seek_excerpts(asked[part], EXCERPT_RULES)
        if found is None:
            return [
                holding_excerpts_in_python(search, some, sketches)
                for search, some in zip(searches, numbers, strict=True)
            ]
        told += found
        safepoint()
    # All codes but NO, which is 0, let a story pass.
    return [list(compress(some, codes)) for some, codes in zip(numbers, told, strict=True)]


def holding_excerpts_in_python(
    search: ExcerptSearch, numbers: Sequence[int], sketches: Mapping[int, bytes]
) -> list[int]:
    """Reference implementation of the kernel: those of these stories that may hold an excerpt."""
    known = [number for number in numbers if number in sketches]
    may_hold = search.anchors.may_hold([sketches[number] for number in known]).tolist()
    told = dict(zip(known, may_hold, strict=True))
    return [number for number in numbers if told.get(number, True)]


NOTHING_FOUND = ExcerptSearch(anchors_of(NO_SHINGLES, FingerprintScheme()), NO_HOLDERS)


class AnchorsAhead:
    """Anchors of a few submissions, made as soon as the event loop waits for something, or when they are needed."""

    def __init__(self, make: Callable[[], list[_Asked]]) -> None:
        self._make = make
        self._made: list[_Asked] | None = None
        asyncio.get_running_loop().call_soon(self._begin)

    def result(self) -> list[_Asked]:
        """Return them; whatever ``make`` raises is raised here."""
        if self._made is None:
            self._made = self._make()
        return self._made

    def _begin(self) -> None:
        with contextlib.suppress(Exception):
            self.result()


class ExcerptFinder:
    """Searches for shared excerpts. Raises the errors of StoryIndex, and OverloadedError."""

    def __init__(self, index: StoryIndex, scheme: FingerprintScheme, executor: BoundedExecutor) -> None:
        self._index = index
        self._scheme = scheme
        self._executor = executor

    def begin(self, submissions: Sequence[Submission]) -> AnchorsAhead | None:
        """Make the anchors of a few submissions while their look-up is waited for; None for many."""
        return AnchorsAhead(lambda: self._ask(submissions)) if len(submissions) <= FEW else None

    async def search(
        self, submissions: Sequence[Submission], lookups: Sequence[Lookup], ahead: AnchorsAhead | None = None
    ) -> list[ExcerptSearch]:
        """Search for each submission, starting from its look-up; further buckets are read only for long texts."""
        few = len(submissions) <= FEW
        if ahead is not None:
            asked = ahead.result()
        else:
            asked = self._ask(submissions) if few else await self._executor.run(self._ask, submissions)
        minima = np.concatenate([one.anchors.minima[one.rest] for one in asked])
        bands = np.concatenate([one.anchors.bands[one.rest] for one in asked])
        contents = await self._index.read_buckets(minima, bands) if len(minima) else NO_CONTENTS
        work = submissions, lookups, asked, contents
        return _searched(*work) if few else await self._executor.run(_searched, *work)

    def _ask(self, submissions: Sequence[Submission]) -> list[_Asked]:
        return [self._asked(one) for one in submissions]

    def _asked(self, submission: Submission) -> _Asked:
        fingerprint = submission.fingerprint
        # An imprint does not keep the order of words, by which excerpts are found.
        in_order = NO_SHINGLES if fingerprint.in_order is None or submission.article.imprint else fingerprint.in_order
        anchors = anchors_of(in_order, self._scheme)
        if not self._scheme.permutes and fingerprint.signature is not None:
            looked_up, _ = joined_signature(fingerprint.signature, self._scheme.permutations, self._scheme.scheme)
            buckets, rest = anchors.besides(looked_up)
            return _Asked(anchors, buckets, rest.tolist())
        return _Asked(anchors, anchors.buckets, range(len(anchors)))


def _searched(
    submissions: Sequence[Submission], lookups: Sequence[Lookup], asked: Sequence[_Asked], contents: BucketContents
) -> list[ExcerptSearch]:
    edges = np.cumsum([0, *(len(one.rest) for one in asked)])
    read = contents.postings
    order = np.argsort(read.bands, kind="stable")
    numbers, bands = read.numbers[order], read.bands[order]
    own = np.searchsorted(bands, edges).tolist()  # where each submission's postings begin
    found = []
    for place, (submission, lookup, one) in enumerate(zip(submissions, lookups, asked, strict=True)):
        first, last = own[place], own[place + 1]
        known = len(one.buckets) - len(one.rest)
        postings = lookup.postings if known else NO_POSTINGS
        if last > first:
            its = bands[first:last] - edges[place] + known
            postings = joined((postings, Postings(numbers[first:last], its)))
        documents = max(lookup.documents, contents.documents)
        shingles, cap = len(one.anchors.shingles), lookup.cap if known else 0
        found.append(AnchorsFound(postings, one.buckets, documents, submission.number, shingles, cap))
    return [ExcerptSearch(one.anchors, holders) for one, holders in zip(asked, rank_many(found), strict=True)]
