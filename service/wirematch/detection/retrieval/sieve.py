"""The sieve: reduce candidates to those worth a comparison and fetch their records, in few round trips for a batch.

Sketches decide nearly all candidates. Of a single submission, unknown ones are fetched with their records, which saves
a round trip; of a candidate that turns out to fail, only the sketch is decoded. Of a batch, they are fetched alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain, compress
from typing import NamedTuple, TypeVar

from wirematch.detection.number_cache import NumberCache
from wirematch.detection.policy import FEW
from wirematch.detection.retrieval.excerpting import ExcerptSearch
from wirematch.detection.retrieval.sieve_verdicts import Findings, Ranked, find_by_sketches, settle
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.index.protocol import FetchedRecords, Record, StoryIndex

SIEVED_BYTES = 2
"""Texts that may be read to settle doubtful candidates, in multiples of ``compare_bytes``: some of them fail."""
SPARE = 2
"""Stories read for each one that may be added for an excerpt: some may have expired."""
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
        early = find_by_sketches(ranked, searches, known).wanted if likely else set()
        few = len(ranked) <= FEW
        fetched = await (self.fetch(unknown | early) if few else self._fetch_sketches(unknown))
        read = unknown | early if few else set()

        def find_by_all_sketches() -> tuple[Findings, dict[int, bytes]]:
            sketches = fetched.sketches(unknown)
            return find_by_sketches(ranked, searches, known | sketches), sketches

        findings, sketches = await self._near(ranked, find_by_all_sketches)
        asyncio.get_running_loop().call_soon(self._sketches.keep, sketches.items())  # nobody waits for it
        wanted = self._limited(findings).wanted
        rest = wanted - read
        late = await self.fetch(rest)
        records = await self._near(ranked, lambda: _by_number(chain(fetched.read(wanted - rest), late.read(rest))))
        unread = [0] * len(ranked)
        if findings.in_doubt:
            findings, unread = await self._executor.run(self._settle, ranked, searches, findings, records)
            more = self._limited(findings).wanted - records.keys()
            records |= _by_number((fetched if few else await self.fetch(more & unknown)).read(more))
        passed = (compress(verdicts, verdicts.values()) for verdicts in findings.verdicts)
        excerpted = (
            [number for number in numbers if number in records][: self._excerpt_limit]
            for numbers in self._limited(findings).excerpted
        )
        numbers = [[*mine, *others] for mine, others in zip(passed, excerpted, strict=True)]
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

    def _limited(self, findings: Findings) -> Findings:
        """Limit the stories for an excerpt to as many as may be added, and some spare."""
        most = SPARE * self._excerpt_limit
        return findings._replace(excerpted=[numbers[:most] for numbers in findings.excerpted])

    def _settle(
        self,
        ranked: Sequence[Ranked],
        searches: Sequence[ExcerptSearch],
        findings: Findings,
        records: Mapping[int, Record],
    ) -> tuple[Findings, list[int]]:
        """Settle doubtful candidates; returns what is found then, and how many each submission has left unread."""
        settled = settle(ranked, searches, findings, records, SIEVED_BYTES * self._compare_bytes)
        self._sketches.keep(settled.new_sketches)
        return settled.findings, settled.unread


def _by_number(records: Iterable[Record]) -> dict[int, Record]:
    return {record.number: record for record in records}
