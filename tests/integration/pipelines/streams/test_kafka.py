"""The Kafka consumer with the real service and a broker of Kafka's own protocol: nothing is passed over."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from support.stub_server import STORED, StubServer, says
from support.waiting import until

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from confluent_kafka import Consumer, TopicPartition

from support.kafka_broker import PARTITIONS, committed, kafka_broker, messages, send
from wirematch.pipelines.streams.kafka_consumer import KafkaConsumer
from wirematch.pipelines.streams.settings import StreamSettings

pytestmark = pytest.mark.anyio

AWAY = says(503, {"title": "Full", "status": 503})


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    with kafka_broker() as address:
        yield address


@pytest.fixture
def on_kafka(chosen, kafka) -> Callable[..., StreamSettings]:
    return lambda **others: chosen(broker_url=kafka, **others)


@asynccontextmanager
async def consuming(settings: StreamSettings) -> AsyncIterator[KafkaConsumer]:
    consumer = KafkaConsumer(settings)
    async with consumer.running(), consumer.broker:
        await consumer.broker.start()
        yield consumer


async def in_topic(address: str, topic: str, number: int = 1) -> list[Any]:
    """Wait until a topic has this many messages, and return all that it has."""
    found: list[Any] = []
    await until(lambda: found.extend(messages(address, topic)[len(found) :]) or len(found) >= number)
    return found


def headers_of(message: Any) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers()}


def ids_in(decided: list[Any]) -> list[str]:
    return [json.loads(one.value())["id"] for one in decided]


async def test_what_comes_in_is_stored_decided_and_committed(kafka, on_kafka, told_once):
    settings = on_kafka()
    story = told_once("kafka")
    contents = [json.dumps(story[kind] | {"id": f"kafka-{kind}"}).encode() for kind in ("wire", "copy")]
    async with consuming(settings):
        send(kafka, settings.name, *contents, key=b"cat")
        decided = await in_topic(kafka, settings.decisions, 2)
        await until(lambda: committed(kafka, settings.group, settings.name)[0] == 2)

    told = [json.loads(one.value()) for one in decided]
    assert [(one["id"], one["decision"], one["original_id"], one["message_id"]) for one in told] == [
        ("kafka-wire", "new", None, f"{settings.name}:0:0"),
        ("kafka-copy", "duplicate", "kafka-wire", f"{settings.name}:0:1"),
    ]
    assert {one.key() for one in decided} == {b"cat"}
    assert not messages(kafka, settings.dead)


@pytest.mark.parametrize(
    ("content", "headers", "reason"),
    [
        (b"no JSON", [], "is not valid JSON"),
        (b"no JSON", [("content-type", b"application/json")], "is not valid JSON"),
        (b"[" * 100_000, [], "is not valid JSON"),
        (b"\xff\xfe\x00", [("content-type", b"text/plain")], "is not UTF-8"),
        (None, [], "has no value"),
        (b"no JSON" * 300_000, [], "is not valid JSON"),
    ],
    ids=["no JSON", "named JSON", "deep", "no text", "tombstone", "long"],
)
async def test_poison_goes_to_the_dead_and_holds_nobody_up(kafka, on_kafka, article, content, headers, reason):
    """FastStream goes on with the next message where a handler raises, and its commit passes over both."""
    settings = on_kafka()
    async with consuming(settings):
        send(kafka, settings.name, content, key=b"k", headers=headers)
        send(kafka, settings.name, json.dumps(article).encode())
        await in_topic(kafka, settings.decisions)
        [dead] = await in_topic(kafka, settings.dead)

    assert headers_of(dead)["entry"] == f"{settings.name}:0:0"
    assert reason in headers_of(dead)["reason"]
    assert (dead.value() or b"", dead.key()) == (content or b"", b"k")


@pytest.mark.parametrize(
    "header",
    [("trace", b"\xff\x01"), ("trace", None), ("content-type", b"application/json"), ("reply_to", b"elsewhere")],
    ids=["bytes", "no value", "content type", "reply"],
)
async def test_an_article_is_stored_whatever_the_headers_of_its_message(kafka, on_kafka, article, header):
    settings = on_kafka()
    async with consuming(settings):
        send(kafka, settings.name, json.dumps(article).encode(), headers=[header])
        assert ids_in(await in_topic(kafka, settings.decisions)) == [article["id"]]


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
async def test_compressed_batches_are_read(kafka, on_kafka, stub: StubServer, compression):
    stub.answers = [STORED]
    settings = on_kafka(service_url=stub.url)
    contents = [json.dumps({"id": f"{number}", "body": "The tide turned."}).encode() for number in range(50)]
    async with consuming(settings):
        send(kafka, settings.name, *contents, compression=compression)
        await until(lambda: len(stub.requests) >= len(contents))

    assert [path for _, path in stub.requests] == [f"/v1/articles/{number}" for number in range(50)]


async def test_what_fails_again_and_again_is_poison(kafka, on_kafka, article, stub: StubServer):
    stub.answers = [says(500, {"title": "Oops", "status": 500, "detail": "Oops."})] * 3 + [STORED]
    settings = on_kafka(service_url=stub.url)
    content = json.dumps(article).encode()
    async with consuming(settings):
        send(kafka, settings.name, content, content)
        await in_topic(kafka, settings.decisions)
        [dead] = await in_topic(kafka, settings.dead)

    assert (dead.value(), headers_of(dead)["reason"]) == (content, "Oops. (status 500)")
    assert len(stub.requests) == 4


async def test_poison_that_is_too_long_for_the_dead_is_told_of_without_its_content(kafka, on_kafka, monkeypatch):
    monkeypatch.setattr("wirematch.pipelines.streams.kafka_consumer.LARGEST_MESSAGE", 100_000)
    settings = on_kafka()
    async with consuming(settings):
        send(kafka, settings.name, b"no JSON" * 100_000)
        [dead] = await in_topic(kafka, settings.dead)

    assert (dead.value() or b"", headers_of(dead)["entry"]) == (b"", f"{settings.name}:0:0")
    assert headers_of(dead)["reason"].endswith("left out here.")


async def test_a_decision_that_cannot_be_published_is_published_later(
    kafka, on_kafka, article, stub: StubServer, monkeypatch, caplog
):
    """The article is stored once by the consumer that waits, and the message after it waits, too."""
    stub.answers = [STORED]
    settings = on_kafka(service_url=stub.url)
    contents = [json.dumps(article | {"id": one}).encode() for one in ("first", "second")]
    send(kafka, settings.name, *contents, key=b"k")
    with monkeypatch.context() as patch:
        patch.setattr("wirematch.pipelines.streams.kafka_consumer.LARGEST_MESSAGE", 100)
        async with consuming(settings):
            await until(lambda: caplog.text.count("waits for Kafka") > 3)
    assert committed(kafka, settings.group, settings.name) == [0] * PARTITIONS
    assert stub.requests == [("PUT", "/v1/articles/first")]
    async with consuming(settings):
        assert ids_in(await in_topic(kafka, settings.decisions, 2)) == ["first", "second"]


async def test_while_the_service_is_away_the_partition_waits(kafka, on_kafka, article, stub: StubServer, live):
    """And a consumer that is told to end leaves what it could not store to the next."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = on_kafka(service_url=stub.url)
    ids = [f"{article['id']}-{number}" for number in range(3)]
    send(kafka, settings.name, *(json.dumps(article | {"id": one}).encode() for one in ids), key=b"k")
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 4 * 5)  # the client tries four times each
    assert {path for _, path in stub.requests} == {f"/v1/articles/{ids[0]}"}
    assert committed(kafka, settings.group, settings.name) == [0] * PARTITIONS
    async with consuming(settings.model_copy(update={"service_url": live.url})):
        assert ids_in(await in_topic(kafka, settings.decisions, 3)) == ids
    assert not messages(kafka, settings.dead)


