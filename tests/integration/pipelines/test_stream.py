"""Stream consumers with the real service: Redis Streams on the real Valkey, Kafka on FastStream's in-memory broker."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import redis

from support.stub_server import StubServer, says
from support.waiting import PATIENCE_SECONDS, until

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from faststream.kafka import TestKafkaBroker

from wirematch.pipelines.streams.consumers import MOST_FIELDS, RedisConsumer, StreamGroupGoneError
from wirematch.pipelines.streams.kafka_consumer import KafkaConsumer
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch_client import Client
from wirematch_client.errors import TYPE_BASE

TestKafkaBroker.__test__ = False  # a class of FastStream's, not a test

pytestmark = pytest.mark.anyio


@pytest.fixture
def chosen(live, redis_url) -> Callable[..., StreamSettings]:
    name = f"stream-{uuid.uuid4().hex}"
    common = {
        "service_url": live.url, "broker_url": redis_url, "name": name, "decisions": f"{name}.decisions",
        "dead": f"{name}.dead", "idle_seconds": 60, "pause_seconds": 0.05, "attempts": 3,
    }  # fmt: skip
    return lambda **others: StreamSettings(**{**common, **others})


@pytest.fixture
def article(bridge) -> dict[str, Any]:
    return bridge["wire"] | {"id": f"stream-{uuid.uuid4().hex}"}


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


async def test_what_comes_in_is_stored_decided_and_acknowledged(store, chosen, live, told_once):
    settings = chosen()
    story = told_once("stream")
    article = story["wire"] | {"id": "stream-clock"}
    first = store.xadd(settings.name, {"data": json.dumps(article)})  # before anybody listens
    async with consuming(settings):
        second = store.xadd(settings.name, {"data": json.dumps(story["copy"])}).decode()
        await until(lambda: store.xlen(settings.decisions) == 2 and not pending(store, settings))
    told = bodies(store, settings.decisions)

    assert [(one["id"], one["message_id"]) for one in told] == [
        (article["id"], f"{settings.name}:{first.decode()}"),
        (f"{settings.name}:{second}", f"{settings.name}:{second}"),
    ]
    assert [(one["decision"], one["original_id"]) for one in told] == [("new", None), ("duplicate", "stream-clock")]
    with Client(live.url) as client:
        assert client.get(article["id"]).body == article["body"]
    assert not store.exists(f"{settings.name}:{settings.group}:attempts")


async def test_what_a_dead_consumer_left_is_claimed_and_stored_once(store, chosen, article, live):
    settings = chosen()
    left_by_a_dead_consumer(store, settings, article)
    with Client(live.url) as client:
        client.add(article, report=False)  # it had stored, and died before it could acknowledge
        async with consuming(settings):
            await until(lambda: store.xlen(settings.decisions) and not pending(store, settings))
        assert client.get(article["id"]).version == 1


async def test_a_copy_that_overtakes_what_a_dead_consumer_left_is_the_original(store, chosen, live):
    """Decisions follow the order of storing. Alone, so short a text is undecided; of both, one is kept."""
    settings = chosen()
    word = uuid.uuid4().hex  # in no text of other tests
    alert = {"body": f"The ferry {word} stopped at noon because its winch broke."}
    entry = left_by_a_dead_consumer(store, settings, alert | {"id": f"first-{word}"})
    store.xclaim(settings.name, settings.group, "who died", 0, [entry], idle=0)  # a moment ago
    store.xadd(settings.name, {"data": json.dumps(alert | {"id": f"second-{word}"})})
    async with consuming(settings):
        await until(lambda: store.xlen(settings.decisions) == 1)
    seem_idle(store, settings)
    async with consuming(settings):
        await until(lambda: store.xlen(settings.decisions) == 2 and not pending(store, settings))

    assert [(one["id"], one["decision"], one["original_id"]) for one in bodies(store, settings.decisions)] == [
        (f"second-{word}", "undecided", None),
        (f"first-{word}", "duplicate", f"second-{word}"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"data": b"\xff\x00 no JSON"}, "is not UTF-8"),
        ({"data": "[1]"}, "is an array: one article is expected"),
        ({"data": '{"id": "x"}'}, "has no text in 'body'"),
        ({"other": "1"}, "has no field 'data'"),
    ],
)
async def test_poison_goes_to_the_dead_and_holds_nobody_up(store, chosen, article, fields, reason):
    settings = chosen()
    entry = store.xadd(settings.name, fields)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: store.xlen(settings.decisions) == 1 and not pending(store, settings))
    [(_, dead)] = store.xrange(settings.dead)

    assert dead[b"entry"] == entry
    assert reason in dead[b"reason"].decode()
    for name, value in fields.items():
        assert dead[name.encode()] == (value if isinstance(value, bytes) else value.encode())


async def test_poison_with_more_fields_than_a_script_can_publish_goes_to_the_dead(store, chosen):
    settings = chosen()
    fields = {f"field {number}": "x" for number in range(MOST_FIELDS * 2)}
    entry = store.xadd(settings.name, fields)
    async with consuming(settings):
        await until(lambda: store.xlen(settings.dead) == 1 and not pending(store, settings))
    [(_, dead)] = store.xrange(settings.dead)

    assert (dead[b"entry"], len(dead)) == (entry, len(fields) + 2)
    assert not store.exists(f"{settings.name}:{settings.group}:attempts")


async def test_what_fails_again_and_again_is_poison(store, chosen, article, stub: StubServer):
    stub.answers = [says(500, {"title": "Oops", "status": 500, "detail": "Oops."})]
    settings = chosen(service_url=stub.url)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: seem_idle(store, settings) == 0 and store.xlen(settings.dead) == 1)

    assert len(stub.requests) == 3


async def test_what_ends_its_consumer_each_time_is_poison(store, chosen, article):
    settings = chosen()
    entry = left_by_a_dead_consumer(store, settings, article)
    store.hset(f"{settings.name}:{settings.group}:attempts", entry, 3)
    async with consuming(settings):
        await until(lambda: store.xlen(settings.dead) == 1 and not pending(store, settings))

    assert not store.xlen(settings.decisions)


async def test_an_entry_that_two_consumers_work_on_is_told_of_once(store, chosen, article, stub: StubServer):
    """The first is so slow that the second claims the entry, and finishes it before."""
    problem = {"type": f"{TYPE_BASE}invalid-request", "title": "Not valid", "status": 422, "detail": "No."}
    refused, go_on = says(422, problem), threading.Event()

    def refused_late(handler: BaseHTTPRequestHandler) -> None:
        go_on.wait(PATIENCE_SECONDS)
        refused(handler)

    stub.answers = [refused_late, refused]
    slow = chosen(service_url=stub.url)
    fast = slow.model_copy(update={"idle_seconds": 0.5, "consumer": "second"})
    counts = f"{slow.name}:{slow.group}:attempts"
    store.xadd(slow.name, {"data": json.dumps(article)})
    try:
        async with consuming(slow):
            await until(lambda: stub.requests)
            async with consuming(fast):
                await until(lambda: store.xlen(slow.dead) == 1 and not pending(store, slow))
            next_entry = store.xadd(slow.name, {"data": "poison"})
            go_on.set()
            await until(lambda: any(one[b"entry"] == next_entry for _, one in store.xrange(slow.dead)))
    finally:
        go_on.set()

    assert store.xlen(slow.dead) == 2
    assert not store.exists(counts)


async def test_a_decision_that_cannot_be_published_is_published_later(store, chosen, article):
    settings = chosen(idle_seconds=0.5, attempts=1_000)
    store.set(settings.decisions, "no stream")
    entry = store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: int(store.hget(f"{settings.name}:{settings.group}:attempts", entry) or 0) > 1)
        assert pending(store, settings) == 1
        store.delete(settings.decisions)
        await until(lambda: not pending(store, settings))

    assert len(bodies(store, settings.decisions)) == 1


async def test_counts_of_what_nobody_will_attempt_again_are_forgotten(store, chosen, article, stub: StubServer):
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    attempts = f"{settings.name}:{settings.group}:attempts"
    waiting = store.xadd(settings.name, {"data": json.dumps(article)})
    store.hset(attempts, "1-1", 2)  # of an entry that was trimmed
    async with consuming(settings):
        await until(lambda: store.hkeys(attempts) == [waiting] and stub.requests)

    assert pending(store, settings) == 1


async def test_while_the_service_is_away_messages_wait_however_long(store, chosen, article, stub: StubServer, live):
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url, idle_seconds=0.3)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 4 * 5)  # the client tries four times each
    assert pending(store, settings) == 1
    seem_idle(store, settings)
    async with consuming(chosen(name=settings.name, service_url=live.url)):
        await until(lambda: not pending(store, settings))

    assert not store.xlen(settings.dead)


async def test_while_the_service_is_away_none_overtakes_another(store, chosen, article, stub: StubServer):
    """And none of those that come meanwhile is taken, which would all be pending in the end."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    for number in range(20):
        store.xadd(settings.name, {"data": json.dumps(article | {"id": f"{number}"})})
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 4 * 5)  # the client tries four times each

    assert {path for method, path in stub.requests if method == "PUT"} == {"/v1/articles/0"}
    assert pending(store, settings) == 1


