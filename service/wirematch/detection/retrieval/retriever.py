"""Retrieve the stored articles that are worth a comparison with a text: sign, look up, rank, sieve, fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from wirematch.detection.cache import DetectorCaches
from wirematch.detection.number_cache import NumberCache
from wirematch.detection.policy import FEW, USUAL, Closeness, affordable, closeness_for, plausible, promising
from wirematch.detection.retrieval.excerpting import (
    NOTHING_FOUND,
    AnchorsAhead,
    ExcerptFinder,
    ExcerptSearch,
    holding_excerpts,
)
from wirematch.detection.retrieval.sieve import Sieve
from wirematch.detection.retrieval.sieve_verdicts import Ranked, overlapping_records
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.detection.submission import Retrieved, Submission
from wirematch.detection.telemetry import Step, Telemetry, measured
from wirematch.fingerprint.first_reading import read_first
from wirematch.fingerprint.imprinting import fingerprint_articles
from wirematch.fingerprint.minhash import Fingerprint, FingerprintScheme
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Lookup, Placement, Record, Records, StoryIndex, preceding
from wirematch.matching.neighbours.event import MOST_NEIGHBOURS
from wirematch.models import Article, Filters

Numbers = NDArray[np.uint64]
SIGNED_AT_ONCE = 6_000
"""Characters (a thousand words, 0.2 ms) up to which texts are signed in the event loop: a thread takes longer to reach,
and may be busy comparing."""
HELD_AT_ONCE = 1 << 20
"""Characters of a batch up to which prepared texts are held until they are compared, at seven bytes a character."""
NO_NUMBERS: Numbers = np.empty(0, np.uint64)


class Retriever:
    """Retrieves the candidates of many submissions at once. Raises the errors of StoryIndex, and OverloadedError."""

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
        """At most ``compare_limit`` candidates a submission, of ``compare_bytes`` together, but at least one.

        At most ``excerpt_limit`` more are added that may share an excerpt alone.
        """
        self._index = index
        self.scheme = scheme
        self._executor = executor
        self._telemetry = telemetry
        self._compare_limit = compare_limit
        self._compare_bytes = compare_bytes
        self._excerpt_limit = excerpt_limit
        self._sieve = Sieve(
            index,
            executor,
            telemetry,
            NumberCache(namespace, caches.sketches),
            compare_bytes=compare_bytes,
            excerpt_limit=excerpt_limit,
        )
        self._excerpts = ExcerptFinder(index, scheme, executor)

    async def sign(self, articles: Sequence[Article]) -> list[Submission]:
        """Compute the articles' fingerprints."""
        with measured(self._telemetry, Step.SIGN, len(articles)):
            if sum(len(article.body) for article in articles) <= SIGNED_AT_ONCE:
                fingerprints = fingerprint_articles(articles, self.scheme)
            else:
                fingerprints = await self._executor.run(fingerprint_articles, articles, self.scheme)
        return list(map(Submission, articles, fingerprints))

    async def read(self, articles: Sequence[Article], *, held: bool) -> list[Submission]:
        """Sign and prepare articles that are about to be stored, in a thread, as texts may take long to prepare.

        With ``held``, prepared texts are kept unless they are too long together (``HELD_AT_ONCE``).
        """
        with measured(self._telemetry, Step.SIGN, len(articles)):
            held = held and sum(len(article.body) for article in articles) <= HELD_AT_ONCE
            read = await self._executor.run(read_first, articles, self.scheme, prepared=held)
        return [
            Submission(article, one.fingerprint, skeleton=one.skeleton, text=one.text)
            for article, one in zip(articles, read, strict=True)
        ]

    def remember(self, stored: Iterable[tuple[Submission, bytes | None]]) -> None:
        """Cache the sketches of submissions that were just stored."""
        self._sieve.remember(stored)

    async def retrieve(
        self, submissions: Sequence[Submission], on_promising: Callable[[], None] | None = None
    ) -> list[Retrieved]:
        """Retrieve the candidates of each submission, in a few round trips for all together.

        A stored submission retrieves only what was stored before it. Submissions of one call are all stored or all
        not. ``on_promising`` is called as soon as a comparison is very likely.
        """
        anchors = self._excerpts.begin(submissions) if self._excerpt_limit else None
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            ranked = await self._rank(submissions)
        # A batch reads so much that another round trip does not count.
        likely = len(ranked) <= FEW and any(promising(one.ranking, one.lookup.documents) for one in ranked)
        if on_promising is not None and likely:
            on_promising()
        searches = await self._search(submissions, [one.lookup for one in ranked], anchors)
        with measured(self._telemetry, Step.SIEVE, sum(len(one.ranking) for one in ranked)):
            sieved = await self._sieve.sift(ranked, searches, likely=likely)
        found = sieved.records.get
        return [
            self._retrieved(
                one.submission,
                one.lookup,
                _before([record for number in numbers if (record := found(number))], one.submission.placement),
                len(one.ranking),
                partial=one.lookup.partial or sieved.partial,
                unread=unread,
            )
            for one, numbers, unread in zip(ranked, sieved.numbers, sieved.unread, strict=True)
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
        """Keep as many records, best first, as may be compared; ``unread`` candidates were not even sieved."""
        few = affordable([record.size for record in records], self._compare_bytes)
        return Retrieved(submission, lookup, records[:few], looked_at, partial, len(records) - few + unread)

    async def retrieve_filtered(self, submission: Submission, filters: Filters) -> Retrieved:
        """Retrieve the candidates of one submission that pass ``filters``; related ones only if these ask for them."""
        with measured(self._telemetry, Step.LOOK_UP, 1):
            lookup = await self._index.lookup(submission.fingerprint.signature)
            records = await self._index.fetch(lookup.ranking, self._compare_limit, filters)
        closeness = closeness_for(lookup.ranking, lookup.documents, len(submission.fingerprint.shingles))
        kept = (
            records if filters.include_related else await self.overlapping(submission.fingerprint, records, closeness)
        )
        [search] = await self._search([submission], [lookup])
        with measured(self._telemetry, Step.EXCERPTS, 1):
            taken = {record.number for record in kept}
            sketches = await self._sieve.sketches_of(set(search.to_look_at(taken)))
            [held] = holding_excerpts([search], [taken], sketches)
            excerpted = await self._index.fetch(_in_order(held), self._excerpt_limit, filters) if held else Records()
        partial = lookup.partial or records.partial
        return self._retrieved(submission, lookup, [*kept, *excerpted], len(records), partial=partial)

    async def neighbours(self, submissions: Sequence[Submission]) -> list[Record]:
        """Return at most MOST_NEIGHBOURS stored articles that resemble a submission, most similar first, in turns."""
        signatures = [one.fingerprint.signature for one in submissions]
        with measured(self._telemetry, Step.LOOK_UP, len(submissions)):
            lookups = await self._index.lookup_many(signatures, [None] * len(signatures))
            rankings = [lookup.ranking.best(MOST_NEIGHBOURS).numbers.tolist() for lookup in lookups]
            turns = (number for turn in zip_longest(*rankings) for number in turn if number is not None)
            numbers = list(dict.fromkeys(turns))[:MOST_NEIGHBOURS]
            found = (await self._sieve.fetch(numbers)).read(numbers)
        return found[: affordable([record.size for record in found], self._compare_bytes)]

    async def overlapping(
        self, fingerprint: Fingerprint, records: Sequence[Record], closeness: Closeness = USUAL
    ) -> list[Record]:
        """Return the records that share enough shingles with ``fingerprint`` to be worth a comparison, in order."""
        with measured(self._telemetry, Step.SIEVE, len(records)):
            enough = await self._executor.run(overlapping_records, fingerprint.shingles, records, closeness)
        return [record for record, keep in zip(records, enough, strict=True) if keep]

    async def _rank(self, submissions: Sequence[Submission]) -> list[Ranked]:
        lookups = await self._look_up(submissions)
        later = _stored_later([one.placement for one in submissions if one.placement is not None])
        ranked = []
        for place, (submission, lookup) in enumerate(zip(submissions, lookups, strict=True)):
            ranking = lookup.ranking
            if later and len(later[place]):
                ranking = ranking.without(later[place])
            closeness = closeness_for(ranking, lookup.documents, len(submission.fingerprint.shingles))
            best = plausible(ranking, lookup.documents, self._compare_limit, closeness)
            ranked.append(Ranked(submission, lookup, best, closeness))
        return ranked

    async def _look_up(self, submissions: Sequence[Submission]) -> list[Lookup]:
        signatures = [one.fingerprint.signature for one in submissions]
        last = max((one.stored_at for one in submissions if one.stored_at is not None), default=None)
        return await self._index.lookup_many(signatures, [one.number for one in submissions], last)

    async def _search(
        self, submissions: Sequence[Submission], lookups: Sequence[Lookup], anchors: AnchorsAhead | None = None
    ) -> list[ExcerptSearch]:
        if not self._excerpt_limit:
            return [NOTHING_FOUND] * len(submissions)
        with measured(self._telemetry, Step.EXCERPTS, len(submissions)):
            return await self._excerpts.search(submissions, lookups, anchors)


def _in_order(numbers: Sequence[int]) -> Ranking:
    return Ranking(np.array(numbers, np.uint64), np.zeros(len(numbers)))


def _before(records: list[Record], placement: Placement | None) -> list[Record]:
    return records if placement is None else preceding(records, placement)


def _stored_later(placements: Sequence[Placement]) -> list[Numbers]:
    """For each of a batch, the numbers of those stored later, which cannot be its sources; empty for no placements.

    Within one shard the index leaves these out; across shards, numbers do not tell what came first.
    """
    numbers = np.array([placement.number for placement in placements], np.uint64)
    if len(np.unique(numbers >> np.uint64(32))) < 2:
        return [NO_NUMBERS] * len(numbers)
    order = np.lexsort((numbers, np.array([placement.stored_at.timestamp() for placement in placements])))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return [numbers[order[place + 1 :]] for place in places.tolist()]
