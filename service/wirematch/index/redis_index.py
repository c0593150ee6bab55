"""The index on Redis or Valkey: queries all shards concurrently and merges the answers (``docs/keys-and-bytes.md``)."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from wirematch.concurrency import together
from wirematch.errors import (
    ArticleExistsError,
    ArticleNotFoundError,
    DamagedRecordError,
    IndexUnavailableError,
    UnaddressableIdError,
    WirematchError,
)
from wirematch.fingerprint.minhash import FingerprintScheme, Signature
from wirematch.fingerprint.ranking import Ranking
from wirematch.fingerprint.stored_aids import NO_AIDS, StoredAids
from wirematch.index.addressing import shard_of
from wirematch.index.bucket_reader import BucketReader
from wirematch.index.buckets import buckets_of
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import gather_available, is_gone, is_held, translated_errors
from wirematch.index.draft import Draft, storable_parts
from wirematch.index.keys import Namespace
from wirematch.index.listing import read_page
from wirematch.index.live_shards import LiveShards, always
from wirematch.index.protocol import (
    BucketContents,
    FetchedRecords,
    Lookup,
    Placement,
    PutOutcome,
    Record,
    Records,
    Signer,
    SweptArticle,
)
from wirematch.index.record_reader import RecordReader
from wirematch.index.records.codec import encode_article, milliseconds
from wirematch.index.records.damage import DamageReport
from wirematch.index.retention import Retention
from wirematch.index.shard import Conflict, Shard
from wirematch.index.write_order import write_waves
from wirematch.models import DOT_SEGMENTS, NO_FILTERS, Article, Filters

KEEP_FOREVER = Retention()


class RedisIndex:
    """A StoryIndex on Redis >= 7.2 or Valkey >= 8, one server or a Redis Cluster."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        store: Store,
        namespace: Namespace,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
        *,
        shards: int | None = 1,
        retention: Retention = KEEP_FOREVER,
        check_owner: Callable[[], Awaitable[None]] = always,
    ) -> None:
        """``check_owner`` is as in ``LiveShards``."""
        self.store = store
        self.namespace = namespace
        self._scheme = scheme
        self._retention = retention
        self._shards = LiveShards(store, namespace, scheme, bucket_cap, signer, shards, check_owner)
        self.damage = DamageReport()
        """Records that could not be read."""
        self._reader = RecordReader(self._shards.shard, self.damage)
        self._buckets = BucketReader(self._shards, bucket_cap)

    @property
    def shards(self) -> int:
        """Number of shards of the live generation; known once the index is open."""
        return self._shards.count

    async def open(self) -> None:
        """See StoryIndex."""
        await self._shards.open()

    async def close(self) -> None:
        """See StoryIndex."""
        await self.store.close()

    # Writing

    async def create(self, article: Article, signature: Signature | None, aids: StoredAids = NO_AIDS) -> Placement:
        """See StoryIndex."""
        placement = await self._put("create", self._draft(article, signature, aids))
        if isinstance(placement, Conflict):
            raise ArticleExistsError(_id(article))
        return placement

    async def replace(
        self,
        article: Article,
        signature: Signature | None,
        expected: int | None = None,
        aids: StoredAids = NO_AIDS,
    ) -> Placement | None:
        """See StoryIndex."""
        draft = self._draft(article, signature, aids)
        placement = await self._put("replace", draft, expected)
        if isinstance(placement, Placement) and placement.outcome is PutOutcome.UNCHANGED:
            placement = await self._repaired(draft, placement)
        return None if isinstance(placement, Conflict) else placement

    async def _repaired(self, draft: Draft, placement: Placement) -> Placement | Conflict:
        """Write unchanged content again if its stored record is damaged: the digest alone may have survived."""
        article_id = draft.id
        try:
            with contextlib.suppress(ArticleNotFoundError):
                await self.get(article_id)
        except DamagedRecordError:
            await self.delete(article_id, placement.number)
            return await self._put("replace", draft)
        return placement

    async def _put(self, mode: str, draft: Draft, expected: int | None = None) -> Placement | Conflict:
        if draft.id in DOT_SEGMENTS:
            raise UnaddressableIdError(draft.id)
        with translated_errors():
            [stored] = await self._shards.on_shard_of(draft.id, lambda shard: shard.put(mode, [draft], expected))
        return stored

    async def create_many(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> list[Placement | WirematchError]:
        """See StoryIndex."""
        return await self.create_drafted(self.drafts(items, aids))

    def drafts(
        self,
        items: Sequence[tuple[Article, Signature | None]],
        aids: Sequence[StoredAids] | None = None,
    ) -> list[Draft]:
        """See StoryIndex."""
        return [
            self._draft(article, signature, kept)
            for (article, signature), kept in zip(items, aids or [NO_AIDS] * len(items), strict=True)
        ]

    async def create_drafted(self, drafts: Sequence[Draft]) -> list[Placement | WirematchError]:
        """See StoryIndex."""
        results: list[Placement | WirematchError | None] = [None] * len(drafts)
        positions: list[int] = []
        seen_ids: set[str] = set()
        for position, draft in enumerate(drafts):
            article_id = draft.id
            if article_id in DOT_SEGMENTS:
                results[position] = UnaddressableIdError(article_id)
            elif article_id in seen_ids:
                results[position] = ArticleExistsError(article_id)
            else:
                seen_ids.add(article_id)
                positions.append(position)
        # All of one generation: a rebuild may replace it meanwhile, and then these refuse what belongs elsewhere.
        shards = [self._shards.shard(home) for home in range(self._shards.count)]
        homes = [shard_of(drafts[position].id, len(shards)) for position in positions]

        async def store(home: int, positions: list[int], after: int) -> None:
            mine = [drafts[position] for position in positions]
            for part in storable_parts(mine):
                answers = await self._create_batch(shards[home], mine[part], after)
                for position, answer in zip(positions[part], answers, strict=True):
                    results[position] = answer

        latest = 0
        for wave in write_waves([drafts[position].signature for position in positions], homes, self._scheme):
            by_home: dict[int, list[int]] = defaultdict(list)
            for place in wave:
                by_home[homes[place]].append(positions[place])
            await together(*(store(home, at_home, latest) for home, at_home in by_home.items()))
            stored = [result.stored_at for result in results if isinstance(result, Placement)]
            latest = milliseconds(max(stored)) if stored else 0
        return [result for result in results if result is not None]

    async def _create_batch(
        self, shard: Shard, drafts: Sequence[Draft], after: int
    ) -> list[Placement | WirematchError]:
        """Store articles in one shard, with times of storing later than ``after`` (ms since 1970)."""
        try:
            with translated_errors():
                if after:
                    await shard.advance_clock(after)
                answers = await shard.put("create", drafts)
        except IndexUnavailableError as error:
            if is_gone(error.__cause__) or is_held(error.__cause__):
                # During a rebuild the articles may belong to different shards, so store each by itself.
                return [await self._create_or_error(draft) for draft in drafts]
            return [error] * len(drafts)
        except WirematchError as error:
            return [error] * len(drafts)
        return [
            ArticleExistsError(draft.id) if isinstance(answer, Conflict) else answer
            for draft, answer in zip(drafts, answers, strict=True)
        ]

    async def _create_or_error(self, draft: Draft) -> Placement | WirematchError:
        try:
            placement = await self._put("create", draft)
        except WirematchError as error:
            return error
        return ArticleExistsError(draft.id) if isinstance(placement, Conflict) else placement

    def _draft(self, article: Article, signature: Signature | None, aids: StoredAids) -> Draft:
        expires = 0 if article.expires_at is None else max(1, milliseconds(article.expires_at))
        retention = self._retention.milliseconds(article.source)
        buckets = buckets_of(signature, self._scheme)
        record = encode_article(article, aids)
        return Draft(article, buckets, record, signature, retention=retention, expires=expires)

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """See StoryIndex."""
        with translated_errors():
            return await self._shards.on_shard_of(article_id, lambda shard: shard.remove(article_id, number))

    async def sweep(self, most: int) -> list[SweptArticle]:
        """See StoryIndex."""
        with translated_errors():
            swept = await self._shards.on_all(lambda shard: shard.sweep(most))
        return [one for of_shard in swept for one in of_shard or ()]

    # Reading

    async def get(self, article_id: str) -> Record:
        """See StoryIndex."""
        with translated_errors():
            [record] = await self._shards.on_shard_of(article_id, lambda shard: shard.records.get([article_id]))
        if record is None:
            raise ArticleNotFoundError(article_id)
        return record

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        """See StoryIndex."""

        async def read() -> Records:
            by_home: dict[int, list[str]] = defaultdict(list)
            for article_id in dict.fromkeys(article_ids):
                by_home[shard_of(article_id, self._shards.count)].append(article_id)
            answers = await gather_available(
                by_home, lambda home: self._shards.shard(home).records.get_readable(by_home[home], self.damage)
            )
            records = Records(record for answer in answers for record in answer or ())
            records.partial = None in answers
            return records

        with translated_errors():
            return await self._shards.retried(read)

    async def list_page(self, after: int, limit: int, filters: Filters = NO_FILTERS) -> tuple[Records, int | None]:
        """See StoryIndex."""
        with translated_errors():
            return await read_page(self._shards, self._reader, after, limit, filters)

    async def lookup(self, signature: Signature | None, before: int | None = None) -> Lookup:
        """See StoryIndex."""
        [lookup] = await self.lookup_many([signature], [before])
        return lookup

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """See StoryIndex."""
        return await self._buckets.lookup_many(signatures, before, stored_at)

    async def read_buckets(self, minima: NDArray[np.uint32], bands: NDArray[np.intp]) -> BucketContents:
        """See StoryIndex."""
        return await self._buckets.read(minima, bands)

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        """See StoryIndex."""
        return await self._reader.read(ranking, limit, filters, self._shards.count)

    async def fetch_numbers(self, numbers: Collection[int]) -> FetchedRecords:
        """See StoryIndex."""
        return await self._reader.fetch_numbers(numbers)

    async def fetch_sketches(self, numbers: Collection[int]) -> FetchedRecords:
        """See StoryIndex."""
        return await self._reader.fetch_sketches(numbers)


def _id(article: Article) -> str:
    if article.id is None or article.kind is None:
        raise ValueError("an article is stored under an id and as a kind")
    return article.id
