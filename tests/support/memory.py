"""The index and the clusters in dictionaries, for unit tests of the layers above."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from wirematch.errors import ArticleExistsError, ArticleNotFoundError, IndexUnavailableError, WirematchError
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Postings, Ranking, rank
from wirematch.fingerprint.stored_aids import NO_AIDS, StoredAids
from wirematch.index.buckets import NO_HASHES, Buckets, bucket_hashes
from wirematch.index.draft import Draft
from wirematch.index.protocol import BucketContents, Lookup, Placement, PutOutcome, Record, Records
from wirematch.models import NO_FILTERS, Article, Filters, StoredArticle
from wirematch.state.clusters import Cluster, ClusterUpdate, Membership
from wirematch.state.pending_articles import Claim

START = datetime(2026, 3, 3, 10, tzinfo=UTC)
CAP = 128
NO_BUCKETS = Buckets(NO_HASHES, 0)
"""Of every draft: this index looks signatures up instead."""


@dataclass(frozen=True, slots=True)
class MemoryDraft(Draft):
    """A draft whose aids are kept beside it, as it has no record."""

    aids: StoredAids = NO_AIDS


class MemoryIndex:
    """A StoryIndex; each article is stored a minute after the one before it."""

    shards = 1

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        self.signatures: dict[int, Signature | None] = {}
        self.numbers: dict[str, int] = {}
        self.fetched: list[int] = []
        """Numbers of all records fetched."""
        self.partial = False
        self.sketched: dict[int, bytes] = {}

    async def create_many(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> list[Placement | WirematchError]:
        return await self.create_drafted(self.drafts(items, aids))

    def drafts(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> list[MemoryDraft]:
        return [
            MemoryDraft(article, NO_BUCKETS, b"", signature, aids=kept)
            for (article, signature), kept in zip(items, aids or [NO_AIDS] * len(items), strict=True)
        ]

    async def create_drafted(self, drafts: Sequence[MemoryDraft]) -> list[Placement | WirematchError]:
        placed: list[Placement | WirematchError] = []
        for draft in drafts:
            article, signature, kept = draft.article, draft.signature, draft.aids
            assert article.id is not None
            if article.id in self.numbers:
                placed.append(ArticleExistsError(article.id))
                continue
            placement = self._put(article, signature, 1, PutOutcome.CREATED, kept)
            self._keep_sketch(placement, kept.sketch)
            placed.append(placement)
        return placed

    async def replace(
        self,
        article: Article,
        signature: Signature | None,
        expected: int | None = None,
        aids: StoredAids = NO_AIDS,
    ) -> Placement | None:
        assert article.id is not None
        number = self.numbers.get(article.id)
        if expected is not None and number != expected:
            return None
        if number is None:
            return self._put(article, signature, 1, PutOutcome.CREATED, aids)
        stored = self.records.pop(number).article
        return self._put(article, signature, stored.version + 1, PutOutcome.REPLACED, aids)

    def _put(
        self, article: Article, signature: Signature | None, version: int, outcome: PutOutcome, aids: StoredAids
    ) -> Placement:
        number = len(self.signatures)
        stored_at = START + timedelta(minutes=number)
        stored = StoredArticle(**article.model_dump(), version=version, stored_at=stored_at)
        self.records[number] = Record(number, article.body, lambda: stored, skeleton=aids.skeleton)
        self.signatures[number] = signature
        self.numbers[stored.id] = number
        return Placement(outcome, number, version, stored_at)

    def _keep_sketch(self, placement: Placement, sketch: bytes | None) -> None:
        if sketch is not None:
            self.sketched[placement.number] = sketch

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        there = self.numbers.get(article_id)
        if there is None or (number is not None and number != there):
            return False
        del self.records[self.numbers.pop(article_id)]
        return True

    async def get(self, article_id: str) -> Record:
        if article_id not in self.numbers:
            raise ArticleNotFoundError(article_id)
        return self.records[self.numbers[article_id]]

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        return Records(self.records[self.numbers[one]] for one in article_ids if one in self.numbers)

    async def lookup(self, signature: Signature | None, before: int | None = None) -> Lookup:
        return self._look_up(signature, before)

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        return [self._look_up(signature, number) for signature, number in zip(signatures, before, strict=True)]

    def _look_up(self, signature: Signature | None, before: int | None) -> Lookup:
        mine = bucket_hashes(signature)
        rows = [(number, bucket_hashes(self.signatures[number])) for number in self.records]
        held = [
            np.array([number for number, hashes in rows if len(hashes) and hashes[band] == bucket], np.uint64)
            for band, bucket in enumerate(mine)
        ]
        found, documents = Postings.of(held), len(self.records)
        return Lookup(rank(found, documents, CAP, before), documents, self.partial, found)

    async def read_buckets(self, minima: np.ndarray, bands: np.ndarray) -> BucketContents:
        signed = [(number, self.signatures[number]) for number in self.records]
        held = [
            np.array([number for number, mine in signed if mine is not None and mine[band] == value], np.uint64)
            for value, band in zip(minima.tolist(), bands.tolist(), strict=True)
        ]
        return BucketContents(Postings.of(held), len(self.records), self.partial)

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        numbers = ranking.numbers.tolist()
        self.fetched += numbers
        records = Records(
            record
            for number in numbers
            if (record := self.records.get(number))
            and (not filters.sources or record.article.source in filters.sources)
        )
        return Records(records[:limit])

    async def fetch_sketches(self, numbers: Collection[int]) -> FetchedFromMemory:
        return FetchedSketches(self)

    async def fetch_numbers(self, numbers: Collection[int]) -> FetchedFromMemory:
        self.fetched += numbers
        return FetchedFromMemory(self)


class FetchedFromMemory:
    """Records fetched from a MemoryIndex."""

    partial = False

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    def sketches(self, numbers: Iterable[int]) -> dict[int, bytes]:
        return {number: self._index.sketched[number] for number in numbers if number in self._index.sketched}

    def read(self, numbers: Iterable[int]) -> list[Record]:
        return [self._index.records[number] for number in numbers if number in self._index.records]


class FetchedSketches(FetchedFromMemory):
    """Sketches fetched from a MemoryIndex without their records."""

    def read(self, numbers: Iterable[int]) -> list[Record]:
        return []


class MemoryPending:
    """Records which articles are pending."""

    def __init__(self, clusters: MemoryClusters) -> None:
        self._clusters = clusters
        self.noted: dict[str, int] = {}

    async def add(self, article_ids: Sequence[str], delay_ms: int = 0, *, keep_earlier: bool = False) -> Claim:
        self._clusters.answer()
        due = len(self.noted) + 1
        self.noted |= {one: due for one in article_ids if not (keep_earlier and one in self.noted)}
        return Claim(article_ids, due)

    async def complete(self, claim: Claim, article_ids: Sequence[str]) -> None:
        self._clusters.answer()
        for one in article_ids:
            if self.noted.get(one) == claim.due:
                del self.noted[one]


class MemoryClusters:
    """Article clusters that only record calls; ``away`` makes every call fail."""

    def __init__(self) -> None:
        self.updates: list[ClusterUpdate] = []
        self.left: list[str] = []
        self.originals: dict[str, str] = {}
        self.clusters: dict[str, Cluster] = {}
        self.away = False
        self.pending = MemoryPending(self)

    def answer(self) -> None:
        if self.away:
            raise IndexUnavailableError("the clusters are away")

    async def settle(
        self, updates: Sequence[ClusterUpdate], settled: Mapping[str, int] | None = None
    ) -> list[str | None]:
        self.answer()
        self.updates += updates
        return [self.originals.get(update.id) for update in updates]

    async def cluster_of(self, article_id: str, stored_at: datetime | None, offset: int, limit: int) -> Cluster | None:
        self.answer()
        found = self.clusters.get(article_id)
        return found and replace(found, members=found.members[offset : offset + limit])

    async def leave(self, article_ids: Sequence[str]) -> None:
        self.answer()
        self.left += article_ids
        for name, cluster in list(self.clusters.items()):
            members = [member for member in cluster.members if member.id not in article_ids]
            self.clusters[name] = Cluster(cluster.original, len(members), members)


def cluster(*names: str) -> Cluster:
    """Return a cluster of these articles, with the first as its original."""
    return Cluster(names[0], len(names), [Membership(name) for name in names])
