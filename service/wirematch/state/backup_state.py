"""State kept beside the index, read and restored as a whole, with its expiry times, for a backup.

Reading uses Redis cursors (SCAN): what exists throughout the scan is returned at least once.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from wirematch.concurrency import together
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.models import Article
from wirematch.state import scripts
from wirematch.state.clusters import KeptMembership, kept_membership
from wirematch.state.earlier_versions import EarlierVersion, EarlierVersions, unpack_all
from wirematch.state.judgements import Judgement, Judgements, read_judgement
from wirematch.state.pending_articles import PendingArticles
from wirematch.state.withdrawals import Kill, Kills, decode_kill

MEMBERS_AT_ONCE = 200
"""Members written by one script."""
FOR_EVER = timedelta(days=36_500)


class BackupState:
    """The state of one namespace. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._namespace = namespace
        self._judgements = Judgements(store, namespace)
        self._pending = PendingArticles(store, namespace.pending_articles)

    async def kills(self) -> AsyncIterator[tuple[str, Kill, int]]:
        """Yield article id, kill and expiry (ms since 1970) of every kill. Scans the keys."""
        with translated_errors():
            async for key in self._store.scan(self._namespace.kill_pattern):
                left, found = await self._store.read(scripts.READ_KILL_LEFT, [key])
                if found:
                    yield self._namespace.killed_id(key), decode_kill(found), _until(left)

    async def kills_of(self, article_ids: Sequence[str]) -> list[Kill | None]:
        """Return the newest kill of each article; None for those without one."""
        kept = Kills(self._store, self._namespace, FOR_EVER)
        return list(await together(*(kept.of(one) for one in article_ids)))

    async def put_kill(self, article_id: str, kill: Kill, until: int, outdated: Any) -> bool:
        """Record a kill as ``Kills.note`` does; return False if it has expired."""
        window = _left(until)
        if window is None:
            return False
        await Kills(self._store, self._namespace, window).note(article_id, kill, outdated)
        return True

    async def earlier_versions(self, present: Article) -> tuple[list[EarlierVersion], int]:
        """Return an article's earlier versions, latest first, and their expiry (ms since 1970)."""
        with translated_errors():
            left, packed = await self._store.read(
                scripts.READ_VERSIONS_LEFT, [self._namespace.earlier_versions(present.id or "")]
            )
        return unpack_all(packed, present), _until(left)

    async def put_earlier_versions(self, present: Article, earlier: Sequence[EarlierVersion], until: int) -> int:
        """Replace an article's earlier versions; return how many were written, 0 if they have expired."""
        window = _left(until)
        if window is None:
            return 0
        versions = EarlierVersions(self._store, self._namespace, len(earlier), window)
        await versions.forget([present.id or ""])
        following = [present, *(one.article for one in earlier[:-1])]
        for one, next_ in reversed(list(zip(earlier, following, strict=True))):
            await versions.keep(one, next_)
        return len(earlier)

    async def pending(self) -> list[str]:
        """Return the articles whose clusters may not have been updated yet.

        Read after the stored articles and before the members, none is missed: each is either pending or a member.
        """
        return await self._pending.noted()

    async def put_pending(self, article_ids: Sequence[str]) -> None:
        """Record articles that the next sweep shall decide anew, and whose clusters it shall update."""
        await self._pending.add(article_ids, 0, keep_earlier=True)

    async def members(self) -> AsyncIterator[KeptMembership]:
        """Yield all members of clusters, originals included."""
        keys, cursor = self._namespace.clusters, b"0"
        with translated_errors():
            while True:
                cursor, found = await self._store.read(scripts.SCAN_MEMBERS, keys.declared, [keys.prefix, cursor])
                for answer in found:
                    yield kept_membership(answer)
                if cursor == b"0":
                    return

    async def put_members(self, members: Sequence[KeptMembership]) -> int:
        """Add those that are in no cluster yet; return how many were added."""
        keys, made = self._namespace.clusters, 0
        with translated_errors():
            for first in range(0, len(members), MEMBERS_AT_ONCE):
                args: list[Argument] = [keys.prefix]
                args += [part for member in members[first : first + MEMBERS_AT_ONCE] for part in member]
                made += await self._store.write(scripts.PUT_MEMBERS, keys.declared, args)
        return made

    async def judgements(self) -> AsyncIterator[Judgement]:
        """Yield all judgements."""
        with translated_errors():
            async for _, written in self._store.scan_hash(self._namespace.judgements[0], "*"):
                yield read_judgement(written)

    async def put_judgement(self, judgement: Judgement) -> bool:
        """Write a judgement unless the pair has one; return whether it was written."""
        pair = judgement.submission_id, judgement.story_id
        if await self._judgements.find([pair]):
            return False
        await self._judgements.keep(judgement)
        return True


def _until(left: int) -> int:
    return round(time.time() * 1000) + left if left >= 0 else round((time.time() + FOR_EVER.total_seconds()) * 1000)


def _left(until: int) -> timedelta | None:
    left = timedelta(milliseconds=until - round(time.time() * 1000))
    return left if left > timedelta(0) else None
