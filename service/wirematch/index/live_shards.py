"""The shards of the live generation; opened again when a rebuild has replaced the generation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.exceptions import ResponseError

from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.addressing import shard_of
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import gather_available, is_gone, is_held, translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Signer
from wirematch.index.shard import Shard
from wirematch.index.shard_upkeep import ShardUpkeep

RETRY_SECONDS = 0.05
"""Pause before a script is retried on a shard that refused it."""
R = TypeVar("R")


async def always() -> None:
    """Whoever owns the index is there."""


class LiveShards:
    """Runs work on one shard or all. Raises the errors of Store; :meth:`open` also IndexMismatchError."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        store: Store,
        namespace: Namespace,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
        shards: int | None,
        check_owner: Callable[[], Awaitable[None]] = always,
    ) -> None:
        """``shards`` is the number that the first :meth:`open` requires; None accepts any.

        ``check_owner`` raises if the index must not be opened, as that would create what was removed on purpose.
        """
        self._store = store
        self._namespace = namespace
        self._record = FingerprintRecord(store, namespace)
        self._scheme = scheme
        self._cap = bucket_cap
        self._signer = signer
        self._required = shards
        self._check_owner = check_owner
        self._live = Generation(1, shards or 1)
        self._is_open = False
        self._shard_counts: dict[int, int] = {}
        """Number of shards of each generation that was live since this object was opened."""
        self._shards: dict[tuple[int, int], Shard] = {}

    @property
    def count(self) -> int:
        """Shards of the live generation."""
        return self._live.shards

    @property
    def scheme(self) -> FingerprintScheme:
        """The scheme by which articles are signed."""
        return self._scheme

    def upkeep(self, shard: int) -> ShardUpkeep:
        """Upkeep of a shard of the live generation."""
        keys = self._namespace.shard(self.generation, shard, self.count)
        return ShardUpkeep(self._store, keys, self.shard(shard), self._cap)

    @property
    def generation(self) -> int:
        """Number of the live generation."""
        return self._live.number

    async def open(self) -> None:
        """Read which generation is live and open its shards; IndexUnavailableError."""
        with translated_errors():
            await self._check_owner()
            # A rebuild may change the number of shards, so only the first call requires the configured one.
            self._live = await self._record.claim(self._scheme, None if self._is_open else self._required)
            self._is_open = True
            self._shard_counts[self._live.number] = self._live.shards
            await gather_available(range(self.count), lambda shard: self.shard(shard).open())

    def shard(self, shard: int, generation: int | None = None) -> Shard:
        """A shard of the live generation, or of an earlier ``generation`` that a document number names."""
        home = (generation or self._live.number, shard)
        if home not in self._shards:
            keys = self._namespace.shard(*home, self._shard_counts.get(home[0], self.count))
            self._shards[home] = Shard(self._store, keys, *home, self._scheme, self._cap, self._signer)
        return self._shards[home]

    async def on_shard_of(self, article_id: str, work: Callable[[Shard], Awaitable[R]]) -> R:
        """Run ``work`` on the shard that the article belongs to."""
        return await self.retried(lambda: work(self.shard(shard_of(article_id, self.count))))

    async def on_all(self, work: Callable[[Shard], Awaitable[R]]) -> list[R | None]:
        """Run ``work`` on all shards concurrently; None for each that was unavailable."""
        return await self.retried(lambda: gather_available(range(self.count), lambda shard: work(self.shard(shard))))

    async def retried(self, work: Callable[[], Awaitable[R]]) -> R:
        """Run ``work``, retrying while a rebuild makes shards refuse it, for at most the store's timeout.

        ``work`` must choose its shards when it is called: they may differ after a rebuild.
        """
        deadline = asyncio.get_running_loop().time() + self._store.timeout
        while True:
            try:
                return await work()
            except ResponseError as error:
                if asyncio.get_running_loop().time() > deadline or not (is_gone(error) or is_held(error)):
                    raise
                if is_held(error):
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                before = self._live
                await self.open()
                if self._live == before:
                    await asyncio.sleep(RETRY_SECONDS)
