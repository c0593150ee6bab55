"""Removal of articles with everything that leads to them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from itertools import islice

from wirematch.detection.cache import DetectorCaches
from wirematch.detection.clustering import Clustering
from wirematch.detection.scheduling.deadline import commit_to_finish
from wirematch.detection.storing.listener import StoreListener
from wirematch.detection.translations.kept_translations import Translations
from wirematch.index.keys import Namespace
from wirematch.index.protocol import StoryIndex, SweptArticle
from wirematch.state.erasure import Erasure

AGAIN_SECONDS = 30.0
"""Seconds after which a removed article is taken out of its cluster once more. A submission that found it as a source
just before the removal has joined its cluster by then, and may have brought it back."""
MOST_AGAIN = 100_000
"""Removed articles that are remembered until then."""
AGAIN_AT_ONCE = 1_000


class Removal:
    """Removes stored articles from every place that knows them. Raises the errors of StoryIndex."""

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        index: StoryIndex,
        namespace: Namespace,
        clustering: Clustering,
        listener: StoreListener,
        caches: DetectorCaches,
        *,
        erasure: Erasure | None,
        translations: Translations | None,
    ) -> None:
        self._index = index
        self._namespace = namespace
        self._clustering = clustering
        self._listener = listener
        self._caches = caches
        self._erasure = erasure
        self._translations = translations
        self._again: deque[tuple[float, str]] = deque(maxlen=MOST_AGAIN)
        """When articles are taken out of their clusters once more, and their ids."""

    async def remove(self, article_id: str, number: int | None = None) -> bool:
        """Remove the article and return whether there was one. With ``number``, only if that is still its number."""
        commit_to_finish()
        claim = await self._translations.add_pending([article_id]) if self._translations else None
        removed = await self._index.delete(article_id, number)
        if removed and number is not None:
            self._caches.drop(self._namespace, number)
        if self._translations is not None and claim is not None and (removed or number is None):
            await self._translations.follow_deletion(claim)
        if removed or number is None:  # an expired article is cleaned up, too, though it counts as absent
            await self._clustering.leave([article_id])
            self._leave_again([article_id])
            await self._listener.removed([article_id])
            if self._erasure is not None:
                await self._erasure.erase(article_id)
        return removed

    async def sweep(self, most: int) -> int:
        """Remove up to ``most`` expired articles a shard; returns how many there were."""
        removed = [one.id for one in await self._swept(self._index, self._namespace, most)]
        if self._translations is not None:
            await self._swept(self._translations.index, self._namespace.translations, most)
            await self._translations.remove(removed)
        await self._clustering.leave(removed)
        await self._clustering.catch_up()
        await self._leave_late()
        self._leave_again(removed)
        if self._erasure is not None:
            await self._erasure.erase_versions(removed)
        return len(removed)

    def _leave_again(self, article_ids: Iterable[str]) -> None:
        due = time.monotonic() + AGAIN_SECONDS
        self._again.extend((due, one) for one in article_ids)

    async def _leave_late(self) -> None:
        """Articles removed a while ago leave their clusters again, unless others are stored under their ids."""
        now = time.monotonic()
        due = [one for when, one in islice(self._again, AGAIN_AT_ONCE) if when <= now]
        if not due:
            return
        present = await self._index.get_many(due)
        if not present.partial:
            await self._clustering.leave(sorted({*due} - {record.id for record in present}))
            for _ in due:
                self._again.popleft()

    async def _swept(self, index: StoryIndex, namespace: Namespace, most: int) -> list[SweptArticle]:
        swept = await index.sweep(most)
        for one in swept:
            self._caches.drop(namespace, one.number)
        return swept