async def test_what_a_service_refuses_that_is_ready_holds_nobody_up(store, chosen, article, stub: StubServer):
    ready, refused = says(200, {"status": "ok"}), says(403, {"title": "Not through this proxy", "status": 403})
    stub.answers = [lambda handler: (ready if handler.path == "/readyz" else refused)(handler)]
    settings = chosen(service_url=stub.url)
    for number in range(3):
        store.xadd(settings.name, {"data": json.dumps(article | {"id": f"{number}"})})
    async with consuming(settings):
        await until(lambda: ("PUT", "/v1/articles/2") in stub.requests)

    assert pending(store, settings) == 3
    assert not store.xlen(settings.dead)


async def test_a_consumer_that_waits_for_the_service_keeps_its_entry(store, chosen, article, stub: StubServer):
    """Another that claims it would begin another attempt beside its own."""
    stub.answers = [says(404)]
    settings = chosen(service_url=stub.url)
    store.xadd(settings.name, {"data": json.dumps(article)})

    def idle() -> tuple[float, int]:
        [waiting] = store.xpending_range(settings.name, settings.group, "-", "+", 1)
        return waiting["time_since_delivered"] / 1000, waiting["times_delivered"]

    async with consuming(settings):
        await until(lambda: stub.requests)
        seem_idle(store, settings, settings.idle_seconds / 2)
        assert idle()[0] >= settings.idle_seconds / 2
        await until(lambda: idle()[0] < settings.idle_seconds / 2)
        assert idle()[1] == 1


