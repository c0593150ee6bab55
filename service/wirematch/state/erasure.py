"""Erasure of what mentions a deleted article: judgements, pickup notes, kept responses and earlier versions."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.state import scripts
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.idempotency import IdempotencyKeys
from wirematch.state.mentions import Mention, Mentions, Place


class Erasure:
    """Erases mentions of articles. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace, requests: IdempotencyKeys, earlier: EarlierVersions) -> None:
        self._store = store
        self._namespace = namespace
        self._requests = requests
        self._earlier = earlier
        self._mentions = Mentions(store, namespace)

    async def erase_versions(self, article_ids: Sequence[str]) -> None:
        """Delete the earlier versions of articles that have expired."""
        await self._earlier.forget(article_ids)

    async def erase(self, article_id: str) -> None:
        """Erase what mentions a deleted article, except its kill. Idempotent, so it can be repeated after a failure."""
        await self._earlier.forget([article_id])
        mentions = await self._mentions.of(article_id)
        for mention in mentions:
            await self._remove(mention)
        if mentions:
            await self._mentions.forget(article_id, mentions)

    async def _remove(self, mention: Mention) -> None:
        if mention.place is Place.ANSWER:
            await self._requests.shorten(mention.name)
            return
        with translated_errors():
            if mention.place is Place.JUDGEMENT:
                await self._store.write(scripts.DROP_JUDGEMENT, self._namespace.judgements, [mention.name])
            else:
                await self._store.write(scripts.DROP_NOTE, [self._namespace.pickup_note(mention.name)])
