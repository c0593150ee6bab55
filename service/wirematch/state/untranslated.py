"""Articles whose translation may be missing: noted before anything is written, forgotten once all of it is.

So an article that a process stored before it died, or that no engine could translate then, is looked after later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.index.connection import Store
from wirematch.index.keys import Namespace
from wirematch.index.redis_errors import translated_errors
from wirematch.state import scripts

WORKED_ON_MS = 60_000
"""For which whoever noted or took an article has it alone."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Articles that somebody is at work on."""

    article_ids: Sequence[str]
    due: int
    """When others look after them, ms since 1970 by the server's clock; tells this note from a later one."""


class UntranslatedArticles:
    """In Redis >= 7.2 or Valkey >= 8. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._keys = [namespace.untranslated]

    async def expect(self, article_ids: Sequence[str], delay_ms: int = WORKED_ON_MS) -> Expected:
        """Note that translations of these may be missing; others look after them in ``delay_ms``."""
        due = 0
        if article_ids:
            with translated_errors():
                due = await self._store.write(scripts.EXPECT_TRANSLATIONS, self._keys, [delay_ms, *article_ids])
        return Expected(article_ids, due)

    async def take(self, most: int) -> Expected:
        """At most so many whose time has come; nobody else gets them for a minute."""
        with translated_errors():
            due, found = await self._store.write(scripts.TAKE_UNTRANSLATED, self._keys, [most, WORKED_ON_MS])
        return Expected([article_id.decode() for article_id in found], due)

    async def settle(self, expected: Expected, article_ids: Sequence[str]) -> None:
        """These of the articles have the translation that they should have, or none as they should."""
        if article_ids:
            with translated_errors():
                await self._store.write(scripts.SETTLE_TRANSLATIONS, self._keys, [expected.due, *article_ids])
