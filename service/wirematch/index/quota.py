"""An index with a limited number of articles."""

from __future__ import annotations

import time
from collections.abc import Sequence

from wirematch.errors import ArticleExistsError, ArticleNotFoundError, QuotaReachedError, WirematchError
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.stored_aids import NO_AIDS, StoredAids
from wirematch.index.draft import Draft
from wirematch.index.protocol import Placement
from wirematch.index.redis_index import RedisIndex
from wirematch.models import Article

COUNTED_SECONDS = 1.0
"""Seconds for which a count is reused. Other processes may store meanwhile and overshoot the quota by that much."""


class QuotaIndex(RedisIndex):
    """A RedisIndex that refuses new articles with QuotaReachedError, raised or as a result, once it is full."""

    most_articles: int | None = None
    """None for no limit."""
    _counted = 0
    _counted_at = float("-inf")

    async def create(self, article: Article, signature: Signature | None, aids: StoredAids = NO_AIDS) -> Placement:
        """See StoryIndex."""
        if not await self._room(1):
            raise await self._refusal(article)
        placement = await super().create(article, signature, aids)
        self._counted += 1
        return placement

    async def create_drafted(self, drafts: Sequence[Draft]) -> list[Placement | WirematchError]:
        """See StoryIndex. If there is not room for all, the first are stored."""
        room = await self._room(len(drafts))
        placed = await super().create_drafted(drafts[:room])
        self._counted += sum(isinstance(one, Placement) for one in placed)
        refused = [await self._refusal(draft.article) for draft in drafts[room:]]
        return [*placed, *refused]

    async def replace(
        self,
        article: Article,
        signature: Signature | None,
        expected: int | None = None,
        aids: StoredAids = NO_AIDS,
    ) -> Placement | None:
        """See StoryIndex. Replacing an article needs no room."""
        if not await self._room(1) and not await self._holds(article):
            raise self._reached()
        return await super().replace(article, signature, expected, aids)

    async def _room(self, wanted: int) -> int:
        """How many of ``wanted`` new articles may be stored."""
        if self.most_articles is None:
            return wanted
        now = time.monotonic()
        if now - self._counted_at >= COUNTED_SECONDS or self._counted + wanted > self.most_articles:
            self._counted = (await self.lookup(None)).documents
            self._counted_at = now
        return max(0, min(wanted, self.most_articles - self._counted))

    async def _refusal(self, article: Article) -> WirematchError:
        """The error for an article that was not stored: its id is taken, or the quota is reached."""
        return ArticleExistsError(article.id or "") if await self._holds(article) else self._reached()

    async def _holds(self, article: Article) -> bool:
        try:
            await self.get(article.id or "")
        except ArticleNotFoundError:
            return False
        return True

    def _reached(self) -> QuotaReachedError:
        return QuotaReachedError(self.most_articles or 0)
