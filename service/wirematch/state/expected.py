"""Articles on which work may be left: noted before anything is written, forgotten once all of it is done.

So what a process had still to do when it died, or could not do then, is done later by whoever is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.state import scripts

WORKED_ON_MS = 60_000
"""For which whoever noted or took an article has it alone."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Articles that somebody is at work on."""

    article_ids: Sequence[str]
    due: int
    """When others look after them, ms since 1970 by the server's clock; tells this note from another one."""


class ExpectedArticles:
    """In Redis >= 7.2 or Valkey >= 8. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, key: bytes) -> None:
        """``key`` is a sorted set: ids of articles, by when they are looked after."""
        self._store = store
        self._keys = [key]

    async def expect(
        self, article_ids: Sequence[str], delay_ms: int = WORKED_ON_MS, *, keep_earlier: bool = False
    ) -> Expected:
        """Note that something is left to do for these; others look after them in ``delay_ms``.

        :meth:`forget` leaves articles that were noted already: others may have been at work on them at the same time.
        With ``keep_earlier`` they stay due when they were.
        """
        due = 0
        if article_ids:
            known = "NX" if keep_earlier else "CH"
            with translated_errors():
                due = await self._store.write(scripts.EXPECT, self._keys, [delay_ms, known, *article_ids])
        return Expected(article_ids, due)

    async def noted(self) -> list[str]:
        """The articles of which anything is left to do, whoever is at work on them."""
        with translated_errors():
            found = await self._store.read(scripts.READ_EXPECTED, self._keys, [])
        return [article_id.decode() for article_id in found]

    async def take(self, most: int) -> Expected:
        """At most so many whose time has come; nobody else gets them for a minute."""
        with translated_errors():
            due, found = await self._store.write(scripts.TAKE_EXPECTED, self._keys, [most, WORKED_ON_MS])
        return Expected([article_id.decode() for article_id in found], due)

    async def forget(self, expected: Expected, article_ids: Sequence[str]) -> None:
        """For these of the articles everything is done; those that somebody has noted since stay noted.

        Not waited for until it is safe: what is remembered after all is looked at once more.
        """
        if article_ids:
            with translated_errors():
                await self._store.read(scripts.FORGET_EXPECTED, self._keys, [expected.due, *article_ids])