async def test_a_long_pause_is_no_longer_than_redis_is_waited_for(store, chosen):
    """redis-py closes a connection on which nothing came for five seconds, also while a read waits for an entry."""

    def reading() -> set[str]:
        return {client["id"] for client in store.client_list() if client["cmd"] == "xreadgroup"}

    def reads() -> int:
        return store.info("commandstats").get("cmdstat_xreadgroup", {"calls": 0})["calls"]

    before = reads()
    async with consuming(chosen(pause_seconds=60)):
        await until(lambda: reads() > before and reading())
        first = reading()
        await until(lambda: reads() > before + 3 and reading())

        assert reading() == first


async def test_a_consumer_takes_no_more_than_it_works_on(store, chosen, article, stub: StubServer, live):
    """What waited within a consumer would seem idle, be stored twice, and be kept from other consumers."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    for _ in range(50):
        store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: stub.requests)
    assert store.xpending(settings.name, settings.group)["pending"] < 5
    seem_idle(store, settings)
    async with consuming(chosen(name=settings.name, service_url=live.url, consumer="another")):
        await until(lambda: store.xlen(settings.decisions) >= 50 and not pending(store, settings))

    assert store.xlen(settings.decisions) == 50


@pytest.mark.parametrize(
    "answer",
    [
        says(401, {"type": f"{TYPE_BASE}key-needed", "title": "A key is needed", "status": 401}),
        says(403, {"type": f"{TYPE_BASE}quota-reached", "title": "The quota is reached", "status": 403}),
        says(404, {"title": "No such page", "status": 404}),
        says(400),  # a proxy's
        says(502),
        says(504),
        says(301, Location="https://elsewhere.example/"),
    ],
    ids=["key", "quota", "wrong address", "proxy refuses", "bad gateway", "gateway timeout", "redirect"],
)
async def test_what_is_not_about_the_message_makes_none_poison(store, chosen, article, stub: StubServer, answer):
    stub.answers = [answer]
    settings = chosen(service_url=stub.url, idle_seconds=1.0, attempts=1)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 2 * 4)  # at most four for each attempt

    assert pending(store, settings) == 1
    assert not store.xlen(settings.dead)


async def test_what_the_service_refuses_for_its_content_is_poison_at_once(store, chosen, article, stub: StubServer):
    refused = says(422, {"type": f"{TYPE_BASE}invalid-request", "title": "Not valid", "status": 422, "detail": "No."})
    stub.answers = [refused, says(413)]
    settings = chosen(service_url=stub.url)
    for _ in range(2):
        store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: store.xlen(settings.dead) == 2 and not pending(store, settings))

    assert [fields[b"reason"][-12:] for _, fields in store.xrange(settings.dead)] == [b"(status 422)", b"(status 413)"]


async def test_no_attempt_lasts_until_another_would_begin(store, chosen, article, stub: StubServer):
    """Attempts beside one another would be counted as if each had ended its consumer.

    Nor does a consumer that stood still begin one beside its own, as the entry seems idle to itself, too.
    """
    answers = threading.Event()
    stub.answers = [lambda _: answers.wait(PATIENCE_SECONDS)]
    settings = chosen(service_url=stub.url, idle_seconds=0.5, attempts=1)
    store.xadd(settings.name, {"data": json.dumps(article)})
    try:
        async with consuming(settings):
            await until(lambda: (seem_idle(store, settings) and len(stub.requests) > 3) or store.xlen(settings.dead))
    finally:
        answers.set()

    assert pending(store, settings) == 1
    assert not store.xlen(settings.dead)


async def test_a_consumer_that_is_told_to_end_has_made_no_attempt(store, chosen, article, stub: StubServer):
    """Otherwise, restarts while the service hangs would make a message poison."""
    asked, answers = threading.Event(), threading.Event()

    def hang(_: Any) -> None:
        asked.set()
        answers.wait(PATIENCE_SECONDS)

    stub.answers = [hang]
    settings = chosen(service_url=stub.url)
    entry = store.xadd(settings.name, {"data": json.dumps(article)})
    try:
        consumer = RedisConsumer(settings)
        async with consumer.running():
            await consumer.broker.start()
            await until(asked.is_set)
            for subscriber in consumer.broker.subscribers:
                for task in subscriber.tasks:
                    task.cancel()
            await until(lambda: store.hget(f"{settings.name}:{settings.group}:attempts", entry) == b"0")
            await consumer.broker.stop()
    finally:
        answers.set()
    assert pending(store, settings) == 1


async def test_an_article_is_kept_no_longer_than_its_message_says(store, chosen, article, live):
    settings = chosen()
    until_when = "2999-01-01T00:00:00Z"
    store.xadd(settings.name, {"data": json.dumps(article | {"expires_at": until_when})})
    store.xadd(settings.name, {"data": json.dumps(article | {"expires_at": "soon"})})
    async with consuming(settings):
        await until(lambda: store.xlen(settings.dead) == 1 and not pending(store, settings))
    with Client(live.url) as client:
        assert client.get(article["id"]).expires_at == datetime.fromisoformat(until_when)

    [(_, dead)] = store.xrange(settings.dead)
    assert dead[b"reason"].startswith(b"expires_at: ")


async def test_a_group_that_is_deleted_ends_its_consumer_with_an_error(store, chosen, article):
    settings = chosen()
    store.xadd(settings.name, {"data": json.dumps(article)})
    consumer = consuming(settings)
    await consumer.__aenter__()
    await until(lambda: store.xlen(settings.decisions) == 1 and not pending(store, settings))
    store.xgroup_destroy(settings.name, settings.group)
    with pytest.raises(StreamGroupGoneError, match="was deleted"):
        await consumer.__aexit__(None, None, None)
    async with consuming(settings):  # reads the stream from its beginning
        await until(lambda: store.xlen(settings.decisions) == 2 and not pending(store, settings))


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
