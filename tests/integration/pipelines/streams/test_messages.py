"""What becomes of the messages of a Redis stream, with the real service and a real Valkey."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import datetime
from http.server import BaseHTTPRequestHandler

import pytest

from support.stub_server import StubServer, says
from support.waiting import PATIENCE_SECONDS, until

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from support.stream_consumers import bodies, consuming, left_by_a_dead_consumer, pending, seem_idle
from wirematch.pipelines.streams.redis_consumer import MOST_FIELDS, StreamGroupGoneError
from wirematch_client import Client
from wirematch_client.errors import TYPE_BASE

pytestmark = pytest.mark.anyio


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
    settings = chosen(attempts=1_000)
    attempts = f"{settings.name}:{settings.group}:attempts"
    store.set(settings.decisions, "no stream")
    entry = store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: seem_idle(store, settings) and int(store.hget(attempts, entry) or 0) > 1)
        assert pending(store, settings) == 1
        store.delete(settings.decisions)
        await until(lambda: not seem_idle(store, settings))

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


async def test_what_the_service_refuses_for_its_content_is_poison_at_once(store, chosen, article, stub: StubServer):
    refused = says(422, {"type": f"{TYPE_BASE}invalid-request", "title": "Not valid", "status": 422, "detail": "No."})
    stub.answers = [refused, says(413)]
    settings = chosen(service_url=stub.url)
    for _ in range(2):
        store.xadd(settings.name, {"data": json.dumps(article)})
    async with consuming(settings):
        await until(lambda: store.xlen(settings.dead) == 2 and not pending(store, settings))

    assert [fields[b"reason"][-12:] for _, fields in store.xrange(settings.dead)] == [b"(status 422)", b"(status 413)"]


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
