"""Messages about pickups in transit: their senders, and how time passes for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import redis

from support.waiting import PATIENCE_SECONDS
from support.webhook_receiver import WebhookReceiver
from wirematch.composition.components import IndexComponents, make_courier, open_components
from wirematch.observability import metrics
from wirematch.observability.recording import record_given_up
from wirematch.settings import Settings
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.outbox import GivenUpTasks


@asynccontextmanager
async def courier_of(
    settings: Settings, given_up: GivenUpTasks = record_given_up
) -> AsyncIterator[tuple[IndexComponents, Courier]]:
    async with open_components(settings.redis_url or "", settings) as components:
        courier = make_courier(components, settings, given_up)
        assert courier is not None
        yield components, courier


def make_all_due(store: redis.Redis, index_name: str) -> None:
    outbox = f"{{{index_name}}}:outbox"
    if names := store.zrange(outbox, 0, -1):
        store.zadd(outbox, dict.fromkeys(names, 0), xx=True)


async def working_until(courier: Courier, done: Callable[[], bool], time_flies: Callable[[], None]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not done():
            time_flies()
            await courier.work()


def told_of(receiver: WebhookReceiver, source: str) -> list[str]:
    """Return the ids of the articles that picked up a source's stories."""
    return [told["data"]["article"]["id"] for told in receiver.taken if told["data"]["story"]["source"] == source]


def story(article: dict[str, Any], **others: Any) -> dict[str, Any]:
    return article | {"published_at": None} | others


def given_up(task: str) -> float:
    """How many tasks of a kind the metrics of this process count as given up."""
    return metrics.REGISTRY.get_sample_value("wirematch_webhooks_given_up_total", {"task": task}) or 0.0
