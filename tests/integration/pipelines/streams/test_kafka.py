"""The Kafka consumer with the real service, on FastStream's in-memory broker."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from faststream.kafka import TestKafkaBroker

from wirematch.pipelines.streams.kafka_consumer import KafkaConsumer

TestKafkaBroker.__test__ = False  # a class of FastStream's, not a test


pytestmark = pytest.mark.anyio


async def test_kafka_messages_are_stored_and_poison_is_told_dead(chosen, article):
    """In memory, by FastStream's own test broker; no Kafka was available."""
    settings = chosen()
    consumer = KafkaConsumer(settings)
    decided, dead = [], []

    @consumer.broker.subscriber(settings.decisions)
    async def hear(told: Any) -> None:
        decided.append(told)

    @consumer.broker.subscriber(settings.dead)
    async def mourn(told: Any) -> None:
        dead.append(told)

    async with consumer.running(), TestKafkaBroker(consumer.broker) as broker:
        await broker.publish(article, settings.name)
        await broker.publish(b"no JSON", settings.name)

    assert [one["id"] for one in decided] == [article["id"]]
    assert len(dead) == 1
