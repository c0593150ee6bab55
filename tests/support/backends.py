"""The places where the index is tested, and what all its tests use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import redis

from wirematch.fingerprint.minhash import FingerprintScheme, Signature, sign
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.addressing import shard_of
from wirematch.index.redis_index import RedisIndex
from wirematch.models import Article, Filters, Kind

BARGE = "A gravel barge broke loose in the storm and brought down the old harbour bridge before dawn."
WHEAT = "Prices of wheat rose by a tenth last year because rain had spoilt the harvest in three provinces."
CAP = 4
SCHEME = FingerprintScheme(Sampling.BOTTOM)


def sign_article(article: Article) -> Signature | None:
    return sign(article.body, SCHEME)


Server = redis.Redis | redis.RedisCluster


@dataclass
class Backend:
    """A place for an index, and the servers behind it."""

    url: str
    shards: int
    client: Server = field(repr=False)
    """A client for keys; in a cluster, it asks the server of each key."""
    servers: list[redis.Redis] = field(repr=False)
    """Clients of all masters."""

    def keys(self, pattern: str = "*") -> dict[bytes, Server]:
        """Return keys, with the client to ask for each."""
        return dict.fromkeys(self.client.scan_iter(match=pattern, count=10_000), self.client)

    def ids(self, shard: int = 0) -> Iterator[str]:
        """Yield article ids that belong to one shard."""
        names = (f"a{number}" for number in count())
        return (name for name in names if shard_of(name, self.shards) == shard)


def article(article_id: str, body: str = BARGE, **fields) -> Article:
    return Article(id=article_id, body=body, **({"kind": Kind.WIRE} | fields))


def signature(body: str = BARGE) -> Signature | None:
    return sign(body, SCHEME)


async def found(index: RedisIndex, body: str = BARGE, limit: int = 100, **filters) -> list[str]:
    """Return the ids of a text's candidates."""
    candidates = await index.lookup(signature(body))
    return [entry.article.id for entry in await index.fetch(candidates.ranking, limit, Filters(**filters))]


def stored_keys(server: Server, index_name: str) -> set[str]:
    """Return the names of all keys stored for an index, without the index's own name."""
    pattern = f"{{{index_name}[}}:]*"
    found = {key.decode("latin-1").removeprefix(f"{{{index_name}") for key in server.scan_iter(pattern, 10_000)}
    return {key for key in found if not key.endswith(("}:record", "}:state"))}
