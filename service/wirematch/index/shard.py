"""One shard: its scripts, and the answers that they give."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from redis.exceptions import ResponseError

from wirematch.errors import IndexUnavailableError
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings
from wirematch.index import scripts
from wirematch.index.buckets import FEWEST_PAGES, NO_HASHES, BucketRequest, Hashes, bucket_hashes
from wirematch.index.codec import read_lazily, read_record, write_record
from wirematch.index.connection import Argument, Store
from wirematch.index.keys import ShardKeys, number_of
from wirematch.index.protocol import Placement, PutOutcome, Record, Signer
from wirematch.index.scripts import Script
from wirematch.models import Article

MOST_TRIES = 200
"""Of a write whose article another one changes meanwhile; each time, one of them gets through."""
BATCH = 32
"""Articles a script stores: it keeps the server for about half a millisecond an article, and others wait."""

NO_SUCH_NUMBER = 2**32
"""A number that no article has: what it is to replace is told first."""
CLEARED = 2_000
"""Keys that a script removes at a time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article on its way into a shard."""

    article: Article
    hashes: Hashes
    retention: int = 0
    """Milliseconds that it is kept; 0 for ever."""
    expires: int = 0
    """Milliseconds since 1970 when it expires; 0 never."""
    version: int = 0
    stored: int = 0
    """Of an article that is copied, its version and when it was stored; 0 for a new one."""


@dataclass(frozen=True, slots=True, eq=False)
class ShardLookup:
    """What a signature's buckets hold in a shard."""

    documents: int
    """Articles stored in the shard."""
    postings: Postings


@dataclass(frozen=True, slots=True, eq=False)
class ShardPlacement:
    """An article that is in the shard."""

    placement: Placement
    seen: ShardLookup
    """What its buckets held just before; nothing if it was there already, or if nobody asked."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The id of an article that was to be created is in use, or another is there than was to be replaced."""


