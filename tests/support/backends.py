"""The places where the index is tested, and what all its tests use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import redis

from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign
from wirematch.index.addressing import shard_of
from wirematch.models import Article, Kind

BARGE = "A gravel barge broke loose in the storm and brought down the old harbour bridge before dawn."
WHEAT = "Prices of wheat rose by a tenth last year because rain had spoilt the harvest in three provinces."
CAP = 4
SCHEME = FingerprintScheme()


def sign_article(article: Article) -> Signature | None:
    return sign(article.body, SCHEME)


@dataclass
class Backend:
    """A place for an index, and the servers behind it."""

    url: str
    shards: int
    servers: list[redis.Redis] = field(repr=False)

    def keys(self, pattern: str = "*") -> dict[bytes, redis.Redis]:
        """Keys and the server that each lies on."""
        return {key: server for server in self.servers for key in server.scan_iter(match=pattern, count=10_000)}

    def ids(self, shard: int = 0) -> Iterator[str]:
        """Ids of articles that belong to one shard."""
        names = (f"a{number}" for number in count())
        return (name for name in names if shard_of(name, self.shards) == shard)


def article(article_id: str, body: str = BARGE, **fields) -> Article:
    return Article(id=article_id, body=body, **({"kind": Kind.WIRE} | fields))


def signature(body: str = BARGE) -> Signature | None:
    return sign(body, SCHEME)