async def test_what_another_consumer_took_over_is_not_stored_by_the_one_that_waited(
    kafka, on_kafka, caplog, stub: StubServer
):
    """It would undo a newer version, which the other has stored since."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = on_kafka(service_url=stub.url)
    caplog.set_level("INFO")
    *others, last = range(PARTITIONS)
    send(kafka, settings.name, b'{"id": "held", "body": "The tide turned."}', partition=last)
    async with consuming(settings):
        await until(lambda: stub.requests)
        for part in others:
            send(kafka, settings.name, b'{"id": "%d", "body": "The tide turned."}' % part, partition=part)
        async with taking_over(kafka, settings, last):
            await until(lambda: f"{settings.name}:{last}:0 is left to be delivered again" in caplog.text)
        asked = len(stub.requests)
        stub.answers = [STORED]
        await until(lambda: committed(kafka, settings.group, settings.name) == [1] * PARTITIONS)

    assert ("PUT", "/v1/articles/held") not in stub.requests[asked:]


@asynccontextmanager
async def taking_over(address: str, settings: StreamSettings, last: int) -> AsyncIterator[None]:
    """Be another consumer of the group that gets the last partition, and has stored what is in it.

    Partitions go round, those of a topic that only this consumer reads first; so the last one is always this one's,
    whichever of the two comes first in the group.
    """
    before = f"0-{settings.name}"
    send(address, before, b"")
    options = {"bootstrap.servers": address, "group.id": settings.group, "partition.assignment.strategy": "roundrobin"}
    with closing(Consumer(options | {"enable.auto.commit": False, "log_level": 0})) as other:
        other.subscribe([before, settings.name])

        def has_last() -> bool:
            other.poll(0.1)
            return TopicPartition(settings.name, last) in other.assignment()

        await until(has_last)
        other.commit(offsets=[TopicPartition(settings.name, last, 1)], asynchronous=False)
        yield
