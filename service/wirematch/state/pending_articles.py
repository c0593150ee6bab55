"""Articles with work left to do: recorded before anything is written, removed once all of it is done.

Work that a process could not finish, because it died or an error occurred, is thus finished later by any process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.state import scripts

WORKED_ON_MS = 60_000
"""How long the process that recorded or claimed an article has it to itself."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Articles that a process is working on."""

    article_ids: Sequence[str]
    due: int
    """When other processes may claim them, ms since 1970 by Redis' clock; also identifies this record."""


class PendingArticles:
    """Pending articles in Redis >= 7.2 or Valkey >= 8. Every method raises IndexUnavailableError when Redis is away."""

    def __init__(self, store: Store, key: bytes) -> None:
        """``key`` names a sorted set: article ids scored by when they are due."""
        self._store = store
        self._keys = [key]

    async def add(
        self, article_ids: Sequence[str], delay_ms: int = WORKED_ON_MS, *, keep_earlier: bool = False
    ) -> Claim:
        """Record that work is left for these articles; other processes may claim them after ``delay_ms``.

        :meth:`complete` does not remove articles that had been recorded before, as other processes may be working on
        them, too. With ``keep_earlier`` these keep their due time.
        """
        due = 0
        if article_ids:
            known = "NX" if keep_earlier else "CH"
            with translated_errors():
                due = await self._store.write(scripts.ADD_PENDING, self._keys, [delay_ms, known, *article_ids])
        return Claim(article_ids, due)

    async def noted(self) -> list[str]:
        """The articles of which anything is left to do, whoever is at work on them."""
        with translated_errors():
            found = await self._store.read(scripts.READ_PENDING, self._keys, [])
        return [article_id.decode() for article_id in found]

    async def claim(self, most: int) -> Claim:
        """Claim at most ``most`` articles that are due; no other process gets them for a minute."""
        with translated_errors():
            due, found = await self._store.write(scripts.CLAIM_PENDING, self._keys, [most, WORKED_ON_MS])
        return Claim([article_id.decode() for article_id in found], due)

    async def complete(self, claim: Claim, article_ids: Sequence[str]) -> None:
        """Remove articles whose work is done, except those recorded again by somebody else.

        The write is not awaited until it is durable: if it is lost, the articles are only looked at once more.
        """
        if article_ids:
            with translated_errors():
                await self._store.read(scripts.COMPLETE_PENDING, self._keys, [claim.due, *article_ids])
