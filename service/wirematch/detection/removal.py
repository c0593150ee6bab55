"""Removal of articles with everything that leads to them."""

from __future__ import annotations

from wirematch.detection.cache import DetectorCaches
from wirematch.detection.clusters.clustering import Clustering
from wirematch.detection.crosslingual.translations import Translations
from wirematch.detection.listener import StoreListener
from wirematch.detection.scheduling.deadline import commit_to_finish
from wirematch.index.keys import Namespace
from wirematch.index.protocol import StoryIndex, SweptArticle
from wirematch.state.erasure import Erasure


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
        if self._erasure is not None:
            await self._erasure.erase_versions(removed)
        return len(removed)

    async def _swept(self, index: StoryIndex, namespace: Namespace, most: int) -> list[SweptArticle]:
        swept = await index.sweep(most)
        for one in swept:
            self._caches.drop(namespace, one.number)
        return swept
