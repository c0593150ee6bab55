"""Find the runs of words that two texts share: seeds of five equal words, extended as far as possible."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Hashes64
from wirematch.kernels.pairs import runs as compiled
from wirematch.kernels.pairs.runs import SeedTable

SEED_WORDS = 5
MOST_PLACES = 16
"""Positions in the story at which a seed is tried."""
_STRIDE = 16
"""Words compared at once while extending a long run."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` equal words from ``start`` in the submission and ``story_start`` in the story."""

    start: int
    story_start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def story_end(self) -> int:
        return self.story_start + self.length


@dataclass(frozen=True, eq=False)
class Seeds:
    """A text of ``n`` words, indexed for finding the runs that it shares with another."""

    hashed: NDArray[np.uint32]
    """n word hashes."""
    hashes: Hashes64
    """max(0, n - 4) hashes of five consecutive words, in order of position."""
    ordered: Hashes64
    """The same hashes, sorted."""
    places: NDArray[np.intp]
    """Positions of the sorted hashes; equal hashes in order of position."""
    table: SeedTable | None
    """The index for the kernel; None without compiled kernels."""

    @classmethod
    def of(cls, words: NDArray[np.uint32]) -> Seeds:
        """Index a text given by its word hashes."""
        table = SeedTable.of(words, SEED_WORDS)
        if table is None:
            return cls.in_python(words)
        return cls(words, table.hashes, table.ordered, table.places, table)

    @classmethod
    def in_python(cls, words: NDArray[np.uint32]) -> Seeds:
        """Reference implementation of the kernel."""
        hashes = ngram_hashes(words, SEED_WORDS)
        places = np.argsort(hashes, kind="stable")
        return cls(words, hashes, hashes[places], places, None)

    @cached_property
    def words(self) -> list[int]:
        """The word hashes as a list, for comparisons in Python."""
        words: list[int] = self.hashed.tolist()
        return words


def find_runs(mine: Seeds, theirs: Seeds) -> list[Run]:
    """Return runs of equal words that together cover every shared run of ``SEED_WORDS``, each word once.

    At each position the longest extension is taken; where two runs overlap in the submission, the later one begins
    where the earlier one ends.
    """
    if not len(mine.hashes):  # too short for seeds: a run only if the texts are equal
        equal = len(mine.words) > 0 and mine.words == theirs.words
        return [Run(0, 0, len(mine.words))] if equal else []
    if not len(theirs.hashes):
        return []
    if mine.table and theirs.table:
        found = compiled.find_runs(mine.table, theirs.table, SEED_WORDS, MOST_PLACES)
        if found is not None:
            return list(starmap(Run, found.tolist()))
    return find_runs_in_python(mine, theirs)


def find_runs_in_python(mine: Seeds, theirs: Seeds) -> list[Run]:
    """Reference implementation of the kernel, for two texts that both have seeds."""
    first = np.searchsorted(theirs.ordered, mine.hashes)
    np.minimum(first, len(theirs.ordered) - 1, out=first)
    shared = np.flatnonzero(theirs.ordered[first] == mine.hashes)
    if not len(shared):
        return []
    first = first[shared]
    last = np.searchsorted(theirs.ordered, mine.hashes[shared], side="right").tolist()
    known, begin, places_there = shared.tolist(), first.tolist(), theirs.places.tolist()
    runs: list[Run] = []
    number, done, expected = 0, 0, -1
    while number < len(known):
        at = known[number]
        places = _nearest(places_there, begin[number], last[number], expected)
        length, place = _longest(mine.words, theirs.words, at, places)
        number += 1
        if length < SEED_WORDS or at + length <= done:  # a hash collision, or nothing new
            continue
        start = max(at, done)
        runs.append(Run(start, place + start - at, at + length - start))
        done, expected = at + length, place + length
        number = bisect_left(known, done - SEED_WORDS + 1, number)  # the next run may start within this one
    return runs


def _nearest(places: list[int], begin: int, end: int, expected: int) -> list[int]:
    """Of the sorted ``places[begin:end]``, the ``MOST_PLACES`` nearest to ``expected``, nearest first."""
    if end - begin == 1:
        return places[begin:end]
    middle = bisect_left(places, expected, begin, end)
    near = places[max(begin, middle - MOST_PLACES) : min(end, middle + MOST_PLACES)]
    return sorted(near, key=lambda place: abs(place - expected))[:MOST_PLACES]


def _longest(mine: list[int], theirs: list[int], at: int, found: list[int]) -> tuple[int, int]:
    """Longest extension from ``at`` and its position; of equal ones, that which continues the story's order."""
    best_length, best_place = 0, 0
    for place in found:
        length = _equal_words(mine, theirs, at, place)
        if length > best_length:
            best_length, best_place = length, place
    return best_length, best_place


def _equal_words(mine: list[int], theirs: list[int], at: int, place: int) -> int:
    """Number of equal words from these positions on."""
    length, most = 0, min(len(mine) - at, len(theirs) - place)
    while (
        length + _STRIDE <= most
        and mine[at + length : at + length + _STRIDE] == theirs[place + length : place + length + _STRIDE]
    ):
        length += _STRIDE
    while length < most and mine[at + length] == theirs[place + length]:
        length += 1
    return length


def ngram_hashes(hashes: NDArray[np.uint32], n: int) -> Hashes64:
    """Polynomial hashes of the ``max(0, len - n + 1)`` runs of ``n`` words, in order."""
    return longer_ngrams(hashes.astype(np.uint64), hashes, 1, n)


def longer_ngrams(shorter: Hashes64, hashes: NDArray[np.uint32], size: int, n: int) -> Hashes64:
    """Extend hashes of runs of ``size`` words to hashes of runs of ``n``, over the same words."""
    count = max(0, len(hashes) - n + 1)
    rolled = shorter[:count]
    for shift in range(size, n):
        rolled = rolled * _MULTIPLIER
        rolled += hashes[shift : shift + count]
    return rolled
