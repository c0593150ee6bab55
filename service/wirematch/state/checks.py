"""Checked articles: kept for a while without being stored, so that their report has a URL.

The report itself is not kept; it is made again for each view (``docs/adr/0016``).
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import timedelta

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.models import Article
from wirematch.models.checked_articles import is_checked_key
from wirematch.state import scripts


class CheckedArticles:
    """Checked articles by key, each kept for ``window``.

    Every method raises IndexUnavailableError when Redis does not answer.
    """

    def __init__(self, store: Store, namespace: Namespace, window: timedelta) -> None:
        self._store = store
        self._namespace = namespace
        self._window = round(window.total_seconds() * 1000)

    async def keep(self, article: Article) -> str:
        """Keep the article and return its key; equal articles have the same key."""
        written = article.model_dump_json(exclude_none=True).encode()
        key = hashlib.sha256(written).hexdigest()[:32]
        with translated_errors():
            await self._store.write(
                scripts.KEEP_CHECKED, [self._namespace.checked_article(key)], [zlib.compress(written), self._window]
            )
        return key

    async def find(self, key: str) -> Article | None:
        """Return the article of a key; None if there is none or it has expired."""
        if not is_checked_key(key):
            return None
        with translated_errors():
            found: bytes = await self._store.read(scripts.READ_CHECKED, [self._namespace.checked_article(key)])
        return Article.model_validate_json(zlib.decompress(found)) if found else None
