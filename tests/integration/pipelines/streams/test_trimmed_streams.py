"""Entries that leave a Redis stream before they are stored are told of, and counted."""

from __future__ import annotations

import json
import logging

import pytest

from support.stub_server import STORED, StubServer, says
from support.waiting import until

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from support.stream_consumers import consuming, pending, seem_idle

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(chosen, stub: StubServer):
    stub.answers = [STORED]
    return chosen(service_url=stub.url)


@pytest.fixture
def add(store, settings, article):
    """Add this many entries to the stream."""

    def add(number: int) -> None:
        for _ in range(number):
            store.xadd(settings.name, {"data": json.dumps(article)})

    return add


@pytest.fixture
def told(caplog, settings):
    """What is logged as lost."""
    caplog.set_level(logging.ERROR, "wirematch.pipelines.streams")
    return lambda: [one.getMessage() for one in caplog.records if "the group" in one.getMessage()]


def lost(store, settings) -> int:
    return int(store.get(f"{settings.name}:{settings.group}:lost") or 0)


def line(settings, number: int) -> str:
    return f"{number} entries left {settings.name} before the group {settings.group} took them: they are lost"


async def decide(store, settings, total: int) -> None:
    """Let a consumer run until this many decisions are published."""
    async with consuming(settings):
        await until(lambda: store.xlen(settings.decisions) == total and not pending(store, settings))


@pytest.mark.parametrize("left", [3, 0])
async def test_what_is_trimmed_while_no_consumer_runs_is_told_once(store, settings, add, told, left):
    add(2)
    await decide(store, settings, 2)
    add(10)
    store.xtrim(settings.name, maxlen=left, approximate=False)
    async with consuming(settings):
        await until(lambda: lost(store, settings) and store.xlen(settings.decisions) == 2 + left)
        add(1)
        await until(lambda: store.xlen(settings.decisions) == 3 + left)
    await decide(store, settings, 3 + left)

    assert told() == [line(settings, 10 - left)]
    assert lost(store, settings) == 10 - left
    [group] = store.xinfo_groups(settings.name)
    assert group["lag"] == 0


async def test_what_is_trimmed_while_a_consumer_is_held_up_is_told(store, settings, add, told, stub: StubServer):
    """A producer trims while it adds, and the service is away."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    async with consuming(settings):
        add(1)
        await until(lambda: stub.requests)
        for _ in range(20):
            add(1)
            store.xtrim(settings.name, maxlen=5, approximate=False)
        stub.answers = [STORED]
        await until(lambda: store.xlen(settings.decisions) == 6)

    assert told() == [line(settings, 15)]


async def test_two_consumers_tell_a_gap_once(store, settings, chosen, add, told):
    await decide(store, settings, 0)
    add(8)
    store.xtrim(settings.name, maxlen=2, approximate=False)
    other = settings.model_copy(update={"consumer": "another"})
    async with consuming(settings), consuming(other):
        await until(lambda: store.xlen(settings.decisions) == 2)

    assert told() == [line(settings, 6)]
    assert lost(store, settings) == 6


async def test_what_was_taken_or_left_before_there_was_a_group_is_not_lost(store, settings, add, told):
    add(4)
    store.xtrim(settings.name, maxlen=2, approximate=False)
    await decide(store, settings, 2)
    store.xtrim(settings.name, maxlen=0, approximate=False)
    add(3)
    await decide(store, settings, 5)
    for entry, _ in store.xrange(settings.name):
        store.xdel(settings.name, entry)
    add(1)
    await decide(store, settings, 6)

    assert told() == []
    assert lost(store, settings) == 0


async def test_a_gap_that_redis_has_not_counted_is_told(store, settings, add, told):
    """A group that somebody made at the end of the stream, from where it counts nothing until its first entry."""
    add(1)
    store.xgroup_create(settings.name, settings.group, id="$")
    add(5)
    store.xtrim(settings.name, maxlen=2, approximate=False)
    await decide(store, settings, 2)

    assert told() == [
        f"entries may have left {settings.name} before the group {settings.group} took them; Redis cannot say"
    ]


@pytest.fixture
def gone(store, settings, add):
    """Entries that a consumer took an hour ago and that were trimmed since; one that it took is left."""

    def gone(consumer: str) -> list[str]:
        store.xgroup_create(settings.name, settings.group, id="0", mkstream=True)
        add(4)
        store.xreadgroup(settings.group, consumer, {settings.name: ">"})
        seem_idle(store, settings)
        trimmed = [entry.decode() for entry, _ in store.xrange(settings.name)[:3]]
        store.xtrim(settings.name, maxlen=1, approximate=False)
        return trimmed

    return gone


def told_of(settings, entry: str) -> str:
    return f"{entry} left {settings.name} before a consumer of the group {settings.group} that has died stored it"


async def test_what_is_trimmed_while_a_consumer_holds_it_that_died_is_told_once(store, settings, gone, told):
    """A consumer died of which the group has not heard for longer than entries may be idle."""
    trimmed = gone("who died")
    patient = settings.model_copy(update={"idle_seconds": 2})
    other = patient.model_copy(update={"consumer": "another"})
    async with consuming(patient), consuming(other):
        await until(lambda: lost(store, settings) == 3 and store.xlen(settings.decisions) == 1)
        await until(lambda: not pending(store, settings))

    assert sorted(told()) == [told_of(settings, entry) for entry in trimmed]
    assert lost(store, settings) == 3


async def test_what_is_trimmed_while_an_earlier_process_of_a_consumer_held_it_is_told(store, settings, gone, told):
    trimmed = gone(settings.consumer)
    await decide(store, settings, 1)

    assert sorted(told()) == [told_of(settings, entry) for entry in trimmed]


async def test_what_is_trimmed_while_a_consumer_works_on_it_is_not_lost(store, settings, add, told, stub: StubServer):
    """However long it waits for the service: the group hears of it."""
    stub.answers = [says(503, {"title": "Full", "status": 503})]
    other = settings.model_copy(update={"consumer": "another"})
    async with consuming(settings):
        add(1)
        await until(lambda: stub.requests)
        [(entry, _)] = store.xrange(settings.name)
        with store.pipeline() as together:
            together.xclaim(settings.name, settings.group, settings.consumer, 0, [entry], idle=3_600_000, justid=True)
            together.xtrim(settings.name, maxlen=0, approximate=False)
            together.execute()
        async with consuming(other):
            before = looks(store)
            await until(lambda: looks(store) > before + 20)
            stub.answers = [STORED]
            await until(lambda: store.xlen(settings.decisions) == 1)

    assert told() == []
    assert lost(store, settings) == 0
    assert not pending(store, settings)


def looks(store) -> int:
    """How often entries were looked for that consumers hold."""
    return store.info("commandstats")["cmdstat_xpending"]["calls"]
