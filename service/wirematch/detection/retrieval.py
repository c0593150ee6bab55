"""From a text to the stored articles that are worth a comparison: sign, look up, rank, sieve, fetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.cache import DetectorCaches, NumberCache
from wirematch.detection.excerpting import ExcerptFinder
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.policy import affordable, overlapping, overlapping_sketches, plausible
from wirematch.detection.submission import Retrieved, Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.fingerprint.imprinting import fingerprint_articles, shingles_of
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, shingle_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.fingerprint.sketch import sketch_of
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Lookup, Placement, Record, Records, StoryIndex, precedes
from wirematch.matching.event import MOST_NEIGHBOURS
from wirematch.models import Article, Filters

Verdicts = dict[int, bool | None]
"""Of candidates by number, best first, whether they are worth a comparison; None where that is not known yet."""
Numbers = NDArray[np.uint64]
FEW = 4
"""Submissions whose candidates are sieved at once, in some 30 µs each."""
SIEVED_BYTES = 2
"""Bytes of candidates that are sieved by their texts to one of those that are compared: some fail."""
NO_NUMBERS: Numbers = np.empty(0, np.uint64)


class _Ranked(NamedTuple):
    """A submission with what its buckets hold, and the candidates of it that the sieve is to see."""

    submission: Submission
    lookup: Lookup
    ranking: Ranking


class Retriever:
    """Retrieves the candidates of many submissions at once. Errors are those of StoryIndex, and OverloadedError."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        index: StoryIndex,
        namespace: Namespace,
        scheme: FingerprintScheme,
        executor: BoundedExecutor,
        telemetry: Telemetry,
        *,
        compare_limit: int,
        compare_bytes: int,
        excerpt_limit: int,
        caches: DetectorCaches,
    ) -> None:
        """At most ``compare_limit`` candidates a submission, of ``compare_bytes`` together or one.

        ``excerpt_limit`` more are those that may share an excerpt alone.
        """
        self._index = index
        self._scheme = scheme
        self._executor = executor
        self._telemetry = telemetry
        self._compare_limit = compare_limit
        self._compare_bytes = compare_bytes
        self._sketches = NumberCache(namespace, caches.sketches)
        self._excerpts = ExcerptFinder(index, scheme, executor, self._sketches_of, excerpt_limit)

    async def sign(self, articles: Sequence[Article]) -> list[Submission]:
        """The articles with their fingerprints."""
        with measured(self._telemetry, Step.SIGN, len(articles)):
            fingerprints = await self._executor.run(fingerprint_articles, articles, self._scheme)
        return list(map(Submission, articles, fingerprints))

    def remember(self, submissions: Iterable[Submission]) -> None:
        """Keep the sketches of submissions that were just stored."""
        made = ((one.number, one.fingerprint.sketch) for one in submissions)
        self._sketches.keep((number, sketch) for number, sketch in made if number is not None and sketch is not None)

    async def retrieve(self, submissions: Sequence[Submission]) -> list[Retrieved]:
        """The candidates of each submission, in a few round trips for all of them together.

        A submission that is stored itself retrieves only what was stored before it. Submissions of one call are all
        stored or all not.
        """
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            ranked = await self._rank(submissions)
        with measured(self._telemetry, Step.SIEVE, sum(len(one.ranking) for one in ranked)):
            kept, read, unread = await self._sieve(ranked)
        records = _by_number(read)
        with measured(self._telemetry, Step.EXCERPTS, len(submissions)):
            excerpted = await self._excerpts.find(submissions, [set(numbers) for numbers in kept])
        for numbers, found in zip(kept, excerpted, strict=True):
            numbers += [record.number for record in found]
            records |= _by_number(found)
        return [
            self._retrieved(
                one.submission,
                one.lookup,
                [
                    record
                    for number in numbers
                    if (record := records.get(number)) is not None and _was_before(record, one.submission.placement)
                ],
                len(one.ranking),
                partial=one.lookup.partial or read.partial,
                unread=left,
            )
            for one, numbers, left in zip(ranked, kept, unread, strict=True)
        ]

    def _retrieved(  # noqa: PLR0913 - all that was found out
        self,
        submission: Submission,
        lookup: Lookup,
        records: list[Record],
        looked_at: int,
        *,
        partial: bool,
        unread: int = 0,
    ) -> Retrieved:
        """With as many of the records, best first, as may be compared; ``unread`` candidates were not even sieved."""
        few = affordable([record.body for record in records], self._compare_bytes)
        return Retrieved(submission, lookup, records[:few], looked_at, partial, len(records) - few + unread)

    async def retrieve_filtered(self, submission: Submission, filters: Filters) -> Retrieved:
        """The candidates of one submission among articles that pass ``filters``; related ones only where wanted."""
        with measured(self._telemetry, Step.LOOK_UP, 1):
            lookup = await self._index.lookup(submission.fingerprint.signature)
            records = await self._index.fetch(lookup.ranking, self._compare_limit, filters)
        kept = records if filters.include_related else await self.overlapping(submission.fingerprint, records)
        with measured(self._telemetry, Step.EXCERPTS, 1):
            [excerpted] = await self._excerpts.find([submission], [{record.number for record in kept}], filters)
        partial = lookup.partial or records.partial
        return self._retrieved(submission, lookup, [*kept, *excerpted], len(records), partial=partial)

    async def neighbours(self, submissions: Sequence[Submission]) -> list[Record]:
        """The stored articles that resemble any of the submissions, likest first, taking turns; MOST_NEIGHBOURS."""
        signatures = [one.fingerprint.signature for one in submissions]
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            lookups = await self._index.lookup_many(signatures, [None] * len(signatures))
            rankings = [lookup.ranking.best(MOST_NEIGHBOURS).numbers.tolist() for lookup in lookups]
            turns = (number for turn in zip_longest(*rankings) for number in turn if number is not None)
            numbers = list(dict.fromkeys(turns))[:MOST_NEIGHBOURS]
            records = _by_number(await self._fetch(set(numbers)))
        found = [records[number] for number in numbers if number in records]
        return found[: affordable([record.body for record in found], self._compare_bytes)]

    async def overlapping(self, fingerprint: Fingerprint, records: Sequence[Record]) -> list[Record]:
        """The records that share enough shingles with ``fingerprint`` to be worth a comparison, in order."""
        with measured(self._telemetry, Step.SIEVE, len(records)):
            enough = await self._executor.run(_overlapping, fingerprint.shingles, records)
        return [record for record, keep in zip(records, enough, strict=True) if keep]

    async def _rank(self, submissions: Sequence[Submission]) -> list[_Ranked]:
        lookups = await self._look_up(submissions)
        later = _stored_later([one.placement for one in submissions if one.placement is not None])
        ranked = []
        for place, (submission, lookup) in enumerate(zip(submissions, lookups, strict=True)):
            ranking = lookup.ranking
            if later and len(later[place]):
                ranking = ranking.without(later[place])
            ranked.append(_Ranked(submission, lookup, plausible(ranking, lookup.documents, self._compare_limit)))
        return ranked

    async def _look_up(self, submissions: Sequence[Submission]) -> list[Lookup]:
        """Look-ups that came with the placements, and the others from the index."""
        lookups = [one.placement.lookup if one.placement is not None else None for one in submissions]
        asked = [one for one, lookup in zip(submissions, lookups, strict=True) if lookup is None]
        signatures = [one.fingerprint.signature for one in asked]
        last = max((one.stored_at for one in asked if one.stored_at is not None), default=None)
        before = [one.number for one in asked]
        rest = iter(await self._index.lookup_many(signatures, before, last) if asked else ())
        return [next(rest) if lookup is None else lookup for lookup in lookups]

    async def _sieve(self, ranked: Sequence[_Ranked]) -> tuple[list[list[int]], Records, list[int]]:
        """The numbers of each that are worth a comparison, their records, and how many of each nobody could look at.

        Sketches tell nearly all; the texts tell of the few that they leave in doubt, and of those without a sketch.
        """
        sketches = await self._sketches_of({number for one in ranked for number in one.ranking.numbers.tolist()})

        def work() -> list[Verdicts]:
            return [_told_by_sketches(one, sketches) for one in ranked]

        # Of few, going to a thread and back takes longer.
        told = work() if len(ranked) <= FEW else await self._executor.run(work)
        wanted = {number for verdicts in told for number, enough in verdicts.items() if enough is not False}
        records = await self._fetch(wanted)
        unread = [0] * len(ranked)
        if any(enough is None for verdicts in told for enough in verdicts.values()):
            told, unread = await self._executor.run(self._told_by_shingles, ranked, told, records)
        return [[number for number, enough in verdicts.items() if enough] for verdicts in told], records, unread

    async def _sketches_of(self, numbers: set[int]) -> dict[int, bytes]:
        known = {number: kept for number in numbers if (kept := self._sketches.get(number)) is not None}
        read = await self._index.sketches(sorted(numbers - known.keys())) if numbers - known.keys() else {}
        self._sketches.keep(read.items())
        return known | read

    def _told_by_shingles(
        self, ranked: Sequence[_Ranked], told: Sequence[Verdicts], records: Sequence[Record]
    ) -> tuple[list[Verdicts], list[int]]:
        """The same without doubt. An article that was deleted meanwhile shares nothing.

        Of the texts of each one's doubtful candidates, best first, so many bytes are read; how many are left unread.
        """
        bodies = {record.number: record.body for record in records}
        doubtful = [
            [number for number, enough in verdicts.items() if enough is None and number in bodies] for verdicts in told
        ]
        few = [
            affordable([bodies[number] for number in numbers], SIEVED_BYTES * self._compare_bytes)
            for numbers in doubtful
        ]
        wanted = {number for numbers, most in zip(doubtful, few, strict=True) for number in numbers[:most]}
        read = [record for record in records if record.number in wanted]
        shingles = dict(zip((record.number for record in read), shingle_records(read), strict=True))
        made = ((record.number, sketch_of(shingles[record.number])) for record in read if record.sketch is None)
        self._sketches.keep((number, sketch) for number, sketch in made if sketch is not None)
        settled = []
        for one, verdicts, numbers, most in zip(ranked, told, doubtful, few, strict=True):
            asked = numbers[:most]
            ranks = {number: rank for rank, number in enumerate(one.ranking.numbers.tolist())}
            mine, theirs = one.submission.fingerprint.shingles, [shingles[number] for number in asked]
            enough = overlapping(mine, theirs, [ranks[number] for number in asked])
            settled.append(verdicts | dict(zip(asked, enough, strict=True)))
        return settled, [len(numbers) - most for numbers, most in zip(doubtful, few, strict=True)]

    async def _fetch(self, numbers: set[int]) -> Records:
        ranking = Ranking(np.array(sorted(numbers), np.uint64), np.zeros(len(numbers)))
        if not numbers:
            return Records()
        with measured(self._telemetry, Step.FETCH, len(numbers)):
            return await self._index.fetch(ranking, len(numbers))


