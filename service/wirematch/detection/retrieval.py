"""From fingerprints to the stored articles that are worth a comparison: most candidates share a phrase and no more.

Comparing two texts takes milliseconds, telling that they share too little takes microseconds. Three sieves stand
before a comparison: the buckets (the index), the ranking score, and the share of shingles that both have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.cache import LRUCache
from wirematch.detection.executor import BoundedExecutor
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_many, shingle_many
from wirematch.fingerprint.overlap import overlaps
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Hashes
from wirematch.index.protocol import Lookup, Placement, Record, Records, StoryIndex, precedes
from wirematch.models import Filters

Numbers = NDArray[np.uint64]
_NONE: Numbers = np.empty(0, np.uint64)

LEAST_BUCKETS = 1.5
"""Ranking score, in buckets that a submission shares with a single story, below which a candidate is passed over. This
and LEAST_OVERLAP together lose a point of what is found (docs/adr/0007-sieves-before-comparison.md)."""
LARGE_INDEX = 1_000
"""Stored articles from which on scores are told apart well enough to pass over the low ones."""
LEAST_OVERLAP = 0.08
"""Share of the smaller text's shingles below which a candidate is passed over."""


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """What the index holds that one submission may derive from."""

    candidates: Lookup
    entries: list[Record]
    """Those worth a comparison, best first."""
    looked_at: int
    """How many of the candidates were read to tell."""
    partial: bool
    """Whether a part of the index did not answer in time."""


