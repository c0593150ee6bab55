"""From a text to the stored articles that are worth a comparison: sign, look up, rank, sieve, fetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.cache import NumberCache
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.policy import overlapping, plausible
from wirematch.detection.submission import Retrieved, Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.fingerprint.anchors import Anchors, anchors_of
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme, fingerprint_many, shingle_many
from wirematch.fingerprint.ranking import Postings, Ranking
from wirematch.fingerprint.shingles import Shingles
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Lookup, Placement, Record, Records, StoryIndex, precedes
from wirematch.matching.event import MOST_NEIGHBOURS
from wirematch.models import NO_FILTERS, Article, Filters
from wirematch.text.markup import plain_text

Numbers = NDArray[np.uint64]
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
        excerpt_limit: int = 0,
        cache: int,
    ) -> None:
        """At most ``compare_limit`` candidates a submission, and ``excerpt_limit`` that may share an excerpt alone.

        The shingles of ``cache`` articles are kept in memory.
        """
        self._index = index
        self._scheme = scheme
        self._executor = executor
        self._telemetry = telemetry
        self._compare_limit = compare_limit
        self._excerpt_limit = excerpt_limit
        self._shingles: NumberCache[Shingles] = NumberCache(namespace, cache)

    async def sign(self, articles: Sequence[Article]) -> list[Submission]:
        """The articles with their fingerprints."""
        with measured(self._telemetry, Step.SIGN, len(articles)):
            texts = list(map(plain_text, articles))
            fingerprints = await self._executor.run(fingerprint_many, texts, self._scheme)
        return list(map(Submission, articles, fingerprints))

    def remember(self, submissions: Iterable[Submission]) -> None:
        """Keep the shingles of submissions that were just stored."""
        self._shingles.keep((one.number, one.fingerprint.shingles) for one in submissions if one.number is not None)

    async def retrieve(self, submissions: Sequence[Submission]) -> list[Retrieved]:
        """The candidates of each submission, in a few round trips for all of them together.

        A submission that is stored itself retrieves only what was stored before it. Submissions of one call are all
        stored or all not.
        """
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            ranked = await self._rank(submissions)
        with measured(self._telemetry, Step.SIEVE, sum(len(one.ranking) for one in ranked)):
            kept, records, partial = await self._sieve(ranked)
            rest = await self._fetch({number for numbers in kept for number in numbers} - records.keys())
        records |= _by_number(rest)
        excerpted = await self._excerpted(submissions, [set(numbers) for numbers in kept])
        for numbers, found in zip(kept, excerpted, strict=True):
            numbers += [record.number for record in found]
            records |= _by_number(found)
        return [
            Retrieved(
                one.submission,
                one.lookup,
                [
                    record
                    for number in numbers
                    if (record := records.get(number)) is not None and _was_before(record, one.submission.placement)
                ],
                len(one.ranking),
                one.lookup.partial or partial or rest.partial,
            )
            for one, numbers in zip(ranked, kept, strict=True)
        ]

    async def retrieve_filtered(self, submission: Submission, filters: Filters) -> Retrieved:
        """The candidates of one submission among articles that pass ``filters``; related ones only where wanted."""
        with measured(self._telemetry, Step.LOOK_UP, 1):
            lookup = await self._index.lookup(submission.fingerprint.signature)
            records = await self._index.fetch(lookup.ranking, self._compare_limit, filters)
        kept = records if filters.include_related else await self.overlapping(submission.fingerprint, records)
        [excerpted] = await self._excerpted([submission], [{record.number for record in kept}], filters)
        return Retrieved(submission, lookup, [*kept, *excerpted], len(records), lookup.partial or records.partial)

    async def neighbours(self, submissions: Sequence[Submission]) -> list[Record]:
        """The stored articles that resemble any of the submissions, likest first, taking turns; MOST_NEIGHBOURS."""
        signatures = [one.fingerprint.signature for one in submissions]
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            lookups = await self._index.lookup_many(signatures, [None] * len(signatures))
            rankings = [lookup.ranking.best(MOST_NEIGHBOURS).numbers.tolist() for lookup in lookups]
            turns = (number for turn in zip_longest(*rankings) for number in turn if number is not None)
            numbers = list(dict.fromkeys(turns))[:MOST_NEIGHBOURS]
            records = _by_number(await self._fetch(set(numbers)))
        return [records[number] for number in numbers if number in records]

    async def overlapping(self, fingerprint: Fingerprint, records: Sequence[Record]) -> list[Record]:
        """The records that share enough shingles with ``fingerprint`` to be worth a comparison, in order."""
        with measured(self._telemetry, Step.SIEVE, len(records)):
            shingles = await self._executor.run(self._shingles_of, records)
            enough = overlapping(fingerprint.shingles, [shingles[record.number] for record in records])
        return [record for record, keep in zip(records, enough, strict=True) if keep]

    async def _excerpted(
        self, submissions: Sequence[Submission], taken: Sequence[set[int]], filters: Filters = NO_FILTERS
    ) -> list[list[Record]]:
        """Further stories of each of which it may hold some sentences, whatever else the two are; not those taken."""
        if not self._excerpt_limit:
            return [[] for _ in submissions]
        with measured(self._telemetry, Step.EXCERPTS, len(submissions)):
            texts = [plain_text(one.article) for one in submissions]
            anchors = await self._executor.run(lambda: [anchors_of(text, self._scheme) for text in texts])
            minima, bands = (np.concatenate(part) for part in zip(*((a.minima, a.bands) for a in anchors), strict=True))
            contents = await self._index.read_buckets(minima, bands)
            edges = np.cumsum([0, *map(len, anchors)])
            owners = np.searchsorted(edges, contents.postings.bands, side="right") - 1
            likely = []
            for place, (one, mine) in enumerate(zip(submissions, anchors, strict=True)):
                own = owners == place
                postings = Postings(contents.postings.numbers[own], contents.postings.bands[own] - edges[place])
                ranking = mine.rank(postings, contents.documents, one.number)
                likely.append(ranking.without(np.array(sorted(taken[place]), np.uint64)).best(mine.most_looked_at))
            numbers = await self._executor.run(self._holding, anchors, likely, await self._shingles_by(likely))
            return [await self._index.fetch(best, self._excerpt_limit, filters) for best in numbers]

    async def _shingles_by(self, rankings: Sequence[Ranking]) -> dict[int, Shingles]:
        """Of all articles in the rankings, by number."""
        wanted = {number for ranking in rankings for number in ranking.numbers.tolist()}
        known = {number: kept for number in wanted if (kept := self._shingles.get(number)) is not None}
        records = await self._fetch(wanted - known.keys())
        return known | await self._executor.run(self._shingles_of, records)

    def _holding(
        self, anchors: Sequence[Anchors], rankings: Sequence[Ranking], shingles: dict[int, Shingles]
    ) -> list[Ranking]:
        """Those of each that may hold an excerpt."""
        return [
            ranking.without(
                np.array([n for n in ranking.numbers.tolist() if not mine.may_hold(shingles.get(n))], np.uint64)
            )
            for mine, ranking in zip(anchors, rankings, strict=True)
        ]

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

    async def _sieve(self, ranked: Sequence[_Ranked]) -> tuple[list[list[int]], dict[int, Record], bool]:
        """The numbers of each that are worth a comparison, records read to tell, and whether some could not be read."""
        wanted = {number for one in ranked for number in one.ranking.numbers.tolist()}
        known = {number: kept for number in wanted if (kept := self._shingles.get(number)) is not None}
        records = await self._fetch(wanted - known.keys())

        def work() -> list[list[int]]:
            shingles = known | self._shingles_of(records)
            return [_overlapping(one, shingles) for one in ranked]

        return await self._executor.run(work), _by_number(records), records.partial

    def _shingles_of(self, records: Sequence[Record]) -> dict[int, Shingles]:
        """By number; from the cache, or computed and kept in it."""
        kept = {record.number: self._shingles.get(record.number) for record in records}
        new = [record for record in records if kept[record.number] is None]
        computed = shingle_many([record.body for record in new])
        fresh = {record.number: shingles for record, shingles in zip(new, computed, strict=True)}
        self._shingles.keep(fresh.items())
        return {number: hashes for number, hashes in kept.items() if hashes is not None} | fresh

    async def _fetch(self, numbers: set[int]) -> Records:
        ranking = Ranking(np.array(sorted(numbers), np.uint64), np.zeros(len(numbers)))
        return await self._index.fetch(ranking, len(numbers)) if numbers else Records()


def _by_number(records: Iterable[Record]) -> dict[int, Record]:
    return {record.number: record for record in records}


def _was_before(record: Record, placement: Placement | None) -> bool:
    return placement is None or precedes(record, placement)


def _overlapping(ranked: _Ranked, shingles: dict[int, Shingles]) -> list[int]:
    """The numbers that are worth a comparison. An article that was deleted meanwhile has no shingles."""
    numbers = [number for number in ranked.ranking.numbers.tolist() if number in shingles]
    enough = overlapping(ranked.submission.fingerprint.shingles, [shingles[number] for number in numbers])
    return [number for number, keep in zip(numbers, enough, strict=True) if keep]


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