class Shard:
    """Shard ``shard`` of a generation of the index. Raises what Store does."""

    def __init__(  # noqa: PLR0913 - made in one place
        self, store: Store, keys: ShardKeys, generation: int, shard: int, bucket_cap: int, signer: Signer
    ) -> None:
        self._store = store
        self._keys = keys.declared
        self._prefix = keys.prefix
        self._generation = generation
        self._shard = shard
        self._cap = bucket_cap
        self._signer = signer
        self._pages = FEWEST_PAGES
        """Pages, as far as is known; the scripts tell when there are others."""

    async def open(self) -> None:
        """Make ready for articles; opening again is harmless."""
        await self._store.write(scripts.OPEN, self._keys, [self._prefix])

    async def put(
        self, mode: str, drafts: Sequence[Draft], expected: int | None = None, *, look: bool = False
    ) -> list[ShardPlacement | Conflict]:
        """Store articles, at most :data:`BATCH` of different ids, each wholly or not at all, and ``look`` around.

        With ``expected``, only in place of the one with this number: Taken when another is there.
        """
        known: list[tuple[int, Hashes]] = [(0 if expected is None else NO_SUCH_NUMBER, NO_HASHES)] * len(drafts)
        done: list[ShardPlacement | Conflict | None] = [None] * len(drafts)
        rests = [write_record(draft.article) for draft in drafts]
        for _ in range(MOST_TRIES):
            places = [place for place, answer in enumerate(done) if answer is None]
            if not places:
                return [answer for answer in done if answer is not None]
            added = BucketRequest([drafts[place].hashes for place in places])
            removed = BucketRequest([known[place][1] for place in places])
            described: list[Argument] = []
            for place in places:
                draft, (number, _) = drafts[place], known[place]
                described += [mode, draft.article.id or "", rests[place], number]
                described += [draft.retention, draft.expires, draft.version, draft.stored]
            documents, self._pages, answers, pages = await self._asked(
                self._store.write, scripts.PUT, [self._cap, "look" if look else ""], [added, removed], described
            )
            held = added.read(pages, self._cap, self._number(0)) if look else [NO_POSTINGS] * len(places)
            for place, answer, postings in zip(places, answers, held, strict=True):
                outcome, number, version, stored, record = answer
                if outcome == b"changed" and expected is not None and self._number(number) != expected:
                    done[place] = Conflict()
                elif outcome == b"changed":
                    known[place] = (number, await self._hashes_of(record) if number else NO_HASHES)
                elif outcome == b"exists":
                    done[place] = Conflict()
                else:
                    stored_at = datetime.fromtimestamp(stored / 1000, UTC)
                    placement = Placement(PutOutcome(outcome.decode()), self._number(number), version, stored_at)
                    done[place] = ShardPlacement(placement, ShardLookup(documents, postings))
        raise _contended()

    async def follow(self, seen: int) -> None:
        """Have what is stored from now on stored later than ``seen``, ms since 1970."""
        await self._store.write(scripts.FOLLOW, self._keys, [self._prefix, seen])

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove an article, if it has ``number`` where one is given; whether there was one to be seen."""
        known: tuple[int, Hashes] = (0, NO_HASHES)
        for _ in range(MOST_TRIES):
            [(outcome, local, record)] = await self._remove([(article_id, *known)])
            if outcome != b"changed":
                return bool(outcome == b"removed")
            if number is not None and self._number(local) != number:
                return False
            known = (local, await self._hashes_of(record))
        raise _contended()

    async def _remove(self, known: Sequence[tuple[str, int, Hashes]]) -> list[tuple[bytes, int, bytes]]:
        """Remove articles, given id, number and buckets of each; outcome, number and record of each (remove.lua)."""
        buckets = BucketRequest([hashes for _, _, hashes in known])
        named: list[Argument] = [part for article_id, number, _ in known for part in (article_id, number)]
        answers: list[tuple[bytes, int, bytes]] = await self._asked(
            self._store.write, scripts.REMOVE, [], [buckets], named
        )
        return answers

    async def get(self, article_ids: Sequence[str]) -> list[Record | None]:
        """The articles stored under the ids."""
        rows = await self._store.read(scripts.GET, self._keys, [self._prefix, *article_ids])
        return [read_lazily(self._number(row[0]), row[1]) if row else None for row in rows]

    async def last(self) -> int:
        """The shard's own number of what was stored last."""
        last: int = await self._store.read(scripts.LAST, self._keys, [self._prefix])
        return last

    async def query(self, signatures: Sequence[Signature | None], seen: int = 0) -> list[ShardLookup]:
        """What the buckets of each signature hold; what is not here yet will be stored later than ``seen``, ms."""
        buckets = BucketRequest([bucket_hashes(signature) for signature in signatures])
        documents, self._pages, pages = await self._asked(self._store.read, scripts.QUERY, [seen], [buckets])
        return [ShardLookup(documents, postings) for postings in buckets.read(pages, self._cap, self._number(0))]

    async def fetch(self, requests: Sequence[tuple[NDArray[np.uint64], int, bytes]]) -> list[list[tuple[int, bytes]]]:
        """For each request (numbers of this shard, most, filters): numbers and records, in the order given."""
        args: list[Argument] = [self._prefix]
        for numbers, most, filters in requests:
            args += [most, filters, numbers.astype("<u4").tobytes()]
        answers = await self._store.read(scripts.FETCH, self._keys, args)
        return [
            [
                (self._number(local), record)
                for local, record in zip(np.frombuffer(given, "<u4").tolist(), records, strict=True)
            ]
            for given, *records in answers
        ]

    async def sweep(self, most: int) -> list[str]:
        """Remove articles that have expired, at most so many; their ids."""
        due = await self._store.read(scripts.DUE, self._keys, [self._prefix, most])
        if not due:
            return []
        names = [read_record(record).id for _, record in due]
        hashes = [await self._hashes_of(record) for _, record in due]
        # One that was replaced or removed meanwhile has another number, and is left alone.
        answers = await self._remove([(name, row[0], its) for name, row, its in zip(names, due, hashes, strict=True)])
        return [
            name for name, (outcome, _, _) in zip(names, answers, strict=True) if outcome in (b"expired", b"removed")
        ]

    # For a rebuild

    async def phase(self, expected: str, phase: str, milliseconds: int) -> str:
        """Bring the shard from one phase into the next; the phase that it was in, which stays if it is not expected."""
        args: list[Argument] = [self._prefix, expected, phase, milliseconds]
        answer: bytes = await self._store.write(scripts.PHASE, self._keys, args)
        return answer.decode()

    async def numbers(self) -> NDArray[np.uint32]:
        """The shard's own numbers of all articles that are there all the time, in order of storing."""
        cursor, parts = b"0", [b""]
        while True:
            cursor, part = await self._store.read(scripts.SCAN, self._keys, [self._prefix, cursor])
            parts.append(part)
            if cursor == b"0":
                return np.unique(np.frombuffer(b"".join(parts), "<u4"))

    async def changes(self, most: int) -> list[str]:
        """Ids that were written since the shard is logged, taken from the list."""
        return [name.decode() for name in await self._store.write(scripts.CHANGES, self._keys, [self._prefix, most])]

    async def records_of(self, article_ids: Sequence[str]) -> list[bytes | None]:
        """The records under the ids."""
        rows = await self._store.read(scripts.GET, self._keys, [self._prefix, *article_ids])
        return [row[1] if row else None for row in rows]

    async def forget(self) -> None:
        """Remove the shard with all that is in it, a part at a time; again if it was broken off."""
        numbers = await self.numbers()
        for first in range(0, len(numbers), CLEARED):
            part = numbers[first : first + CLEARED].astype("<u4").tobytes()
            await self._store.write(scripts.CLEAR, self._keys, [self._prefix, part])
        await self._store.write(scripts.FORGET, self._keys, [self._prefix])

    async def _asked(
        self,
        call: Callable[[Script, Sequence[bytes], Sequence[Argument]], Awaitable[Any]],
        script: Script,
        before: Sequence[Argument],
        requests: Sequence[BucketRequest],
        after: Sequence[Argument] = (),
    ) -> Any:
        """The answer of a script to requests for buckets, with what stands before and after them in its arguments."""
        for _ in range(MOST_TRIES):
            asked = [part for request in requests for part in request.arguments(self._pages)]
            try:
                return await call(script, self._keys, [self._prefix, *before, *asked, *after])
            except ResponseError as error:
                told, _, known = str(error).partition(" ")
                if told != "PAGES":
                    raise
                self._pages = int(known)
        raise _contended()

    def _number(self, local: int) -> int:
        return number_of(self._generation, self._shard, local)

    async def _hashes_of(self, record: Any) -> Hashes:
        """Of the text that is stored; in a thread, because it is work."""
        return await asyncio.to_thread(lambda: bucket_hashes(self._signer(read_record(record))))


def _contended() -> IndexUnavailableError:
    return IndexUnavailableError("Others keep changing this article; try again in a moment.")
