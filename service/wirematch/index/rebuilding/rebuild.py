"""Build the next generation of an index, with other parameters, while the live generation serves and accepts writes.

1. The live shards log the ids that are written (phase "logged"). A second rebuild sees that phase and gives up. The
   fingerprint record and the shards name this rebuild: one that was stopped for so long that its phase has ended
   changes nothing more of what the next one has begun.
2. Remains of an earlier rebuild are removed, and the fingerprint record names the next generation as being built.
3. All articles are signed anew and copied in order of storing; then the logged ones, repeatedly.
4. When few are left, the shards refuse writes ("held"), the last articles are copied, and the shards refuse all scripts
   ("moved").
5. The fingerprint record names the new generation. A service whose script is refused opens it.
6. The old generation is removed.

Phases before the switch expire, so a rebuild that dies leaves the live generation as it was.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence

from wirematch.concurrency import to_its_end, together
from wirematch.errors import DamagedRecordError, RebuildError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.addressing import shard_of
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.draft import BATCH, Draft, storable_parts
from wirematch.index.fingerprint_record import (
    FAR_FUTURE_MS,
    LAYOUT_VERSION,
    READ_LAYOUTS,
    FingerprintRecord,
    Generation,
)
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Signer
from wirematch.index.rebuilding.copying import draft_of_record, in_order_of_storing
from wirematch.index.rebuilding.phases import end_phases, set_phases
from wirematch.index.shard import Shard

LOGGED_MS, HELD_MS, MOVED_MS = 60_000, 10_000, 10_000
"""Duration of each phase unless it is renewed."""
MAX_LEFT_BEFORE_HOLD = 64
"""Logged ids per round down to which writes are held; copying so few takes a fraction of a second."""
CHANGES_BATCH = 256
MAX_ROUNDS = 50
"""Rounds after which writes are held whatever is left: under steady writes, copying may never catch up."""
MAX_ROUNDS_HELD = 10_000
GRACE_SECONDS = 5.0
"""Delay before the old generation is removed: requests from before the switch may still read it."""
MOVED_FOREVER_MS = 10 * 365 * 86_400_000

SWITCHED = (
    "Another rebuild was begun or has switched the index meanwhile, or this one took too long to switch it. Nothing is "
    "lost. Wait until no other one runs; if the index is still as it was, start it again."
)
STALLED = "The rebuild stalled for so long that writes were no longer logged. Start it again."

log = logging.getLogger(__name__)


class Rebuild:
    """One rebuild of an index. Raises RebuildError when it cannot complete, and IndexUnavailableError."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        store: Store,
        namespace: Namespace,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
        *,
        shards: int | None = None,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        on_switched: Callable[[float], None] = lambda _: None,
    ) -> None:
        """``shards`` is the number of shards of the new generation, by default that of the live one.

        ``on_switched`` is called when the new generation is live, with the seconds for which requests may still read
        the old one, before it is removed.
        """
        self._store = store
        self._namespace = namespace
        self._record = FingerprintRecord(store, namespace)
        self._scheme = scheme
        self._cap = bucket_cap
        self._signer = signer
        self._shard_count = shards
        self._progress = progress
        self._name = uuid.uuid4().hex
        self._on_switched = on_switched
        self._renewed = 0.0
        self._holding = False

    async def run(self) -> Generation:
        """Build, switch and remove the old generation; returns the new live generation."""
        name = self._namespace.name
        with translated_errors():
            record, _ = await self._record.read()
            if not record:
                raise RebuildError(f"There is no index {name!r} to rebuild.")
            if record.get("layout") not in READ_LAYOUTS:
                raise RebuildError(f"The index {name!r} has layout {record.get('layout')}, not {LAYOUT_VERSION}.")
            live = Generation(int(record["generation"]), int(record["shards"]))
            old = self._shards(live)
            await self._begin_logging(old)
            try:
                await self._own(live)
                return await self._build(record, live, old)
            except BaseException:
                await to_its_end(end_phases(self._name, old))
                raise

    async def remains(self) -> list[Generation]:
        """What is there of other generations: one that is being built or was replaced, or is left of such a rebuild.

        If no rebuild runs, logs of the live generation that one left are removed.
        """
        with translated_errors():
            record, _ = await self._record.read()
            if not record:
                return []
            for shard in self._shards(Generation(int(record["generation"]), int(record["shards"]))):
                await shard.open()
        return _others(record)

    async def clear(self) -> None:
        """Remove what an interrupted rebuild left; RebuildError if one is running."""
        with translated_errors():
            record, _ = await self._record.read()
            if not record:  # removed meanwhile, with its tenant or by FLUSHALL
                return
            live = Generation(int(record["generation"]), int(record["shards"]))
            old = self._shards(live)
            await self._begin_logging(old)
            try:
                await self._own(live)
                record, _ = await self._record.read()
                await self._remove(_others(record), old)
                again, _ = await self._record.read()
                if _others(again) == _others(record):  # or a rebuild began, as removing took so long
                    await self._update(live, building="", retired="")
            finally:
                await to_its_end(end_phases(self._name, old))

    async def _build(self, record: dict[str, str], live: Generation, old: Sequence[Shard]) -> Generation:
        remains = _others(record)
        await self._remove(remains, old)
        last = max(live.number, *(one.number for one in remains), 0)
        built = Generation(last + 1, self._shard_count or live.shards)
        await self._update(live, building=str(built))
        new = self._shards(built)
        for shard in new:
            await shard.open()
        await self._copy_all(old, new)
        await self._copy_changes(old, new, MAX_LEFT_BEFORE_HOLD, MAX_ROUNDS)
        await self._switch(live, built, old, new)
        self._on_switched(GRACE_SECONDS)
        await asyncio.sleep(GRACE_SECONDS)
        for shard in old:
            await shard.contents.drop()
        await self._record.update(built, retired="")  # which another rebuild may have removed and begun its own
        return built

    def _shards(self, generation: Generation) -> list[Shard]:
        homes = [(generation.number, shard) for shard in range(generation.shards)]
        return [
            Shard(
                self._store,
                self._namespace.shard(*home, generation.shards),
                *home,
                self._scheme,
                self._cap,
                self._signer,
            )
            for home in homes
        ]

    async def _own(self, live: Generation) -> None:
        if not await self._record.update(live, rebuild=self._name):
            raise RebuildError(SWITCHED)

    async def _update(self, live: Generation, *, deadline: int = FAR_FUTURE_MS, **fields: str) -> None:
        if not await self._record.update(live, deadline=deadline, of_rebuild=self._name, **fields):
            raise RebuildError(SWITCHED)

    async def _remove(self, remains: Sequence[Generation], old: Sequence[Shard]) -> None:
        for generation in remains:
            for shard in self._shards(generation):
                await self._renew(old)
                await shard.contents.drop()

    async def _begin_logging(self, old: Sequence[Shard]) -> None:
        """Start logging, shard by shard in order, so that of two concurrent rebuilds only one gets past shard 0."""
        for place, shard in enumerate(old):
            await shard.open()  # undoes an incomplete switch
            if await shard.contents.set_phase(self._name, "", "logged", LOGGED_MS):
                await to_its_end(end_phases(self._name, old[:place]))
                raise RebuildError(
                    "Another rebuild of this index is running, or was killed less than a minute ago. "
                    "Wait until it ends, or try again in a minute."
                )
        self._renewed = time.monotonic()

    # Copying

    async def _renew(self, old: Sequence[Shard]) -> None:
        """Extend phase "logged" before it expires."""
        if self._holding or time.monotonic() - self._renewed < LOGGED_MS / 4_000:
            return
        phases = await together(*(shard.contents.set_phase(self._name, "logged", "logged", LOGGED_MS) for shard in old))
        if set(phases) != {"logged"}:
            raise RebuildError(STALLED)
        self._renewed = time.monotonic()

    async def _copy_all(self, old: Sequence[Shard], new: Sequence[Shard]) -> None:
        numbers = await together(*(shard.contents.numbers() for shard in old))
        total, done = sum(map(len, numbers)), 0
        self._progress(done, total)
        batch: list[bytes] = []
        async for _, _, record in in_order_of_storing(old, numbers):
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
        drafts = await asyncio.to_thread(lambda: list(self._drafts(records)))
        by_home: dict[int, dict[str, Draft]] = {}
        for draft in drafts:
            article_id = draft.article.id or ""
            by_home.setdefault(shard_of(article_id, len(new)), {})[article_id] = draft
        await together(*(_put_at(new[home], list(by_id.values())) for home, by_id in by_home.items()))

    def _drafts(self, records: Sequence[bytes]) -> Iterator[Draft]:
        for record in records:
            try:
                yield draft_of_record(record, self._scheme)
            except DamagedRecordError as error:
                log.error("a damaged record is not copied: %s", error.__cause__)  # noqa: TRY400 - the trace is ours

    async def _copy_changes(self, old: Sequence[Shard], new: Sequence[Shard], max_left: int, max_rounds: int) -> None:
        """Copy logged articles until a round finds at most ``max_left``, or for ``max_rounds`` rounds."""
        for _ in range(max_rounds):
            if sum(await together(*(self._copy_changed(shard, new) for shard in old))) <= max_left:
                return
            await self._renew(old)

    async def _copy_changed(self, shard: Shard, new: Sequence[Shard]) -> int:
        changed = await shard.contents.pop_changes(self._name, CHANGES_BATCH)
        if changed is None:
            raise RebuildError(STALLED)
        ids = list(dict.fromkeys(changed))
        for first in range(0, len(ids), BATCH):
            batch = ids[first : first + BATCH]
            records = await shard.records.get_encoded(batch)
            deleted = [article_id for article_id, record in zip(batch, records, strict=True) if record is None]
            await together(*(new[shard_of(article_id, len(new))].remove(article_id) for article_id in deleted))
            await self._put(new, [record for record in records if record is not None])
        return len(changed)

    # The switch

    async def _switch(self, live: Generation, built: Generation, old: Sequence[Shard], new: Sequence[Shard]) -> None:
        _, started = await self._record.read()
        before = await together(*(shard.contents.set_phase(self._name, "logged", "held", HELD_MS) for shard in old))
        self._holding = True
        held: Sequence[str] = ()
        if set(before) == {"logged"}:
            await self._copy_changes(old, new, 0, MAX_ROUNDS_HELD)
            held = await together(*(shard.contents.set_phase(self._name, "held", "moved", MOVED_MS) for shard in old))
        if not held or set(held) != {"held"}:
            await set_phases(self._name, old, "*", "logged", LOGGED_MS)
            raise RebuildError("Writes were held for too long. The live index is as it was; start the rebuild again.")
        fields = self._scheme.record() | {
            "layout": str(LAYOUT_VERSION), "shards": str(built.shards), "generation": str(built.number)
        }  # fmt: skip
        # After the deadline, a service may have read the old generation from the record and reopened its shards.
        try:
            await self._update(live, deadline=started + MOVED_MS // 2, **fields, retired=str(live), building="")
        except RebuildError:
            await set_phases(self._name, old, "moved", "", 0)
            raise
        await set_phases(self._name, old, "moved", "moved", MOVED_FOREVER_MS)


def _others(record: dict[str, str]) -> list[Generation]:
    """Generations that a fingerprint record names and that are not live."""
    named = [one for field in ("building", "retired") if (one := Generation.parse(record.get(field)))]
    return [one for one in named if str(one.number) != record["generation"]]


async def _put_at(shard: Shard, drafts: Sequence[Draft]) -> None:
    for part in storable_parts(drafts):
        await shard.put("replace", drafts[part])
