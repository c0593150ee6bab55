"""The texts that an article had before, so that a reader can see what changed.

An article changes a little from one version to the next, so each is packed with the text of the next one as zlib's
preset dictionary (RFC 1950, FDICT): what both have costs next to nothing. Reading starts from the present text and goes
back; it ends where a text is not the one that a version was packed with, as after a crash between two steps.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from pydantic import AwareDatetime, Field

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace
from wirematch.models import Article, Strict
from wirematch.state import scripts

DICTIONARY_BYTES = 32_768
"""As much as zlib looks back."""


class EarlierVersion(Strict):
    """What an article was until it was replaced."""

    version: int = Field(ge=1)
    replaced_at: AwareDatetime
    article: Article


class EarlierVersions(Protocol):
    """By article id. Every method raises IndexUnavailableError when the store does not answer."""

    async def keep(self, earlier: EarlierVersion, following: Article) -> None:
        """Keep a version that ``following`` has just replaced."""

    async def of(self, present: Article) -> list[EarlierVersion]:
        """The versions before the present one, the latest first."""

    async def forget(self, article_ids: Sequence[str]) -> None:
        """Remove all earlier versions of these."""


class RedisEarlierVersions:
    """On Redis >= 7.2 or Valkey >= 8, one server or a cluster: the last ``most`` of each article, for ``window``."""

    def __init__(self, store: Store, namespace: Namespace, most: int, window: timedelta) -> None:
        self._store = store
        self._namespace = namespace
        self._most = most
        self._window = round(window.total_seconds() * 1000)

    async def keep(self, earlier: EarlierVersion, following: Article) -> None:
        """See EarlierVersions."""
        if self._most == 0:
            return
        keys = [self._namespace.earlier_versions(earlier.article.id or "")]
        with translated_errors():
            await self._store.write(scripts.KEEP_VERSION, keys, [pack(earlier, following), self._most, self._window])

    async def of(self, present: Article) -> list[EarlierVersion]:
        """See EarlierVersions."""
        with translated_errors():
            packed: list[bytes] = await self._store.read(
                scripts.READ_VERSIONS, [self._namespace.earlier_versions(present.id or "")]
            )
        return unpack_all(packed, present)

    async def forget(self, article_ids: Sequence[str]) -> None:
        """See EarlierVersions."""
        if article_ids:
            with translated_errors():
                await self._store.unlink([self._namespace.earlier_versions(article_id) for article_id in article_ids])


def pack(earlier: EarlierVersion, following: Article) -> bytes:
    """A version as it is kept."""
    packer = zlib.compressobj(9, zdict=_dictionary(following))
    return packer.compress(earlier.model_dump_json(exclude_none=True).encode()) + packer.flush()


def unpack(packed: bytes, following: Article) -> EarlierVersion | None:
    """What :func:`pack` packed; None where another text followed."""
    unpacker = zlib.decompressobj(zdict=_dictionary(following))
    try:
        return EarlierVersion.model_validate_json(unpacker.decompress(packed) + unpacker.flush())
    except (zlib.error, ValueError):
        return None


def unpack_all(packed: Sequence[bytes], present: Article) -> list[EarlierVersion]:
    """The versions before the present one, from the latest back to where another text followed."""
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
    # As JSON, since that is what it is compared with.
    return (
        Article(body=article.body, headline=article.headline)
        .model_dump_json(exclude_none=True)
        .encode()[-DICTIONARY_BYTES:]
    )