def shingle_records(records: Sequence[Record]) -> list[Shingles]:
    """Those of each record's text, be it there or hidden."""
    read = iter(shingle_many([one.body for one in records if one.imprint is None]))
    return [next(read) if one.imprint is None else shingles_of(one.imprint) for one in records]


def _by_number(records: Iterable[Record]) -> dict[int, Record]:
    return {record.number: record for record in records}


def _was_before(record: Record, placement: Placement | None) -> bool:
    return placement is None or precedes(record, placement)


def _overlapping(shingles: Shingles, records: Sequence[Record]) -> list[bool]:
    sketched = [record for record in records if record.sketch is not None]
    places = {record.number: place for place, record in enumerate(records)}
    told = overlapping_sketches(
        shingles,
        [record.sketch for record in sketched if record.sketch is not None],
        [places[record.number] for record in sketched],
    )
    certain = {record.number: enough for record, enough in zip(sketched, told, strict=True) if enough is not None}
    rest = [record for record in records if record.number not in certain]
    enough = overlapping(shingles, shingle_records(rest), [places[record.number] for record in rest])
    settled = certain | {record.number: keep for record, keep in zip(rest, enough, strict=True)}
    return [settled[record.number] for record in records]


def _told_by_sketches(ranked: _Ranked, sketches: dict[int, bytes]) -> Verdicts:
    numbers = ranked.ranking.numbers.tolist()
    places = [place for place, number in enumerate(numbers) if number in sketches]
    sketched = [numbers[place] for place in places]
    shingles = ranked.submission.fingerprint.shingles
    enough = overlapping_sketches(shingles, [sketches[number] for number in sketched], places)
    return dict.fromkeys(numbers) | dict(zip(sketched, enough, strict=True))


def _stored_later(placements: Sequence[Placement]) -> list[Numbers]:
    """Of each of a batch, the numbers of those stored later, which are no sources of it; empty for no placements.

    Within one shard the index sees to that; across shards, numbers do not tell what came first.
    """
    numbers = np.array([placement.number for placement in placements], np.uint64)
    if len(np.unique(numbers >> np.uint64(32))) < 2:
        return [NO_NUMBERS] * len(numbers)
    order = np.lexsort((numbers, np.array([placement.stored_at.timestamp() for placement in placements])))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return [numbers[order[place + 1 :]] for place in places.tolist()]
