"""The catalogue for browsing: stored articles, newest first, with headline and metadata but no text.

The index keeps no list of articles. Numbers are given in the order of storing, so the newest articles of a shard are
found by counting down from its last number. How many numbers one answer looks at is bounded; the answer then says where
to continue.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from wirematch.concurrency import together
from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.keys import Namespace
from wirematch.index.records.codec import DAMAGE, FACTS, KINDS, TIMES, UNKNOWN, milliseconds
from wirematch.models import Kind
from wirematch.text.markup import opening, shortened

LOOKED_AT_ONCE = 500
"""Numbers looked at by one script call, which occupies Redis for about a millisecond."""
MOST_LOOKED_AT = 5_000
"""Numbers looked at for one page, over all shards."""
_HEADLINE = re.compile(r'^\{"headline":"((?:[^"\\]|\\.)*)')
_NUMBER = re.compile(r"[0-9]{1,10}")
_BODY = re.compile(r'^\{"body":"((?:[^"\\]|\\.)*)')


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored article as listed."""

    id: str
    source: str | None
    headline: str | None
    opening: str | None
    """The first words of the text if there is no headline."""
    published_at: datetime | None
    stored_at: datetime
    kind: Kind
    version: int
    url: None = None


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """Filters; by default they select everything."""

    words: str = ""
    """Each must be the beginning of a word in the headline, or in the first words of the text if there is none."""
    source: str = ""
    """Words as above, of the source."""
    kinds: Sequence[Kind] = ()
    published_after: datetime | None = None
    published_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of articles, newest first."""

    entries: list[Entry]
    stored: int
    """Number of articles in the index."""
    looked_at: int
    next_token: str | None
    """Token for the next page; None at the end."""
    begun_again: bool = False
    """Whether the token that was given is of an index that has been rebuilt since, so that this is the first page."""


@dataclass(slots=True)
class _Walk:
    """How far one shard has been read."""

    shard: int
    below: int
    """Continue with numbers below this one; 0 begins at the newest."""
    ended: bool = False
    found: deque[tuple[int, Entry]] = field(default_factory=deque)
    """Numbers and articles found but not yet returned."""


class Catalogue:
    """Stored articles, newest first. Raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._namespace = namespace
        self._record = FingerprintRecord(store, namespace)

    async def newest(self, query: CatalogueQuery, limit: int, token: str | None = None) -> EntryPage:
        """Return at most ``limit`` articles, from ``token`` (the ``next_token`` of a page) on, or the newest."""
        with translated_errors():
            return await self._newest(query, limit, token)

    async def _newest(self, query: CatalogueQuery, limit: int, token: str | None) -> EntryPage:
        live = await self._live()
        below = _places(live, token)
        walks = _begin(live, below)
        entries: list[Entry] = []
        stored = dict.fromkeys(range(live.shards), 0)
        looked_at = 0
        while len(entries) < limit:
            empty = [walk for walk in walks if not walk.found and not walk.ended]
            if empty and looked_at >= MOST_LOOKED_AT:
                break
            answers = await together(*(self._look(live, walk, query, limit - len(entries)) for walk in empty))
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
        begun_again = bool(token) and below is None
        return EntryPage(entries, sum(stored.values()), looked_at, _more(live, walks), begun_again)

    async def _live(self) -> Generation:
        record, _ = await self._record.read()
        return Generation(int(record.get("generation", 1)), int(record.get("shards", 1)))

    async def _look(self, live: Generation, walk: _Walk, query: CatalogueQuery, limit: int) -> tuple[int, int]:
        """Read on in one shard; return how many articles it has and how many numbers were looked at."""
        words, source = query.words.casefold().split(), query.source.casefold().split()
        most = LOOKED_AT_ONCE if words or source else limit  # words are filtered here, everything else in the script
        keys = self._namespace.shard(live.number, walk.shard, live.shards)
        args: list[Argument] = [keys.prefix, walk.below, LOOKED_AT_ONCE, most, _filters(query)]
        documents, seen, below, beginnings = await self._store.read(scripts.NEWEST, keys.declared, args)
        for number, beginning in beginnings:
            try:
                entry = _read(beginning)
            except DAMAGE:  # the index logs it when it reads the article
                continue
            if _has(entry.headline or entry.opening or "", words) and _has(entry.source or "", source):
                walk.found.append((number, entry))
        walk.below, walk.ended = below, below == 0
        return int(documents), int(seen)


def _places(live: Generation, token: str | None) -> list[int] | None:
    """Return where each shard is continued; None for no token, and for one of another generation."""
    generation, _, numbers = (token or "").partition("-")
    below = numbers.split(".")
    if generation == str(live.number) and len(below) == live.shards and all(map(_NUMBER.fullmatch, below)):
        return list(map(int, below))
    return None


def _begin(live: Generation, below: Sequence[int] | None) -> list[_Walk]:
    if below is None:
        return [_Walk(shard, 0) for shard in range(live.shards)]
    return [_Walk(shard, min(number, 2**32), ended=number == 1) for shard, number in enumerate(below)]


def _more(live: Generation, walks: Sequence[_Walk]) -> str | None:
    if all(walk.ended and not walk.found for walk in walks):
        return None
    below = [(walk.found[0][0] + 1) if walk.found else (1 if walk.ended else walk.below) for walk in walks]
    return f"{live.number}-{'.'.join(map(str, below))}"


def _filters(query: CatalogueQuery) -> str:
    return json.dumps(
        {
            "kinds": [KINDS.index(kind) for kind in query.kinds] or None,
            "after": query.published_after and milliseconds(query.published_after),
            "before": query.published_before and milliseconds(query.published_before),
        }
    )


def _read(beginning: bytes) -> Entry:
    version, stored, _ = TIMES.unpack_from(beginning)
    published, kind, _, id_length, source_length = FACTS.unpack_from(beginning, TIMES.size)
    at = TIMES.size + FACTS.size
    rest = beginning[at + id_length + source_length :].decode("utf-8", "ignore")
    headline = _headline(rest)
    return Entry(
        id=beginning[at : at + id_length].decode(),
        source=beginning[at + id_length : at + id_length + source_length].decode() or None,
        headline=headline,
        opening=None if headline else _opening(rest),
        published_at=_published(published),
        stored_at=datetime.fromtimestamp(stored / 1000, UTC),
        kind=KINDS[kind],
        version=version,
    )


def _published(moment: int) -> datetime | None:
    """None if unknown, or if UTC takes it out of the years that datetime supports."""
    try:
        return None if moment == UNKNOWN else datetime.fromtimestamp(moment / 1000, UTC)
    except (ValueError, OverflowError):
        return None


def _headline(begun: str) -> str | None:
    """Return the headline from an article's JSON that may be cut anywhere."""
    headline = _HEADLINE.match(begun)
    return " ".join(_unescaped(headline[1]).split()) or None if headline else None


def _opening(begun: str) -> str | None:
    """Return the first words of the body from an article's JSON that may be cut anywhere."""
    body = _BODY.match(begun)
    return shortened(opening(_unescaped(body[1]))) if body else None


def _unescaped(begun: str) -> str:
    try:
        return str(json.loads(f'"{begun}"'))
    except ValueError:  # cut within an escape sequence
        return begun.rpartition("\\")[0]


def _has(text: str, words: Sequence[str]) -> bool:
    """Whether each of the words begins a word of the text."""
    if not words:
        return True
    folded = text.casefold()
    return all(re.search(rf"(?<!\w){re.escape(word)}", folded) for word in words)
