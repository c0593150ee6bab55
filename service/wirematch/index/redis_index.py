"""The index in Redis or Valkey: shards asked side by side, their answers merged (``docs/index.md`` has every key)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from redis.exceptions import ResponseError

from wirematch.errors import ArticleExistsError, ArticleNotFoundError, IndexUnavailableError, WirematchError
from wirematch.fingerprint.minhash import FingerprintScheme, Signature
from wirematch.fingerprint.ranking import Ranking, joined, rank
from wirematch.index.buckets import bucket_hashes
from wirematch.index.codec import milliseconds
from wirematch.index.connection import Store
from wirematch.index.failures import gather_available, moved_or_closed, translated_errors
from wirematch.index.fetcher import Fetcher
from wirematch.index.fingerprint_record import claim
from wirematch.index.keys import shard_keys, shard_of
from wirematch.index.listing import list_page
from wirematch.index.protocol import Lookup, Placement, Record, Records, Signer
from wirematch.index.retention import Retention
from wirematch.index.shard import BATCH, Conflict, Draft, Shard, ShardLookup, ShardPlacement
from wirematch.index.write_order import write_waves
from wirematch.models import NO_FILTERS, Article, Filters

QUERIES_AT_ONCE = 16
"""Signatures a script looks up: others wait for it."""
HELD_SECONDS = 0.05
FOR_EVER = Retention()
R = TypeVar("R")


class RedisIndex:
    """A StoryIndex on Redis >= 7.2 or Valkey >= 8, one server or a cluster."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        store: Store,
        name: str,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
        *,
        shards: int = 1,
        retention: Retention = FOR_EVER,
    ) -> None:
        self.store = store
        self._name = name
        self._scheme = scheme
        self._cap = bucket_cap
        self._signer = signer
        self._shards = shards
        self._opened = False
        self._retention = retention
        self._generation = 1
        self._known: dict[int, int] = {}
        """Shards of each generation that was live while this index was open."""
        self._made: dict[tuple[int, int], Shard] = {}

        self._fetcher = Fetcher(self._shard)

    async def open(self) -> None:
        """See StoryIndex."""
        with translated_errors():
            # Once open, an index is followed wherever a rebuild takes it.
            live = await claim(self.store, self._name, self._scheme, None if self._opened else self._shards)
            self._generation, self._shards, self._opened = live.generation, live.shards, True
            self._known[live.generation] = live.shards
            await gather_available(range(self._shards), lambda shard: self._shard(shard).open())

    async def close(self) -> None:
        """See StoryIndex."""
        await self.store.close()

    # Shards

    def _shard(self, shard: int, generation: int | None = None) -> Shard:
        """A shard of the live generation, or of one that was live when a number was given out."""
        place = (generation or self._generation, shard)
        if place not in self._made:
            keys = shard_keys(self._name, *place, self._known.get(place[0], self._shards))
            self._made[place] = Shard(self.store, keys, *place, self._cap, self._signer)
        return self._made[place]

    async def _on_home(self, article_id: str, work: Callable[[Shard], Awaitable[R]]) -> R:
        """Work on the shard that an article belongs to, wherever that is when the work is done."""
        return await self._retried(lambda: work(self._shard(shard_of(article_id, self._shards))))

    async def _on_all(self, work: Callable[[Shard], Awaitable[R]]) -> list[R | None]:
        """Work on all shards of one generation; None for one that failed."""
        return await self._retried(
            lambda: gather_available(range(self._shards), lambda shard: work(self._shard(shard)))
        )

    async def _retried(self, work: Callable[[], Awaitable[R]]) -> R:
        """Work on a shard, which may have to be opened again, or which holds writes for a moment."""
        deadline = asyncio.get_running_loop().time() + self.store.timeout
        while True:
            try:
                return await work()
            except ResponseError as error:
                if asyncio.get_running_loop().time() > deadline or not moved_or_closed(error):
                    raise
                if str(error).startswith("HELD"):
                    await asyncio.sleep(HELD_SECONDS)
                    continue
                before = (self._generation, self._shards)
                await self.open()
                if before == (self._generation, self._shards):
                    await asyncio.sleep(HELD_SECONDS)

    # Writing

    def _draft(self, article: Article, signature: Signature | None) -> Draft:
        expires = 0 if article.expires_at is None else max(1, milliseconds(article.expires_at))
        return Draft(article, bucket_hashes(signature), self._retention.milliseconds(article.source), expires)

    async def create(self, article: Article, signature: Signature | None) -> Placement:
        """See StoryIndex."""
        with translated_errors():
            placement = await self._put("create", article, signature)
        if isinstance(placement, Conflict):
            raise ArticleExistsError(_id(article))
        return placement

    async def replace(
        self, article: Article, signature: Signature | None, expected: int | None = None
    ) -> Placement | None:
        """See StoryIndex."""
        with translated_errors():
            placement = await self._put("replace", article, signature, expected)
        return None if isinstance(placement, Conflict) else placement

    async def _put(
        self, mode: str, article: Article, signature: Signature | None, expected: int | None = None
    ) -> Placement | Conflict:
        draft = self._draft(article, signature)
        [stored] = await self._on_home(_id(article), lambda shard: shard.put(mode, [draft], expected))
        return stored.placement if isinstance(stored, ShardPlacement) else stored

    async def create_many(
        self, items: Sequence[tuple[Article, Signature | None]], *, look: bool = False
    ) -> list[Placement | WirematchError]:
        """See StoryIndex."""
        look = look and self._shards == 1  # of several shards, only the article's own is asked by the way
        results: list[Placement | WirematchError | None] = [None] * len(items)
        places: list[int] = []
        met: set[str] = set()
        for place, (article, _) in enumerate(items):
            article_id = _id(article)
            if article_id in met:
                results[place] = ArticleExistsError(article_id)
            else:
                met.add(article_id)
                places.append(place)
        homes = [shard_of(_id(items[place][0]), self._shards) for place in places]

        async def store(home: int, its: list[int], after: int) -> None:
            for first in range(0, len(its), BATCH):
                batch = its[first : first + BATCH]
                answers = await self._create_batch(self._shard(home), [items[place] for place in batch], after, look)
                for place, answer in zip(batch, answers, strict=True):
                    results[place] = answer

        latest = 0
        for wave in write_waves([items[place][1] for place in places], homes):
            by_home: dict[int, list[int]] = defaultdict(list)
            for number in wave:
                by_home[homes[number]].append(places[number])
            await asyncio.gather(*(store(home, its, latest) for home, its in by_home.items()))
            stored = [result.stored_at for result in results if isinstance(result, Placement)]
            latest = milliseconds(max(stored)) if stored else 0
        return [result for result in results if result is not None]

    async def _create_batch(
        self, shard: Shard, items: Sequence[tuple[Article, Signature | None]], after: int, look: bool
    ) -> list[Placement | WirematchError]:
        """Store them in a shard, later than ``after``, ms since 1970."""
        try:
            with translated_errors():
                if after:
                    await shard.follow(after)
                answers = await shard.put("create", [self._draft(*item) for item in items], look=look)
        except IndexUnavailableError as error:
            if moved_or_closed(error.__cause__):  # a rebuild has moved the index; each finds its new home by itself
                return [await self._created(*item) for item in items]
            return [error] * len(items)
        except WirematchError as error:
            return [error] * len(items)
        return [
            self._placement(answer, look=look)
            if isinstance(answer, ShardPlacement)
            else ArticleExistsError(_id(article))
            for (article, _), answer in zip(items, answers, strict=True)
        ]

    def _placement(self, stored: ShardPlacement, *, look: bool) -> Placement:
        placement = stored.placement
        return replace(placement, candidates=self._ranked([stored.seen], placement.number)) if look else placement

    async def _created(self, article: Article, signature: Signature | None) -> Placement | WirematchError:
        try:
            return await self.create(article, signature)
        except WirematchError as error:
            return error

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """See StoryIndex."""
        with translated_errors():
            return await self._on_home(article_id, lambda shard: shard.remove(article_id, number))

    async def sweep(self, most: int) -> list[str]:
        """See StoryIndex."""
        with translated_errors():
            swept = await self._on_all(lambda shard: shard.sweep(most))
        return [name for names in swept for name in names or ()]

    # Reading

    async def get(self, article_id: str) -> Record:
        """See StoryIndex."""
        with translated_errors():
            [entry] = await self._on_home(article_id, lambda shard: shard.get([article_id]))
        if entry is None:
            raise ArticleNotFoundError(article_id)
        return entry

    async def get_many(self, article_ids: Sequence[str]) -> Records:
        """See StoryIndex."""

        async def read() -> Records:
            homes: dict[int, list[str]] = defaultdict(list)
            for article_id in dict.fromkeys(article_ids):
                homes[shard_of(article_id, self._shards)].append(article_id)
            answers = await gather_available(homes, lambda home: self._shard(home).get(homes[home]))
            entries = Records(entry for answer in answers for entry in answer or () if entry is not None)
            entries.partial = None in answers
            return entries

        with translated_errors():
            return await self._retried(read)

    async def listing(self, after: int, limit: int, filters: Filters = NO_FILTERS) -> tuple[Records, int | None]:
        """See StoryIndex."""

        async def last_of(shard: int) -> int:
            with translated_errors():
                return await self._retried(lambda: self._shard(shard).last())

        return await list_page(last_of, self.fetch, (self._generation, self._shards), after, limit, filters)

    async def candidates(self, signature: Signature | None, before: int | None = None) -> Lookup:
        """See StoryIndex."""
        [found] = await self.lookup_many([signature], [before])
        return found

    async def lookup_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], stored_at: datetime | None = None
    ) -> list[Lookup]:
        """See StoryIndex."""
        found: list[Lookup] = []
        # In a shard, numbers tell what came before.
        seen = 0 if stored_at is None or self._shards == 1 else milliseconds(stored_at)
        for first in range(0, len(signatures), QUERIES_AT_ONCE):
            batch = signatures[first : first + QUERIES_AT_ONCE]
            with translated_errors():
                answers = await self._on_all(lambda shard, batch=batch: shard.query(batch, seen))  # type: ignore[misc]
            answered = [answer for answer in answers if answer is not None]
            partial = len(answered) < len(answers)
            for place in range(len(batch)):
                held = [shard[place] for shard in answered]
                found.append(self._ranked(held, before[first + place], partial=partial))
        return found

    def _ranked(self, seen: Sequence[ShardLookup], before: int | None, *, partial: bool = False) -> Lookup:
        documents = sum(shard.documents for shard in seen)
        postings = joined([shard.postings for shard in seen])
        return Lookup(rank(postings, documents, self._cap, before), documents, partial)

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> Records:
        """See StoryIndex."""
        [entries] = await self._fetcher.fetch([ranking], limit, filters, self._shards)
        return entries

    async def fetch_many(self, rankings: Sequence[Ranking], limit: int) -> list[Records]:
        """See StoryIndex."""
        found: list[Records] = []
        for first in range(0, len(rankings), QUERIES_AT_ONCE):
            batch = rankings[first : first + QUERIES_AT_ONCE]
            found += await self._fetcher.fetch(batch, limit, NO_FILTERS, self._shards)
        return found


def _id(article: Article) -> str:
    if article.id is None or article.kind is None:
        raise ValueError("an article is stored under an id and as a kind")
    return article.id
