"""From candidates to those that are worth a comparison, with their records: one round trip for all of a batch.

Sketches tell nearly all candidates, and those of most are kept in this process. What is not known, and what is to be
compared as far as it is known, is fetched at once; of what turns out not to be worth it, only the sketch is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from wirematch.detection.cache import NumberCache
from wirematch.detection.excerpting import ExcerptSearch, held_of_all
from wirematch.detection.policy import FEW, affordable, overlapping
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.sieve_verdicts import Ranked, Verdicts, shingle_records, told_of_all
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.fingerprint.sketch import sketch_of
from wirematch.index.protocol import FetchedRecords, Record, StoryIndex

SIEVED_BYTES = 2
"""Bytes of candidates that are sieved by their texts to one of those that are compared: some fail."""
SPARE = 2
"""Stories that are read for each that may be added for an excerpt: some of them may have expired."""
Sketches = Mapping[int, bytes]
R = TypeVar("R")


class Sieved(NamedTuple):
    """Of each submission the candidates that are worth a comparison."""

    numbers: list[list[int]]
    """Best first, and then those that may share an excerpt alone; some may be gone."""
    records: dict[int, Record]
    unread: list[int]
    """How many of each nobody could look at."""
    partial: bool
    """Whether a shard was unavailable."""


class _Told(NamedTuple):
    """What sketches tell of the candidates of each submission, and which stories may be added for an excerpt."""

    verdicts: list[Verdicts]
    taken: list[set[int]]
    """Candidates, or what may be: none of these is added for an excerpt."""
    held: list[list[int]]

    @property
    def wanted(self) -> set[int]:
        """Those that are not passed over."""
        return set().union(*self.taken, *self.held)

    @property
    def in_doubt(self) -> bool:
        """Whether sketches leave a candidate open."""
        return any(None in verdicts.values() for verdicts in self.verdicts)


class Sieve:
    """Sieves the candidates of many submissions at once. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        index: StoryIndex,
        executor: BoundedExecutor,
        telemetry: Telemetry,
        sketches: NumberCache[bytes],
        *,
        compare_bytes: int,
        excerpt_limit: int,
    ) -> None:
        """``sketches`` keeps those that were read. See Retriever for the limits."""
        self._index = index
        self._executor = executor
        self._telemetry = telemetry
        self._sketches = sketches
        self._compare_bytes = compare_bytes
        self._excerpt_limit = excerpt_limit

    def remember(self, stored: Iterable[tuple[Submission, bytes | None]]) -> None:
        """Keep the sketches of submissions that were just stored."""
        made = ((one.number, sketch) for one, sketch in stored)
        self._sketches.keep((number, sketch) for number, sketch in made if number is not None and sketch is not None)

    async def sift(self, ranked: Sequence[Ranked], searches: Sequence[ExcerptSearch], *, likely: bool = True) -> Sieved:
        """Sketches tell nearly all; texts tell of the few that they leave in doubt, and of those without a sketch.

        Where it is ``likely`` that a candidate is to be compared whose sketch is known, what is known is told first, so
        that all is fetched at once. Otherwise what is known is told with the rest, and what of it is to be compared
        after all is fetched by itself.
        """
        candidates = [one.ranking.numbers.tolist() for one in ranked]
        near = (search.to_look_at(set(mine)) for search, mine in zip(searches, candidates, strict=True))
        asked = set(chain(*candidates, *near))
        known = self._sketches.get_many(asked)
        unknown = asked - known.keys()

        def tell(before: Sequence[Verdicts], sketches: Sketches) -> _Told:
            told = told_of_all(ranked, sketches, before)
            taken = list(map(_taken, told))
            return _Told(told, taken, held_of_all(searches, taken, sketches))

        nothing: list[Verdicts] = [dict.fromkeys(mine) for mine in candidates]
        first = await self._near(ranked, lambda: tell(nothing, known)) if likely else None
        fetched = await self.fetch(unknown if first is None else first.wanted | unknown)

        def read() -> tuple[_Told, dict[int, bytes], dict[int, Record]]:
            sketches = fetched.sketches(unknown)
            if first is None:
                told = tell(nothing, known | sketches)
            else:
                told = tell(first.verdicts, sketches) if sketches else first
            return told, sketches, _by_number(fetched.read(sorted(self._few(told).wanted)))

        told, sketches, records = await self._near(ranked, read)
        self._sketches.keep(sketches.items())
        partial = fetched.partial
        if first is None and (rest := self._few(told).wanted - unknown):
            late = await self.fetch(rest)
            records |= _by_number(late.read(sorted(rest)))
            partial = partial or late.partial
        unread = [0] * len(ranked)
        if told.in_doubt:
            told, unread = await self._executor.run(self._told_by_shingles, ranked, searches, told, records)
            records |= _by_number(fetched.read(self._few(told).wanted - records.keys()))
        kept = ([number for number, enough in verdicts.items() if enough] for verdicts in told.verdicts)
        excerpted = (
            [number for number in numbers if number in records][: self._excerpt_limit]
            for numbers in self._few(told).held
        )
        numbers = [[*mine, *others] for mine, others in zip(kept, excerpted, strict=True)]
        return Sieved(numbers, records, unread, partial)

    async def sketches_of(self, numbers: set[int]) -> dict[int, bytes]:
        """Those of these stories that have one."""
        known = self._sketches.get_many(numbers)
        read = (await self.fetch(numbers - known.keys())).sketches(numbers - known.keys())
        self._sketches.keep(read.items())
        return known | read

    async def fetch(self, numbers: Collection[int]) -> FetchedRecords:
        """The records of these stories."""
        if not numbers:
            return await self._index.fetch_numbers(numbers)
        with measured(self._telemetry, Step.FETCH, len(numbers)):
            return await self._index.fetch_numbers(numbers)

    async def _near(self, ranked: Sequence[Ranked], work: Callable[[], R]) -> R:
        """``work`` at once, where it is for few: going to a thread and back takes longer."""
        return work() if len(ranked) <= FEW else await self._executor.run(work)

    def _few(self, told: _Told) -> _Told:
        """The same with as many stories for an excerpt as may be added, and some more."""
        return told._replace(held=[numbers[: SPARE * self._excerpt_limit] for numbers in told.held])

    def _told_by_shingles(
        self,
        ranked: Sequence[Ranked],
        searches: Sequence[ExcerptSearch],
        told: _Told,
        records: Mapping[int, Record],
    ) -> tuple[_Told, list[int]]:
        """The same without doubt. An article that was deleted meanwhile shares nothing.

        Of the texts of each one's doubtful candidates, best first, so many bytes are read; how many are left unread.
        """
        doubtful = [
            [number for number, enough in verdicts.items() if enough is None and number in records]
            for verdicts in told.verdicts
        ]
        few = [
            affordable([records[number].size for number in numbers], SIEVED_BYTES * self._compare_bytes)
            for numbers in doubtful
        ]
        wanted = {number for numbers, most in zip(doubtful, few, strict=True) for number in numbers[:most]}
        read = [records[number] for number in sorted(wanted)]
        shingles = dict(zip((record.number for record in read), shingle_records(read), strict=True))
        made = ((record.number, sketch_of(shingles[record.number])) for record in read if record.sketch is None)
        self._sketches.keep((number, sketch) for number, sketch in made if sketch is not None)
        settled = []
        for one, verdicts, numbers, most in zip(ranked, told.verdicts, doubtful, few, strict=True):
            asked = numbers[:most]
            ranks = {number: rank for rank, number in enumerate(one.ranking.numbers.tolist())}
            mine, theirs = one.submission.fingerprint.shingles, [shingles[number] for number in asked]
            enough = overlapping(mine, theirs, [ranks[number] for number in asked])
            settled.append(verdicts | dict(zip(asked, enough, strict=True)))
        # What turned out to share too little may share an excerpt all the same.
        sketches = {record.number: record.sketch for record in read if record.sketch is not None}
        held = [
            mine if now == before else held_of_all([search], [_taken(now)], sketches)[0]
            for mine, search, before, now in zip(told.held, searches, told.verdicts, settled, strict=True)
        ]
        return _Told(settled, list(map(_taken, settled)), held), [
            len(numbers) - most for numbers, most in zip(doubtful, few, strict=True)
        ]


def _taken(told: Verdicts) -> set[int]:
    """Candidates, or what may be: none of these is added for an excerpt."""
    return {number for number, enough in told.items() if enough is not False}


def _by_number(records: Iterable[Record]) -> dict[int, Record]:
    return {record.number: record for record in records}
