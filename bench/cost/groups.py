"""The cost of clusters to the server: time to settle an article, and memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import redis

from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Relation
from wirematch.state.clusters import ArticleClusters, ClusterLink, ClusterUpdate

ARTICLES, SIZE, BATCH = 20_000, 5, 50
NAME = "bench-groups"
START = datetime(2026, 3, 3, tzinfo=UTC)


async def measure_groups(redis_url: str) -> dict[str, float]:
    """Settle clusters of five, each article against all earlier ones of its cluster, 50 at a time."""
    store = Store(connect(redis_url, 30.0), 30.0)
    groups = ArticleClusters(store, Namespace(NAME))
    settled = 0
    with redis.Redis.from_url(redis_url) as server:
        server.config_resetstat()
        before = server.info("memory")["used_memory_dataset"]
        for first in range(0, ARTICLES, BATCH):
            joining = [_joining(number) for number in range(first, first + BATCH) if number % SIZE]
            await groups.settle(joining)
            settled += len(joining)
        statistics = server.info("commandstats")
        busy = sum(statistics[name]["usec"] for name in ("cmdstat_eval", "cmdstat_evalsha") if name in statistics)
        taken = server.info("memory")["used_memory_dataset"] - before
    await store.close()
    return {"server us an article settled": round(busy / settled, 1), "bytes a member": round(taken / ARTICLES)}


def _joining(number: int) -> ClusterUpdate:
    first = number - number % SIZE
    sources = [ClusterLink(_id(other), _stored(other), Relation.COPY, 0.99) for other in range(first, number)]
    return ClusterUpdate(_id(number), _stored(number), number, sources)


def _id(number: int) -> str:
    return f"urn:article:{number:08d}"


def _stored(number: int) -> datetime:
    return START + timedelta(seconds=number)
