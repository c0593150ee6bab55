"""One shard of one generation: runs its scripts and parses their answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from wirematch.cuts import cut
from wirematch.errors import DamagedRecordError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, Signature
from wirematch.fingerprint.ranking import Postings
from wirematch.index.addressing import number_of
from wirematch.index.buckets import MIN_PAGES, NO_HASHES, BucketHashes, BucketRequest, buckets_of
from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.scripts import Script
from wirematch.index.connections.servers import Argument
from wirematch.index.draft import Draft
from wirematch.index.keys import ScriptKeys
from wirematch.index.page_request import PageRequest
from wirematch.index.protocol import Placement, PutOutcome, Signer, SweptArticle
from wirematch.index.records.codec import decode_article, decode_id, time_or_first
from wirematch.index.retention import PUT_OFF_MS
from wirematch.index.shard_contents import ShardContents
from wirematch.index.shard_records import ANSWER_BYTES, ShardRecords

MAX_ATTEMPTS = 200
"""Attempts at a compare-and-set before giving up; of concurrent attempts, one always succeeds."""
REMOVED_POSTINGS = 1_280
"""Postings that one script removes, which takes twice as long for each as adding them (``draft.BATCH_POSTINGS``)."""
_NEVER = b""
"""Stands for the time at which the state was created until that is known."""
NO_SUCH_NUMBER = 2**32
"""Sentinel for a compare-and-set that must read the present record first; above every local number."""


@dataclass(frozen=True, slots=True, eq=False)
class ShardLookup:
    """What the buckets of a signature hold in one shard."""

    documents: int
    """Articles in the shard."""
    postings: Postings


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was stored: the id to create is taken, or a compare-and-set found another article."""


