"""A broker of Kafka's protocol on loopback, in memory: librdkafka's mock cluster, which any client can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

PARTITIONS = 4
LARGEST = 32 * 1024 * 1024


@contextmanager
def kafka_broker() -> Iterator[str]:
    """Yield ``host:port``. Topics are made when they are named, with four partitions; groups rebalance as on Kafka."""
    cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    [broker] = cluster.list_topics(timeout=30).brokers.values()
    yield f"{broker.host}:{broker.port}"
    del cluster  # ends it


def send(
    address: str,
    topic: str,
    *contents: bytes | None,
    partition: int = 0,
    key: bytes | None = None,
    headers: list[tuple[str, bytes | None]] | None = None,
    compression: str = "none",
) -> None:
    """Send messages, and wait until the broker has them."""
    options = {"message.max.bytes": LARGEST, "compression.type": compression, "linger.ms": 20, "log_level": 0}
    producer = Producer({"bootstrap.servers": address, **options})
    for content in contents:
        producer.produce(topic, content, key, partition, headers=headers)
    assert producer.flush(60) == 0


def committed(address: str, group: str, topic: str) -> list[int]:
    """Return the offset that a group has committed for each partition; 0 if none."""
    with closing(Consumer({"bootstrap.servers": address, "group.id": group, "log_level": 0})) as consumer:
        parts = consumer.committed([TopicPartition(topic, part) for part in range(PARTITIONS)], timeout=60)
        return [max(part.offset, 0) for part in parts]


def messages(address: str, topic: str) -> list[Message]:
    """Return everything in a topic, partition by partition."""
    options = {"allow.auto.create.topics": True, "fetch.message.max.bytes": LARGEST, "receive.message.max.bytes": 10**8}
    found: list[Message] = []
    with closing(Consumer({"bootstrap.servers": address, "group.id": "reader", "log_level": 0, **options})) as consumer:
        consumer.list_topics(topic, timeout=60)  # makes it if there is none
        parts = [TopicPartition(topic, part, OFFSET_BEGINNING) for part in range(PARTITIONS)]
        number = sum(consumer.get_watermark_offsets(part, timeout=60)[1] for part in parts)
        consumer.assign(parts)
        while len(found) < number:
            found += [one for one in consumer.consume(number, 0.2) if one.error() is None]
    return sorted(found, key=lambda one: (one.partition(), one.offset()))
