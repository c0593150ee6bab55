"""Consumers of Redis Streams, and what their streams hold."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import redis

from wirematch.pipelines.streams.redis_consumer import RedisConsumer
from wirematch.pipelines.streams.settings import StreamSettings


@asynccontextmanager
async def consuming(settings: StreamSettings) -> AsyncIterator[None]:
    consumer = RedisConsumer(settings)
    async with consumer.running(), consumer.broker:
        await consumer.broker.start()
        yield


def pending(store: redis.Redis, settings: StreamSettings) -> int:
    return store.xpending(settings.name, settings.group)["pending"]


def bodies(store: redis.Redis, stream: str) -> list[Any]:
    return [json.loads(fields[b"data"]) for _, fields in store.xrange(stream)]


def left_by_a_dead_consumer(store: redis.Redis, settings: StreamSettings, article: dict[str, Any]) -> bytes:
    """Return the id of an entry that a consumer took an hour ago and did not acknowledge."""
    store.xgroup_create(settings.name, settings.group, id="0", mkstream=True)
    entry: bytes = store.xadd(settings.name, {"data": json.dumps(article)})
    store.xreadgroup(settings.group, "who died", {settings.name: ">"})
    store.xclaim(settings.name, settings.group, "who died", 0, [entry], idle=3_600_000)
    return entry


def seem_idle(store: redis.Redis, settings: StreamSettings, seconds: float = 3_600) -> int:
    """As if this time had gone by for all entries that are pending; return how many."""
    left = store.xpending_range(settings.name, settings.group, "-", "+", 100)
    for one in left:
        entry = [one["message_id"]]
        store.xclaim(settings.name, settings.group, one["consumer"], 0, entry, idle=round(seconds * 1000), justid=True)
    return len(left)
