"""Earlier versions of an article, so that a reader can see what changed.

Versions differ little, so each is compressed with the following version's text as zlib's preset dictionary (RFC 1950,
FDICT): what both share costs next to nothing. Reading goes backwards from the present text. It stops at a version that
was not compressed against the text after it, as may happen after a crash.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import timedelta

from pydantic import AwareDatetime, Field

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.models import Article, Strict
from wirematch.state import scripts

DICTIONARY_BYTES = 32_768
"""The size of zlib's window."""


class EarlierVersion(Strict):
    """An article as it was until it was replaced."""

    version: int = Field(ge=1)
    replaced_at: AwareDatetime
    article: Article


class EarlierVersions:
    """Earlier versions by article id: the last ``most`` of each, kept for ``window``.

    Every method raises IndexUnavailableError when Redis does not answer.
    """

    def __init__(self, store: Store, namespace: Namespace, most: int, window: timedelta) -> None:
        self._store = store
        self._namespace = namespace
        self._most = most
        self._window = round(window.total_seconds() * 1000)

    async def keep(self, earlier: EarlierVersion, following: Article) -> None:
        """Keep a version that ``following`` has just replaced."""
        if self._most == 0:
            return
        keys = [self._namespace.earlier_versions(earlier.article.id or "")]
        with translated_errors():
            await self._store.write(scripts.KEEP_VERSION, keys, [pack(earlier, following), self._most, self._window])

    async def of(self, present: Article) -> list[EarlierVersion]:
        """Return the versions before the present one, latest first."""
        with translated_errors():
            packed: list[bytes] = await self._store.read(
                scripts.READ_VERSIONS, [self._namespace.earlier_versions(present.id or "")]
            )
        return unpack_all(packed, present)

    async def forget(self, article_ids: Sequence[str]) -> None:
        """Delete all earlier versions of these articles."""
        with translated_errors():
            for article_id in article_ids:
                await self._store.write(scripts.DROP_VERSIONS, [self._namespace.earlier_versions(article_id)])


def pack(earlier: EarlierVersion, following: Article) -> bytes:
    """Encode a version, compressed against the one that followed it."""
    packer = zlib.compressobj(9, zdict=_dictionary(following))
    return packer.compress(earlier.model_dump_json(exclude_none=True).encode()) + packer.flush()


def unpack(packed: bytes, following: Article) -> EarlierVersion | None:
    """Decode what :func:`pack` encoded; None if ``following`` is not the text it was compressed against."""
    unpacker = zlib.decompressobj(zdict=_dictionary(following))
    try:
        return EarlierVersion.model_validate_json(unpacker.decompress(packed) + unpacker.flush())
    except (zlib.error, ValueError):
        return None


def unpack_all(packed: Sequence[bytes], present: Article) -> list[EarlierVersion]:
    """Decode the versions before the present one, latest first, as far back as the chain is intact."""
    found: list[EarlierVersion] = []
    following = present
    for one in packed:
        earlier = unpack(one, following)
        if earlier is None:
            break
        found.append(earlier)
        following = earlier.article
    return found


def _dictionary(article: Article) -> bytes:
    # As JSON, because that is what gets compressed against it.
    return (
        Article(body=article.body, headline=article.headline)
        .model_dump_json(exclude_none=True)
        .encode()[-DICTIONARY_BYTES:]
    )