class Retriever:
    """Looks submissions up, many at a time. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(
        self, index: StoryIndex, scheme: FingerprintScheme, executor: BoundedExecutor, *, compare_limit: int, cache: int
    ) -> None:
        self._index = index
        self._scheme = scheme
        self._executor = executor
        self._compare_limit = compare_limit
        self._shingles: LRUCache[Hashes] = LRUCache(cache)

    async def read(self, bodies: Sequence[str]) -> list[Fingerprint]:
        """The fingerprints of these texts."""
        return await self._executor.run(fingerprint_many, bodies, self._scheme)

    def remember(self, placements: Sequence[Placement], fingerprints: Sequence[Fingerprint]) -> None:
        """Keep the fingerprints of articles that were just stored."""
        self._shingles.keep(
            (placement.number, print_.shingles) for placement, print_ in zip(placements, fingerprints, strict=True)
        )

    async def find(
        self, fingerprints: Sequence[Fingerprint], stored_as: Sequence[Placement] | None = None
    ) -> list[Retrieved]:
        """Of each submission what it may derive from, in a few round trips for all of them together.

        Submissions that are stored themselves come with their places: each finds only what was stored before it.
        """
        found = await self._candidates(fingerprints, stored_as or [None] * len(fingerprints))
        later = _later(stored_as) if stored_as else [_NONE] * len(found)
        rankings = [self._plausible(candidates, its) for candidates, its in zip(found, later, strict=True)]
        kept, entries, partial = await self._sieved(fingerprints, rankings)
        rest = await self._fetch({number for those in kept for number in those} - entries.keys())
        entries |= _by_number(rest)
        return [
            Retrieved(
                candidates,
                [
                    entry
                    for number in those
                    if (entry := entries.get(number)) is not None
                    and (not stored_as or precedes(entry, stored_as[place]))
                ],
                len(ranking),
                candidates.partial or partial or rest.partial,
            )
            for place, (candidates, those, ranking) in enumerate(zip(found, kept, rankings, strict=True))
        ]

    async def retrieve_filtered(self, fingerprint: Fingerprint, filters: Filters) -> Retrieved:
        """The same for one submission among the articles that pass ``filters``; related ones stay where asked for."""
        candidates = await self._index.candidates(fingerprint.signature)
        entries = await self._index.fetch(candidates.ranking, self._compare_limit, filters)
        kept = entries if filters.include_related else await self.sieve(fingerprint, entries)
        return Retrieved(candidates, kept, len(entries), candidates.partial or entries.partial)

    async def sieve(self, fingerprint: Fingerprint, entries: list[Record]) -> list[Record]:
        """Those of the entries that share enough with a submission to be worth a comparison, in order."""
        shingles = await self._executor.run(self._made_of, entries)
        shares = overlaps(fingerprint.shingles, [shingles[entry.number] for entry in entries])
        return [entry for entry, share in zip(entries, shares.tolist(), strict=True) if share >= LEAST_OVERLAP]

    async def _candidates(
        self, fingerprints: Sequence[Fingerprint], stored_as: Sequence[Placement | None]
    ) -> list[Lookup]:
        """Those that came with the placements, and the others from the index."""
        found = [None if placement is None else placement.candidates for placement in stored_as]
        asked = [place for place, candidates in enumerate(found) if candidates is None]
        signatures = [fingerprints[place].signature for place in asked]
        placements = [stored_as[place] for place in asked]
        before = [None if placement is None else placement.number for placement in placements]
        last = max((placement.stored_at for placement in placements if placement is not None), default=None)
        rest = iter(await self._index.lookup_many(signatures, before, last) if asked else ())
        return [next(rest) if candidates is None else candidates for candidates in found]

    def _plausible(self, candidates: Lookup, later: Numbers) -> Ranking:
        """The candidates to look at."""
        ranking = candidates.ranking.without(later) if len(later) else candidates.ranking
        large = candidates.documents >= LARGE_INDEX
        return ranking.best(self._compare_limit, LEAST_BUCKETS * math.log1p(candidates.documents) if large else 0.0)

    async def _sieved(
        self, fingerprints: Sequence[Fingerprint], rankings: list[Ranking]
    ) -> tuple[list[list[int]], dict[int, Record], bool]:
        """Of each ranking what is worth a comparison, the articles read to tell, and whether some could not be."""
        wanted = {number for ranking in rankings for number in ranking.numbers.tolist()}
        known = {number: kept for number in wanted if (kept := self._shingles.get(number)) is not None}
        entries = await self._fetch(wanted - known.keys())

        def work() -> list[list[int]]:
            return _sieve(fingerprints, rankings, known | self._made_of(entries))

        return await self._executor.run(work), _by_number(entries), entries.partial

    def _made_of(self, entries: list[Record]) -> dict[int, Hashes]:
        kept = {entry.number: self._shingles.get(entry.number) for entry in entries}
        new = [entry for entry in entries if kept[entry.number] is None]
        made = shingle_many([entry.body for entry in new])
        fresh = {entry.number: shingles for entry, shingles in zip(new, made, strict=True)}
        self._shingles.keep(fresh.items())
        return {number: hashes for number, hashes in kept.items() if hashes is not None} | fresh

    async def _fetch(self, numbers: set[int]) -> Records:
        ranking = Ranking(np.array(sorted(numbers), np.uint64), np.zeros(len(numbers)))
        return await self._index.fetch(ranking, len(numbers)) if numbers else Records()


def _by_number(entries: Records) -> dict[int, Record]:
    return {entry.number: entry for entry in entries}


def _later(stored_as: Sequence[Placement]) -> list[Numbers]:
    """Of each of a batch the numbers of those stored later, which are no sources of it.

    Within one shard the index sees to that; across shards, numbers do not tell what came first.
    """
    numbers = np.array([placement.number for placement in stored_as], np.uint64)
    if len(np.unique(numbers >> np.uint64(32))) < 2:
        return [_NONE] * len(numbers)
    order = np.lexsort((numbers, np.array([placement.stored_at.timestamp() for placement in stored_as])))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return [numbers[order[place + 1 :]] for place in places.tolist()]


def _sieve(
    fingerprints: Sequence[Fingerprint], rankings: list[Ranking], shingles: dict[int, Hashes]
) -> list[list[int]]:
    """Of each ranking the numbers that are worth a comparison. One that is gone by now has no shingles."""
    kept = []
    for print_, ranking in zip(fingerprints, rankings, strict=True):
        numbers = [number for number in ranking.numbers.tolist() if number in shingles]
        shares = overlaps(print_.shingles, [shingles[number] for number in numbers]).tolist()
        kept.append([number for number, share in zip(numbers, shares, strict=True) if share >= LEAST_OVERLAP])
    return kept
