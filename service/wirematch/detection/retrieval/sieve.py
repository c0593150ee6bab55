"""The sieve: reduce candidates to those worth a comparison and fetch their records, in few round trips for a batch.

Sketches decide nearly all candidates. Of a single submission, unknown ones are fetched with their records, which saves
a round trip; of a candidate that turns out to fail, only the sketch is decoded. Of a batch, they are fetched alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, compress
from typing import NamedTuple, TypeVar

from wirematch.cancellation import safepoint
from wirematch.detection.cache import NumberCache
from wirematch.detection.policy import FEW, affordable, overlapping
from wirematch.detection.retrieval.excerpting import ExcerptSearch, held_of_all
from wirematch.detection.retrieval.sieve_verdicts import Ranked, Verdicts, shingle_records, told_of_all
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.fingerprint.sketch import sketch_of
from wirematch.index.protocol import FetchedRecords, Record, StoryIndex

SIEVED_BYTES = 2
"""Texts that may be read to settle doubtful candidates, in multiples of ``compare_bytes``: some of them fail."""
SPARE = 2
"""Stories read for each one that may be added for an excerpt: some may have expired."""
Sketches = Mapping[int, bytes]
R = TypeVar("R")


class Sieved(NamedTuple):
    """For each submission, the candidates worth a comparison."""

    numbers: list[list[int]]
    """Best first, followed by those that may share only an excerpt; some may have been deleted."""
    records: dict[int, Record]
    unread: list[int]
    """For each submission, how many candidates were left undecided because too much text would have to be read."""
    partial: bool
    """Whether a shard was unavailable."""


class _Told(NamedTuple):
    """What sketches tell about the candidates of each submission, and which stories may be added for an excerpt."""

    verdicts: list[Verdicts]
    taken: list[set[int]]
    """Candidates not ruled out; none of them is added for an excerpt."""
    held: list[list[int]]
    sketches: Sketches
    """All that are known."""

    @property
    def wanted(self) -> set[int]:
        """All that are not ruled out."""
        return set().union(*self.taken, *self.held)

    @property
    def in_doubt(self) -> bool:
        """Whether sketches leave any candidate undecided."""
        return any(None in verdicts.values() for verdicts in self.verdicts)


class Sieve:
    """Sieves the candidates of many submissions at once. Raises the errors of StoryIndex, and OverloadedError."""

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
        """``sketches`` caches those that were read. For the limits, see Retriever."""
        self._index = index
        self._executor = executor
        self._telemetry = telemetry
        self._sketches = sketches
        self._compare_bytes = compare_bytes
        self._excerpt_limit = excerpt_limit

    def remember(self, stored: Iterable[tuple[Submission, bytes | None]]) -> None:
        """Cache the sketches of submissions that were just stored."""
        made = ((one.number, sketch) for one, sketch in stored)
        self._sketches.keep((number, sketch) for number, sketch in made if number is not None and sketch is not None)

    async def sift(self, ranked: Sequence[Ranked], searches: Sequence[ExcerptSearch], *, likely: bool) -> Sieved:
        """Decide by sketches, and by texts for the few candidates that sketches leave in doubt or that have none.

        Of few submissions, sketches that are not cached are read with their records; of a batch, without them. Then
        all are evaluated, and the records that are needed still are read. If it is ``likely`` that a candidate with a
        cached sketch will be compared, cached sketches are evaluated before, too, so that a single round trip reads
        everything.
        """
        candidates = [one.ranking.numbers.tolist() for one in ranked]
        near = (search.to_look_at(set(mine)) for search, mine in zip(searches, candidates, strict=True))
        asked = set(chain(*candidates, *near))
        known = self._sketches.get_many(asked)
        unknown = asked - known.keys()

        def tell(sketches: Sketches) -> _Told:
            told = told_of_all(ranked, sketches)
            safepoint()
            taken = list(map(_taken, told))
            return _Told(told, taken, held_of_all(searches, taken, sketches), sketches)

        early = tell(known).wanted if likely else set()
        few = len(ranked) <= FEW
        fetched = await (self.fetch(unknown | early) if few else self._fetch_sketches(unknown))
        read = unknown | early if few else set()

        def tell_all() -> tuple[_Told, dict[int, bytes]]:
            sketches = fetched.sketches(unknown)
            return tell(known | sketches), sketches

        told, sketches = await self._near(ranked, tell_all)
        asyncio.get_running_loop().call_soon(self._sketches.keep, sketches.items())  # nobody waits for it
        wanted = self._few(told).wanted
        rest = wanted - read
        late = await self.fetch(rest)
        records = await self._near(ranked, lambda: _by_number(chain(fetched.read(wanted - rest), late.read(rest))))
        unread = [0] * len(ranked)
        if told.in_doubt:
            told, unread = await self._executor.run(self._told_by_shingles, ranked, searches, told, records)
            more = self._few(told).wanted - records.keys()
            records |= _by_number((fetched if few else await self.fetch(more & unknown)).read(more))
        kept = (compress(verdicts, verdicts.values()) for verdicts in told.verdicts)
        excerpted = (
            [number for number in numbers if number in records][: self._excerpt_limit]
            for numbers in self._few(told).held
        )
        numbers = [[*mine, *others] for mine, others in zip(kept, excerpted, strict=True)]
        return Sieved(numbers, records, unread, fetched.partial or late.partial)

    async def sketches_of(self, numbers: set[int]) -> dict[int, bytes]:
        """Return the sketches of those of these stories that have one."""
        known = self._sketches.get_many(numbers)
        read = (await self._fetch_sketches(numbers - known.keys())).sketches(numbers - known.keys())
        self._sketches.keep(read.items())
        return known | read

    async def fetch(self, numbers: Collection[int]) -> FetchedRecords:
        """Fetch the records of these stories."""
        if not numbers:
            return await self._index.fetch_numbers(numbers)
        with measured(self._telemetry, Step.FETCH, len(numbers)):
            return await self._index.fetch_numbers(numbers)

    async def _fetch_sketches(self, numbers: Collection[int]) -> FetchedRecords:
        if not numbers:
            return await self._index.fetch_sketches(numbers)
        with measured(self._telemetry, Step.FETCH, len(numbers)):
            return await self._index.fetch_sketches(numbers)

    async def _near(self, ranked: Sequence[Ranked], work: Callable[[], R]) -> R:
        """Run ``work`` in the event loop for few submissions, where a thread would take longer, else in a thread."""
        return work() if len(ranked) <= FEW else await self._executor.run(work)

    def _few(self, told: _Told) -> _Told:
        """Limit the stories for an excerpt to as many as may be added, and some spare."""
        return told._replace(held=[numbers[: SPARE * self._excerpt_limit] for numbers in told.held])

    def _told_by_shingles(
        self,
        ranked: Sequence[Ranked],
        searches: Sequence[ExcerptSearch],
        told: _Told,
        records: Mapping[int, Record],
    ) -> tuple[_Told, list[int]]:
        """Settle doubtful candidates by their shingles; articles deleted meanwhile count as sharing nothing.

        The texts of each submission's doubtful candidates are read best first, up to SIEVED_BYTES * compare_bytes.
        Returns the settled verdicts and, for each submission, how many were left unread.
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
            safepoint()
            asked = numbers[:most]
            ranks = {number: rank for rank, number in enumerate(one.ranking.numbers.tolist())}
            mine, theirs = one.submission.fingerprint.shingles, [shingles[number] for number in asked]
            enough = overlapping(mine, theirs, [ranks[number] for number in asked], one.look)
            settled.append(verdicts | dict(zip(asked, enough, strict=True)))
        # Candidates that turned out to share too little may still share an excerpt.
        sketches = {record.number: record.sketch for record in read if record.sketch is not None}
        known = {**told.sketches, **sketches}
        held = [
            mine if now == before else held_of_all([search], [_taken(now)], known)[0]
            for mine, search, before, now in zip(told.held, searches, told.verdicts, settled, strict=True)
        ]
        return _Told(settled, list(map(_taken, settled)), held, known), [
            len(numbers) - most for numbers, most in zip(doubtful, few, strict=True)
        ]


def _taken(told: Verdicts) -> set[int]:
    """Candidates not ruled out; none of them is added for an excerpt."""
    return {number for number, enough in told.items() if enough is not False}


def _by_number(records: Iterable[Record]) -> dict[int, Record]:
    return {record.number: record for record in records}
