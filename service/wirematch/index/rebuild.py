"""Writing an index anew with other parameters, beside the live one, which goes on answering and taking articles.

1. The live shards note the ids that are written from now on ('logged'); a second rebuild finds that and gives up.
2. What an earlier attempt left is removed, and the next generation is noted in the record as being built.
3. All articles are copied in order of storing, signed anew; then what was written meanwhile, again and again.
4. When little is left, the shards hold writes ('held'), the last are copied, the shards refuse everything ('moved').
5. The record names the new generation. Services notice by the shards' refusal, and open what the record names.
6. The old generation is removed.

Phases before the switch last a limited time, so a rebuild that dies leaves the live index as it was.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.errors import RebuildError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index import scripts
from wirematch.index.buckets import bucket_hashes
from wirematch.index.connection import Argument, Store
from wirematch.index.fingerprint_record import LAYOUT_VERSION, LiveIndex, fields_of, record_key
from wirematch.index.keys import shard_keys, shard_of
from wirematch.index.protocol import Signer
from wirematch.index.record_codec import TIMES, read_record
from wirematch.index.redis_errors import translated_errors
from wirematch.index.shard import BATCH, Draft, Shard

LOGGED_MS, HELD_MS, MOVED_MS = 60_000, 10_000, 10_000
LEAST_LEFT = 64
"""Changes still to be copied with which writes are held; it takes a fraction of a second."""
CHANGES_AT_ONCE = 256
MOST_ROUNDS = 50
"""After which writes are held even if more is left: where much is written, copying may never quite catch up."""
LAST_ROUNDS = 10_000
GRACE_SECONDS = 5.0
"""Requests that began before the switch may still read the old generation."""
FOR_EVER_MS = 10 * 365 * 86_400_000


class Rebuild:
    """One rebuild of an index by name. Raises RebuildError when it cannot go on, and IndexUnavailableError."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        store: Store,
        name: str,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
        *,
        shards: int | None = None,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        self._store = store
        self._name = name
        self._scheme = scheme
        self._cap = bucket_cap
        self._signer = signer
        self._wanted = shards
        self._progress = progress
        self._renewed = 0.0
        self._holding = False

    async def run(self) -> LiveIndex:
        """Build, switch and remove the old; the new live index."""
        with translated_errors():
            record, _ = await self._record()
            if not record:
                raise RebuildError(f"There is no index {self._name!r} to build anew.")
            if record.get("layout") != str(LAYOUT_VERSION):
                raise RebuildError(
                    f"The index {self._name!r} has layout {record.get('layout')}, which this program cannot read."
                )
            live = LiveIndex(int(record["generation"]), int(record["shards"]))
            old = self._shards(live)
            await self._claim(old)
            try:
                return await self._build(record, live, old)
            except BaseException:
                await _let_go(old)
                raise

    async def _build(self, record: dict[str, str], live: LiveIndex, old: Sequence[Shard]) -> LiveIndex:
        await self._remove_leftovers(record, old)
        last = max(live.generation, *(_generation(record.get(part)).generation for part in ("building", "retired")))
        built = LiveIndex(last + 1, self._wanted or live.shards)
        await self._note(live, building=_noted(built))
        new = self._shards(built)
        for shard in new:
            await shard.open()
        await self._copy_all(old, new)
        await self._copy_changes(old, new, LEAST_LEFT, MOST_ROUNDS)
        await self._switch(live, built, old, new)
        await asyncio.sleep(GRACE_SECONDS)
        for shard in old:
            await shard.forget()
        await self._note(built, retired="")
        return built

    def _shards(self, index: LiveIndex) -> list[Shard]:
        return [
            Shard(
                self._store,
                shard_keys(self._name, index.generation, shard, index.shards),
                index.generation,
                shard,
                self._cap,
                self._signer,
            )
            for shard in range(index.shards)
        ]

    # The record

    async def _record(self) -> tuple[dict[str, str], int]:
        """The record, and the time in ms by the clock of its server."""
        moment, flat = await self._store.read(scripts.READ_FINGERPRINT_RECORD, [record_key(self._name)])
        return fields_of(flat), moment

    async def _note(self, live: LiveIndex, *, till: int = FOR_EVER_MS * 100, **fields: str) -> None:
        args: list[Argument] = [live.generation, till, *(part for field in fields.items() for part in field)]
        if not await self._store.write(scripts.UPDATE_FINGERPRINT_RECORD, [record_key(self._name)], args):
            raise RebuildError("Another rebuild has switched the index meanwhile, or this one came too late.")

    async def _remove_leftovers(self, record: dict[str, str], old: Sequence[Shard]) -> None:
        for part in ("building", "retired"):
            left = _generation(record.get(part))
            if left.shards and left.generation != int(record["generation"]):
                for shard in self._shards(left):
                    await shard.forget()
                    await self._renew(old)

    async def _claim(self, old: Sequence[Shard]) -> None:
        """Have the shards note what is written, one after the other: of two rebuilds at once the first one goes on."""
        for place, shard in enumerate(old):
            await shard.open()  # undoes a switch that never came
            if await shard.phase("", "logged", LOGGED_MS):
                await _let_go(old[:place])
                raise RebuildError(
                    "Another rebuild of this index is going on, or was killed less than a minute ago. "
                    "Let it end, or try again in a minute."
                )
        self._renewed = time.monotonic()

    # Copying

    async def _renew(self, old: Sequence[Shard]) -> None:
        """Have the shards go on noting what is written."""
        if self._holding or time.monotonic() - self._renewed < LOGGED_MS / 4_000:
            return
        phases = await asyncio.gather(*(shard.phase("logged", "logged", LOGGED_MS) for shard in old))
        if set(phases) != {"logged"}:
            raise RebuildError("The rebuild was held up for so long that writes were no longer noted. Start it again.")
        self._renewed = time.monotonic()

    async def _copy_all(self, old: Sequence[Shard], new: Sequence[Shard]) -> None:
        numbers = await asyncio.gather(*(shard.numbers() for shard in old))
        total, done = sum(map(len, numbers)), 0
        batch: list[bytes] = []
        async for record in _in_order_of_storing(old, numbers):
            batch.append(record)
            if len(batch) == BATCH:
                await self._put(new, batch)
                done += len(batch)
                self._progress(done, total)
                batch = []
                await self._renew(old)
        await self._put(new, batch)
        self._progress(total, total)

    async def _put(self, new: Sequence[Shard], records: Sequence[bytes]) -> None:
        drafts = await asyncio.to_thread(lambda: [self._draft(record) for record in records])
        homes: dict[int, dict[str, Draft]] = {}
        for draft in drafts:
            article_id = draft.article.id or ""
            homes.setdefault(shard_of(article_id, len(new)), {})[article_id] = draft
        await asyncio.gather(*(new[home].put("replace", list(found.values())) for home, found in homes.items()))

    def _draft(self, record: bytes) -> Draft:
        version, stored, expires = TIMES.unpack_from(record)
        article = read_record(record)
        return Draft(article.as_submitted(), bucket_hashes(self._signer(article)), 0, expires, version, stored)

    async def _copy_changes(self, old: Sequence[Shard], new: Sequence[Shard], least: int, rounds: int) -> None:
        """Copy what was written meanwhile until at most ``least`` changes came in one round, or for so many rounds."""
        for _ in range(rounds):
            if sum(await asyncio.gather(*(self._copy_changed(shard, new) for shard in old))) <= least:
                return
            await self._renew(old)

    async def _copy_changed(self, shard: Shard, new: Sequence[Shard]) -> int:
        changed = await shard.changes(CHANGES_AT_ONCE)
        names = list(dict.fromkeys(changed))
        for first in range(0, len(names), BATCH):
            batch = names[first : first + BATCH]
            records = await shard.records_of(batch)
            gone = [name for name, record in zip(batch, records, strict=True) if record is None]
            await asyncio.gather(*(new[shard_of(name, len(new))].remove(name) for name in gone))
            await self._put(new, [record for record in records if record is not None])
        return len(changed)

    # The switch

    async def _switch(self, live: LiveIndex, built: LiveIndex, old: Sequence[Shard], new: Sequence[Shard]) -> None:
        _, started = await self._record()
        held = await asyncio.gather(*(shard.phase("logged", "held", HELD_MS) for shard in old))
        self._holding = True
        moved: list[str] = []
        if set(held) == {"logged"}:
            await self._copy_changes(old, new, 0, LAST_ROUNDS)
            moved = await asyncio.gather(*(shard.phase("held", "moved", MOVED_MS) for shard in old))
        if not moved or set(moved) != {"held"}:
            await asyncio.gather(*(shard.phase("*", "logged", LOGGED_MS) for shard in old), return_exceptions=True)
            raise RebuildError("Holding writes took too long. The live index is as it was; start the rebuild again.")
        fields = self._scheme.record() | {"shards": str(built.shards), "generation": str(built.generation)}
        # Later than this, a service may have found the old generation in the record and gone on with it.
        try:
            await self._note(live, till=started + MOVED_MS // 2, **fields, retired=_noted(live), building="")
        except RebuildError:
            await asyncio.gather(*(shard.phase("moved", "", 0) for shard in old), return_exceptions=True)
            raise
        await asyncio.gather(*(shard.phase("moved", "moved", FOR_EVER_MS) for shard in old), return_exceptions=True)


async def _let_go(shards: Sequence[Shard]) -> None:
    """End what a rebuild asked of the shards, where it got no further; what cannot be reached lapses by itself."""
    phases = [shard.phase(phase, "", 0) for shard in shards for phase in ("logged", "held")]
    await asyncio.gather(*phases, return_exceptions=True)


async def _in_order_of_storing(shards: Sequence[Shard], numbers: Sequence[NDArray[np.uint32]]) -> AsyncIterator[bytes]:
    """Records of several shards, merged by when they were stored; what is gone meanwhile is left out."""

    async def records(place: int) -> AsyncIterator[bytes]:
        for first in range(0, len(numbers[place]), BATCH):
            part = numbers[place][first : first + BATCH]
            [rows] = await shards[place].fetch([(part.astype(np.uint64), BATCH, b"")])
            for _, record in rows:
                yield record

    streams = [records(place) for place in range(len(shards))]
    heads: list[tuple[int, int, bytes]] = []
    for place, stream in enumerate(streams):
        async for record in stream:
            heads.append((TIMES.unpack_from(record)[1], place, record))
            break
    heapq.heapify(heads)
    while heads:
        _, place, record = heads[0]
        yield record
        following = await anext(streams[place], None)
        if following is None:
            heapq.heappop(heads)
        else:
            heapq.heapreplace(heads, (TIMES.unpack_from(following)[1], place, following))


def _noted(index: LiveIndex) -> str:
    return f"{index.generation}:{index.shards}"


def _generation(noted: str | None) -> LiveIndex:
    """What :func:`_noted` wrote; generation 0 of no shards for nothing."""
    generation, _, shards = (noted or "0:0").partition(":")
    return LiveIndex(int(generation), int(shards))
