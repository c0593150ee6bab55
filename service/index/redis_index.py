"""The index in Redis: one script a write, one round trip a read.

Keys, all under one hash tag so that they share a slot (``docs/index.md`` has the table)::

    {main}:record     hash    fingerprint record
    {main}:sequence   string  last document number
    {main}:ids        hash    article id -> document number
    {main}:d<number>  hash    the article, its signature and the facets that filters read
    {main}:b<band><minimum>  string  posting list, 1 + 4 bytes of name
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import numpy as np
import xxhash
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.errors import (
    ArticleExistsError,
    ArticleNotFoundError,
    IndexMismatchError,
    IndexUnavailableError,
    WirematchError,
)
from service.fingerprint.minhash import FingerprintScheme, Signature, pack
from service.fingerprint.ranking import Ranking, rank
from service.index.story_index import NO_FILTERS, Candidates, Entry, Outcome, Placement
from service.models import Article, Filters, StoredArticle

LAYOUT_VERSION = 1


@contextmanager
def _answering() -> Iterator[None]:
    """Every failure of Redis becomes IndexUnavailableError, with Redis's own words in it."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise IndexUnavailableError(f"Redis failed or did not answer in time: {error}") from error


class RedisIndex:
    """A StoryIndex on Redis >= 7.2 or Valkey >= 8."""

    def __init__(self, redis: Redis, name: str, scheme: FingerprintScheme, bucket_cap: int) -> None:
        self._redis = redis
        self._name = name
        self._scheme = scheme
        self._bucket_cap = bucket_cap
        self._prefix = f"{{{name}}}:"
        self._record_key, self._sequence_key, self._ids_key = (
            self._prefix + part for part in ("record", "sequence", "ids")
        )
        self._claim, self._get, self._fetch = (redis.register_script(_lua(name)) for name in ("claim", "get", "fetch"))
        # The scripts that write share the handling of posting lists. Deleting works in a full Redis, too.
        self._put, self._delete = (redis.register_script(_lua("postings", name)) for name in ("put", "delete"))

    async def open(self) -> None:
        """See StoryIndex."""
        wanted = self._scheme.record() | {"layout": str(LAYOUT_VERSION)}
        with _answering():
            flat = await self._claim(keys=[self._record_key], args=[part for item in wanted.items() for part in item])
            for script in (self._put, self._delete, self._get, self._fetch):
                await self._redis.script_load(script.script)
        found = _record(flat)
        differing = [
            f"{field} is {found.get(field, 'missing')}, not {value}"
            for field, value in wanted.items()
            if found.get(field) != value
        ]
        if differing:
            raise IndexMismatchError(
                f"The index {self._name!r} was built with other parameters ({'; '.join(differing)}), so what is stored "
                "in it cannot be found with this program. Run the version that built it, or choose a new index name "
                "(WIREMATCH_INDEX) and add the articles again."
            )

    async def close(self) -> None:
        """See StoryIndex."""
        await self._redis.aclose()

    async def create(self, article: Article, signature: Signature | None) -> Placement:
        """See StoryIndex."""
        with _answering():
            return await self._store("create", article, signature)

    async def create_many(self, items: Sequence[tuple[Article, Signature | None]]) -> list[Placement | WirematchError]:
        """See StoryIndex."""
        placed: list[Placement | WirematchError] = []
        for article, signature in items:
            try:
                placed.append(await self.create(article, signature))
            except WirematchError as error:
                placed.append(error)
        return placed

    async def replace(self, article: Article, signature: Signature | None) -> Placement:
        """See StoryIndex."""
        with _answering():
            return await self._store("replace", article, signature)

    async def _store(self, mode: str, article: Article, signature: Signature | None) -> Placement:
        if article.id is None or article.kind is None:
            raise ValueError("an article is stored under an id and as a kind")
        content = article.model_dump_json(exclude_none=True)
        outcome, number, version, _ = await self._put(
            keys=[self._ids_key, self._sequence_key],
            args=[
                self._prefix,
                mode,
                article.id,
                content,
                xxhash.xxh3_128_hexdigest(content.encode()),
                pack(signature),
                article.source or "",
                article.kind.value,
                "" if article.published_at is None else _milliseconds(article.published_at),
                self._bucket_cap,
            ],
        )
        if outcome == b"exists":
            raise ArticleExistsError(article.id)
        return Placement(Outcome(outcome.decode()), number, version)

    async def delete(self, article_id: str, number: int | None = None) -> bool:
        """See StoryIndex."""
        with _answering():
            expected = "" if number is None else number
            return bool(await self._delete(keys=[self._ids_key], args=[self._prefix, article_id, expected]))

    async def get(self, article_id: str) -> Entry:
        """See StoryIndex."""
        with _answering():
            row = await self._get(keys=[self._ids_key], args=[self._prefix, article_id])
        if not row:
            raise ArticleNotFoundError(article_id)
        return _entry(*row)

    async def candidates(self, signature: Signature | None, before: int | None = None) -> Candidates:
        """See StoryIndex."""
        with _answering():
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.hlen(self._ids_key)
            if signature is not None:
                prefix, packed = self._prefix.encode() + b"b", pack(signature)
                pipeline.mget(
                    [prefix + bytes([band]) + packed[4 * band : 4 * band + 4] for band in range(len(signature))]
                )
            documents, *lists = await pipeline.execute()
            postings = [np.frombuffer(found, "<u4") for found in (lists[0] if lists else []) if found]
            return Candidates(rank(postings, documents, self._bucket_cap, before), documents)

    async def candidates_many(
        self, signatures: Sequence[Signature | None], before: Sequence[int | None]
    ) -> list[Candidates]:
        """See StoryIndex."""
        return [await self.candidates(signature, number) for signature, number in zip(signatures, before, strict=True)]

    async def fetch(self, ranking: Ranking, limit: int, filters: Filters = NO_FILTERS) -> list[Entry]:
        """See StoryIndex."""
        with _answering():
            return await self._read(ranking.numbers, limit, filters)

    async def _read(self, numbers: np.ndarray[Any, Any], limit: int, filters: Filters) -> list[Entry]:
        if not len(numbers):
            return []
        wanted = {
            "sources": filters.sources,
            "kinds": filters.kinds,
            "after": filters.published_after and _milliseconds(filters.published_after),
            "before": filters.published_before and _milliseconds(filters.published_before),
        }
        rows = await self._fetch(
            keys=[self._ids_key], args=[self._prefix, limit, json.dumps(wanted), numbers.astype("<u4").tobytes()]
        )
        return [_entry(*row) for row in rows]


def _entry(number: int, content: bytes, version: int, stored: int) -> Entry:
    fields = json.loads(content) | {"version": version, "stored_at": datetime.fromtimestamp(stored / 1000, UTC)}
    return Entry(number, StoredArticle.model_validate(fields))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _record(answer: list[bytes] | dict[bytes, bytes]) -> dict[str, str]:
    """A hash comes as pairs over RESP2 and as a map over RESP3."""
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
    return {field.decode(): value.decode() for field, value in pairs}


def _lua(*names: str) -> str:
    flags = "#!lua flags=allow-oom\n" if "delete" in names else ""
    return flags + "\n".join((files("service.index") / f"{name}.lua").read_text(encoding="utf-8") for name in names)
