"""Stored articles from the newest backwards, for people who look around: what they are called, not what is in them.

There is no list of articles beside the index. An article's number says when it was stored, so a shard's newest are
found by counting down from its last number; how many numbers are looked at for one answer is bounded, and where to go
on is told with it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Argument, Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.records.codec import DAMAGE, FACTS, KINDS, TIMES, UNKNOWN, milliseconds
from wirematch.models import Kind

LOOKED_AT_ONCE = 500
"""Numbers that a script looks at; it keeps the server for about a millisecond."""
MOST_LOOKED_AT = 5_000
"""Numbers looked at for one page, over all shards."""
_HEADLINE = re.compile(r'^\{"headline":"((?:[^"\\]|\\.)*)')
_NUMBER = re.compile(r"[0-9]{1,10}")
_BODY = re.compile(r'^\{"body":"((?:[^"\\]|\\.)*)')


@dataclass(frozen=True, slots=True)
class Entry:
    """What a stored article is called."""

    id: str
    source: str | None
    headline: str | None
    """Without one, how the article begins."""
    published_at: datetime | None
    stored_at: datetime
    kind: Kind
    version: int
    url: None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles; everything by default."""

    words: str = ""
    """All of these must begin a word of the headline."""
    sources: Sequence[str] = ()
    kinds: Sequence[Kind] = ()
    published_after: datetime | None = None
    published_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some articles, newest first."""

    entries: list[Entry]
    stored: int
    """Articles in the index."""
    looked_at: int
    more: str | None
    """Where to go on; None when everything was looked at."""


class Catalogue(Protocol):
    """Stored articles by when they were stored. Raises IndexUnavailableError when the store does not answer."""

    async def newest(self, wanted: Wanted, limit: int, place: str | None = None) -> EntryPage:
        """At most ``limit`` articles from ``place`` on, a page's ``more``; at the newest where it says nothing."""


@dataclass(slots=True)
class _Walk:
    """How far a shard has been gone through."""

    shard: int
    below: int
    """Number to go on below; 0 at the newest."""
    ended: bool = False
    found: deque[tuple[int, Entry]] = field(default_factory=deque)
    """Numbers and articles that are still to be given."""


class RedisCatalogue:
    """The catalogue of an index on Redis >= 7.2 or Valkey >= 8, one server or a cluster."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._namespace = namespace
        self._record = FingerprintRecord(store, namespace)

    async def newest(self, wanted: Wanted, limit: int, place: str | None = None) -> EntryPage:
        """See Catalogue."""
        with translated_errors():
            return await self._newest(wanted, limit, place)

    async def _newest(self, wanted: Wanted, limit: int, place: str | None) -> EntryPage:
        live = await self._live()
        walks = _begin(live, place)
        entries: list[Entry] = []
        stored = dict.fromkeys(range(live.shards), 0)
        looked_at = 0
        while len(entries) < limit:
            empty = [walk for walk in walks if not walk.found and not walk.ended]
            if empty and looked_at >= MOST_LOOKED_AT:
                break
            answers = await asyncio.gather(*(self._look(live, walk, wanted, limit - len(entries)) for walk in empty))
            for walk, (documents, seen) in zip(empty, answers, strict=True):
                stored[walk.shard] = documents
                looked_at += seen
            if any(not walk.found and not walk.ended for walk in walks):
                continue
            ready = [walk for walk in walks if walk.found]
            if not ready:
                break
            latest = max(ready, key=lambda walk: walk.found[0][1].stored_at)
            _, entry = latest.found.popleft()
            entries.append(entry)
        return EntryPage(entries, sum(stored.values()), looked_at, _more(live, walks))

    async def _live(self) -> Generation:
        record, _ = await self._record.read()
        return Generation(int(record.get("generation", 1)), int(record.get("shards", 1)))

    async def _look(self, live: Generation, walk: _Walk, wanted: Wanted, limit: int) -> tuple[int, int]:
        """Go on in one shard; how many articles are in it, and how many numbers were looked at."""
        words = wanted.words.casefold().split()
        most = LOOKED_AT_ONCE if words else limit  # words are looked for here, and everything else there
        keys = self._namespace.shard(live.number, walk.shard, live.shards)
        args: list[Argument] = [keys.prefix, walk.below, LOOKED_AT_ONCE, most, _filters(wanted)]
        documents, seen, below, beginnings = await self._store.read(scripts.NEWEST, keys.declared, args)
        for number, beginning in beginnings:
            try:
                entry = _read(beginning)
            except DAMAGE:  # the index logs it where it meets the article
                continue
            if _has(entry.headline or "", words):
                walk.found.append((number, entry))
        walk.below, walk.ended = below, below == 0
        return int(documents), int(seen)


def _begin(live: Generation, place: str | None) -> list[_Walk]:
    """A place of another generation means nothing in this one, so everything begins anew."""
    walks = [_Walk(shard, 0) for shard in range(live.shards)]
    generation, _, numbers = (place or "").partition("-")
    below = numbers.split(".")
    if generation == str(live.number) and len(below) == live.shards and all(map(_NUMBER.fullmatch, below)):
        for walk, number in zip(walks, map(int, below), strict=True):
            walk.below = min(number, 2**32)
            walk.ended = number == 1
    return walks


def _more(live: Generation, walks: Sequence[_Walk]) -> str | None:
    if all(walk.ended and not walk.found for walk in walks):
        return None
    below = [(walk.found[0][0] + 1) if walk.found else (1 if walk.ended else walk.below) for walk in walks]
    return f"{live.number}-{'.'.join(map(str, below))}"


def _filters(wanted: Wanted) -> str:
    return json.dumps(
        {
            "kinds": [KINDS.index(kind) for kind in wanted.kinds] or None,
            "sources": list(wanted.sources) or None,
            "after": wanted.published_after and milliseconds(wanted.published_after),
            "before": wanted.published_before and milliseconds(wanted.published_before),
        }
    )


def _read(beginning: bytes) -> Entry:
    version, stored, _ = TIMES.unpack_from(beginning)
    published, kind, _, id_length, source_length = FACTS.unpack_from(beginning, TIMES.size)
    at = TIMES.size + FACTS.size
    rest = beginning[at + id_length + source_length :].decode("utf-8", "ignore")
    return Entry(
        id=beginning[at : at + id_length].decode(),
        source=beginning[at + id_length : at + id_length + source_length].decode() or None,
        headline=_title(rest),
        published_at=_published(published),
        stored_at=datetime.fromtimestamp(stored / 1000, UTC),
        kind=KINDS[kind],
        version=version,
    )


def _published(moment: int) -> datetime | None:
    """None where it is not known, or in no year of the calendar in UTC, as with an offset it may be."""
    try:
        return None if moment == UNKNOWN else datetime.fromtimestamp(moment / 1000, UTC)
    except (ValueError, OverflowError):
        return None


def _title(begun: str) -> str | None:
    """The headline, or how the body begins, from the first bytes of an article's JSON, which may end anywhere."""
    found = _HEADLINE.match(begun) or _BODY.match(begun)
    if found is None:
        return None
    try:
        text = json.loads(f'"{found[1]}"')
    except ValueError:  # it ends within an escape
        text = found[1].rpartition("\\")[0]
    return " ".join(text.split()) or None


def _has(headline: str, words: Sequence[str]) -> bool:
    """Whether each of the words begins one of the headline's."""
    if not words:
        return True
    folded = headline.casefold()
    return all(re.search(rf"(?<!\w){re.escape(word)}", folded) for word in words)