class Shard:
    """Shard ``shard`` of a generation. Raises the errors of Store, and IndexUnavailableError when writers contend."""

    def __init__(  # noqa: PLR0913 - made in two places
        self,
        store: Store,
        keys: ScriptKeys,
        generation: int,
        shard: int,
        scheme: FingerprintScheme,
        bucket_cap: int,
        signer: Signer,
    ) -> None:
        self._store = store
        self._script_keys = keys
        self._keys = keys.declared
        self._prefix = keys.prefix
        self._generation = generation
        self._shard = shard
        self._scheme = scheme
        self._cap = bucket_cap
        self._signer = signer
        self.contents = ShardContents(store, keys)
        self.records = ShardRecords(store, keys, self._number)
        self._pages = MIN_PAGES
        """The number of pages as of the last answer."""
        self._born: bytes | None = _NEVER
        """When the state was created; None if an earlier release created it."""

    async def open(self) -> None:
        """Create the shard's state if there is none, and undo a generation switch that was not completed."""
        self._note_state(await self._store.write(scripts.OPEN, self._keys, [self._prefix]))

    def _note_state(self, born: bytes | None) -> None:
        """Note when the state was created. If that has changed, Redis was emptied, and document numbers begin again."""
        if self._born not in (born, _NEVER):
            self._store.histories.forget()
        self._born = born

    async def put(self, mode: str, drafts: Sequence[Draft], expected: int | None = None) -> list[Placement | Conflict]:
        """Store at most ``draft.BATCH`` articles with different ids, each atomically.

        ``mode`` is "create" or "replace". ``expected`` makes it a compare-and-set: store only in place of the article
        with this document number. To replace a record, its old postings must be known: the script answers with the old
        record, and runs again with its postings.
        """
        known: list[tuple[int, BucketHashes]] = [(0 if expected is None else NO_SUCH_NUMBER, NO_HASHES)] * len(drafts)
        results: list[Placement | Conflict | None] = [None] * len(drafts)
        for _ in range(MAX_ATTEMPTS):
            open_places = [place for place, result in enumerate(results) if result is None]
            if not open_places:
                return [result for result in results if result is not None]
            added = BucketRequest([drafts[place].buckets.posted for place in open_places])
            removed = BucketRequest([known[place][1] for place in open_places])
            fields: list[Argument] = []
            for place in open_places:
                draft, (number, _) = drafts[place], known[place]
                fields += [mode, draft.id, draft.record, number]
                fields += [draft.retention, draft.expires, draft.version, draft.stored]
            self._pages, answers = await self.run(self._store.write, scripts.PUT, [self._cap], [added, removed], fields)
            for place, answer in zip(open_places, answers, strict=True):
                outcome, number, version, stored, record = answer
                if outcome == b"changed" and expected is not None and self._number(number) != expected:
                    results[place] = Conflict()
                elif outcome == b"changed":
                    known[place] = await self._known(drafts[place].id, number, record)
                elif outcome == b"exists":
                    results[place] = Conflict()
                else:
                    outcome = PutOutcome(outcome.decode())
                    results[place] = Placement(outcome, self._number(number), version, time_or_first(stored))
        raise _contended()

    async def advance_clock(self, after: int) -> None:
        """Make all times of storing from now on later than ``after``, ms since 1970."""
        await self._store.write(scripts.ADVANCE_CLOCK, self._keys, [self._prefix, after])

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article and return whether it had not expired.

        With ``number``, only if that is its document number.
        """
        known: tuple[int, BucketHashes] = (0, NO_HASHES)
        for _ in range(MAX_ATTEMPTS):
            [(outcome, local, record)] = await self._remove([(article_id, *known)])
            if outcome != b"changed":
                return bool(outcome == b"removed")
            if number is not None and self._number(local) != number:
                return False
            known = (local, await self._postings_of(record))
        raise _contended()

    async def _remove(self, known: Sequence[tuple[str, int, BucketHashes]]) -> list[tuple[bytes, int, bytes]]:
        """Remove articles given by id, local number and buckets; return outcome, local number and record of each."""
        buckets = BucketRequest([hashes for _, _, hashes in known])
        fields: list[Argument] = [part for article_id, number, _ in known for part in (article_id, number)]
        answers: list[tuple[bytes, int, bytes]] = await self.run(
            self._store.write, scripts.REMOVE, [], [buckets], fields
        )
        return answers

    async def sequence(self) -> int:
        """Return the local number of the article stored last."""
        last: int = await self._store.read(scripts.READ_SEQUENCE, self._keys, [self._prefix])
        return last

    async def query(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None], after: int = 0
    ) -> list[ShardLookup]:
        """Look up the buckets of each signature, without this shard's numbers from ``before`` on.

        Advances the clock to ``after`` first (:meth:`advance_clock`).
        """
        if after:
            await self._store.read(scripts.ADVANCE_CLOCK, self._keys, [self._prefix, after])
        return await self.read_buckets([buckets_of(signature, self._scheme).all for signature in signatures], before)

    async def read_buckets(
        self, hashes: Sequence[BucketHashes], before: Sequence[int | None] | None = None
    ) -> list[ShardLookup]:
        """Look up several lists of buckets, as :meth:`query` does; a band is an index into its list."""
        request = PageRequest(hashes)
        for _ in range(MAX_ATTEMPTS):
            commands = request.commands(self._script_keys, self._pages)
            answer = await self._store.read_values(self._keys[0], commands, request.most_values)
            others = request.pages_to_read(answer)
            if others is None:
                self._note_state(request.born(answer))
                held = request.read(answer, self._cap, self._number(0), before or [None] * len(hashes))
                documents = request.documents(answer)
                return [ShardLookup(documents, postings) for postings in held]
            self._pages = others
        raise _contended()

    async def sweep(self, most: int) -> list[SweptArticle]:
        """Remove up to ``most`` expired articles.

        Those that cannot be removed are put off, and others are tried if none could be removed.
        """
        while rows := await self._store.read(scripts.READ_EXPIRED, self._keys, [self._prefix, most, ANSWER_BYTES]):
            if swept := await self._swept(rows):
                return swept
        return []

    async def _swept(self, rows: Sequence[tuple[int, bytes]]) -> list[SweptArticle]:
        known: list[tuple[str, int, BucketHashes]] = []
        for number, record in rows:
            with contextlib.suppress(DamagedRecordError):
                known.append((decode_id(record), number, await self._postings_of(record)))
        answers: list[tuple[bytes, int, bytes]] = []
        for part in cut([len(hashes) for _, _, hashes in known], len(known), REMOVED_POSTINGS):
            answers += await self._remove(known[part])
        swept = {
            number: SweptArticle(article_id, self._number(number))
            for (article_id, number, _), answer in zip(known, answers, strict=True)
            if answer[0] in (b"expired", b"removed")
        }
        if left := [number.to_bytes(4, "little") for number, _ in rows if number not in swept]:
            await self._store.write(scripts.PUT_OFF, self._keys, [self._prefix, PUT_OFF_MS, *left])
        return list(swept.values())

    async def run(
        self,
        call: Callable[[Script, Sequence[bytes], Sequence[Argument]], Awaitable[Any]],
        script: Script,
        before: Sequence[Argument],
        requests: Sequence[BucketRequest],
        after: Sequence[Argument] = (),
    ) -> Any:
        """Run a script with bucket requests as arguments between ``before`` and ``after``; return its answer.

        A script that finds another number of pages than the requests were made for is run again.
        """
        for _ in range(MAX_ATTEMPTS):
            arguments = [part for request in requests for part in request.arguments(self._pages)]
            try:
                return await call(script, self._keys, [self._prefix, *before, *arguments, *after])
            except ResponseError as error:
                code, _, pages = str(error).partition(" ")
                if code != "PAGES":
                    raise
                self._pages = int(pages)
        raise _contended()

    def _number(self, local: int) -> int:
        return number_of(self._generation, self._shard, local)

    async def _postings_of(self, record: bytes) -> BucketHashes:
        """Compute the buckets that a stored article is posted in, which the index does not keep, from its text.

        In a thread, as it takes milliseconds. A damaged record gives no buckets: its postings stay, lead to no record,
        and are skipped until they age out.
        """

        def compute() -> BucketHashes:
            try:
                return buckets_of(self._signer(decode_article(record)), self._scheme).posted
            except DamagedRecordError:
                return NO_HASHES

        return await asyncio.to_thread(compute)

    async def _known(self, article_id: str, number: int, record: bytes) -> tuple[int, BucketHashes]:
        """Return the local number and the buckets to replace.

        A damaged record is removed first and has none: what replaces it must not take over its version and times.
        """
        if not number:
            return 0, NO_HASHES
        with contextlib.suppress(DamagedRecordError):
            decode_article(record)
            return number, await self._postings_of(record)
        await self.remove(article_id, self._number(number))
        return 0, NO_HASHES


def _contended() -> IndexUnavailableError:
    return IndexUnavailableError("Other requests keep changing this article; try again in a moment.")
