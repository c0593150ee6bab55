"""Consumers of a Redis stream while the service is away, refuses everybody, or hangs."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
import redis

from support.stub_server import STORED, StubServer, says
from support.waiting import PATIENCE_SECONDS, until

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from support.stream_consumers import bodies, consuming, pending, seem_idle
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.pipelines.streams.redis_consumer import RedisConsumer
from wirematch_client.errors import TYPE_BASE

pytestmark = pytest.mark.anyio


async def test_while_the_service_is_away_messages_wait_however_long(store, chosen, article, stub: StubServer, live):
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):  # the client tries four times each
        await until(lambda: seem_idle(store, settings) and len(stub.requests) > 4 * 5)
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
    """Another that claims it would begin another attempt beside its own.

    It may have been delivered twice before: a process that stands still for five seconds takes the first read for lost.
    """
    stub.answers = [says(404)]
    settings = chosen(service_url=stub.url)
    store.xadd(settings.name, {"data": json.dumps(article)})
    seconds = settings.idle_seconds / 10  # far from what lets a consumer claim it

    def idle() -> tuple[float, int]:
        [waiting] = store.xpending_range(settings.name, settings.group, "-", "+", 1)
        return waiting["time_since_delivered"] / 1000, waiting["times_delivered"]

    async with consuming(settings):
        await until(lambda: stub.requests)
        _, delivered = idle()
        seem_idle(store, settings, seconds)
        assert idle()[0] >= seconds
        await until(lambda: idle()[0] < seconds)
        assert idle()[1] == delivered


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
    settings = chosen(service_url=stub.url, attempts=1)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):  # at most four for each attempt
        await until(lambda: seem_idle(store, settings) and len(stub.requests) > 2 * 4)

    assert pending(store, settings) == 1
    assert not store.xlen(settings.dead)


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


async def test_a_consumer_that_is_told_to_end_attempts_no_more_what_it_holds(store, chosen, article, stub: StubServer):
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 2 * 5)
        before = len(stub.requests)

    assert len(stub.requests) <= before + 5  # whether it is ready, and an attempt, for which the client asks four times
    assert pending(store, settings) == 1


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


@pytest.mark.parametrize("status", [503, 500])
async def test_what_is_trimmed_while_it_waits_is_stored_by_the_consumer_that_holds_it(
    store, chosen, article, stub: StubServer, status
):
    """A stream with MAXLEN drops its oldest entries while the service is away, and nobody can claim them then."""
    settings = chosen(service_url=stub.url, attempts=1_000_000)
    refuse = says(status, {"title": "Not now", "status": status})

    def refuse_and_trim(handler: Any) -> None:  # after a failed attempt it would be held no longer
        store.xtrim(settings.name, maxlen=0, approximate=False)
        refuse(handler)

    stub.answers = [refuse_and_trim, refuse]
    entry = store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: len(stub.requests) > 3 * 5)
        stub.answers = [STORED]
        await until(lambda: store.xlen(settings.decisions) == 1)

    [told] = bodies(store, settings.decisions)
    assert told["message_id"] == f"{settings.name}:{entry.decode()}"
    assert not pending(store, settings)
    assert not store.exists(f"{settings.name}:{settings.group}:attempts")


async def test_what_was_trimmed_and_cannot_be_stored_before_the_end_goes_to_the_dead(
    store, chosen, article, stub: StubServer
):
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    settings = chosen(service_url=stub.url)
    entry = store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: stub.requests)
        store.xtrim(settings.name, maxlen=0, approximate=False)
    [(_, dead)] = store.xrange(settings.dead)

    assert (dead[b"entry"], json.loads(dead[b"data"])) == (entry, article)
    assert b"trimmed" in dead[b"reason"]
    assert not pending(store, settings)


async def test_while_redis_refuses_writes_it_is_asked_once_a_pause(chosen, article, tmp_path):
    """As a replica does in a failover, and a server whose disk is full."""
    with EmbeddedStore(tmp_path / "valkey") as own, redis.Redis.from_url(own.url) as store:

        def refused() -> int:
            return sum(
                store.info("commandstats").get(f"cmdstat_{name}", {}).get("rejected_calls", 0)
                for name in ("xreadgroup", "xautoclaim")
            )

        settings = chosen(broker_url=own.url, pause_seconds=0.2)
        async with consuming(settings):
            store.config_set("min-replicas-to-write", 1)
            began = time.monotonic()
            await until(lambda: refused() >= 4)
            most = 2 * (1 + (time.monotonic() - began) / settings.pause_seconds)
            assert refused() <= most + 2
            store.config_set("min-replicas-to-write", 0)
            store.xadd(settings.name, {"data": json.dumps(article)})
            await until(lambda: store.xlen(settings.decisions))
