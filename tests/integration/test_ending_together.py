"""Who asks Redis several things at once leaves nothing behind when it fails or is cancelled in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from support.backends import article, sign_article
from support.holding_relay import HoldingRelay, relay_to
from support.waiting import until
from wirematch import concurrency
from wirematch.api.live_updates import LiveUpdates
from wirematch.commands.backup import restoring
from wirematch.commands.backup.contents import Section
from wirematch.commands.backup.restoring import Restore
from wirematch.composition import tenancy as composition_tenancy
from wirematch.composition.background import in_background
from wirematch.composition.components import IndexComponents, open_components
from wirematch.composition.tenancy import Tenancy
from wirematch.composition.upkeep import open_shards
from wirematch.concurrency import end
from wirematch.detection.documents.intake import DocumentIntake
from wirematch.errors import IndexUnavailableError
from wirematch.formats.document import Document
from wirematch.index.connections import scripts as index_scripts
from wirematch.index.connections.scripts import Script, load_script
from wirematch.index.fingerprint_record import FingerprintRecord, Generation
from wirematch.index.rebuilding.snapshot import Snapshot
from wirematch.models import Article
from wirematch.observability.recording import record_given_up
from wirematch.settings import Settings
from wirematch.state import scripts
from wirematch.state.backup_state import BackupState
from wirematch.state.catalogue import CatalogueQuery
from wirematch.state.clusters import ArticleClusters
from wirematch.state.mentions import Mention, Mentions, Place
from wirematch.state.tenant_records import Tenant, Tenants
from wirematch.webhooks.courier import Courier

pytestmark = pytest.mark.anyio
CLAIM = load_script("wirematch.webhooks", "claim")
SHARDS = 4
FREE = 8
"""More than there are idle connections."""
IDS = [f"a{number}" for number in range(30)]


@pytest.fixture
def relay(redis_url) -> Iterator[tuple[HoldingRelay, str]]:
    with relay_to(redis_url) as found:
        yield found


@pytest.fixture
def through(relay, settings) -> Settings:
    return settings.model_copy(update={"shards": SHARDS, "cpu_threads": 1, "redis_url": relay[1]})


@pytest.fixture
async def components(relay, through) -> AsyncIterator[IndexComponents]:
    async with open_components(relay[1], through) as components:
        yield components


class Asking(NamedTuple):
    """What is asked at once: calls of a script, and how many."""

    script: Script
    calls: int
    ask: Callable[[IndexComponents, Settings], Coroutine[Any, Any, Any]]


async def note(components: IndexComponents, _: Settings) -> None:
    await Mentions(components.store, components.namespace).note([(Mention(Place.ANSWER, "key"), IDS[:3])], None)


async def read_kills(components: IndexComponents, _: Settings) -> None:
    await BackupState(components.store, components.namespace).kills_of(IDS[:3])


async def list_newest(components: IndexComponents, _: Settings) -> None:
    await components.catalogue.newest(CatalogueQuery(), 10)


async def store_many(components: IndexComponents, _: Settings) -> None:
    articles = [article(one, f"The barge {one} ran aground, said master {one}.") for one in IDS]
    await components.detector.index.create_many([(one, sign_article(one)) for one in articles])


async def read_all(components: IndexComponents, settings: Settings) -> None:
    shards = await open_shards(components.store, components.namespace, settings)
    parts = [shards.shard(place) for place in range(SHARDS)]
    record = FingerprintRecord(components.store, components.namespace)
    async for _ in Snapshot(record, Generation(1, SHARDS), parts).articles():
        pass


async def receive(components: IndexComponents, _: Settings) -> None:
    intake = DocumentIntake(components.detector, components.kills, components.detector.executor)
    await intake.receive(Document(format="made up", id="a1", article=article("a1")))


ASKED = {
    "mentions": Asking(scripts.NOTE_MENTION, 3, note),
    "kills": Asking(scripts.READ_KILL, 3, read_kills),
    "catalogue": Asking(index_scripts.NEWEST, SHARDS, list_newest),
    "snapshot": Asking(index_scripts.SCAN, SHARDS, read_all),
    "stored articles": Asking(index_scripts.PUT, SHARDS, store_many),
    "documents": Asking(scripts.READ_KILL, 1, receive),
}


class Left(NamedTuple):
    """How work ended, and which tasks still ran when it did."""

    failure: BaseException | None
    running: set[str]


CANCELLED = Left(None, set())


@pytest.fixture
def ended(relay, caplog):
    """Run work until as many calls as wanted are held, cancel it or let one call fail, and wait for it."""

    async def run(
        work: Coroutine[Any, Any, Any],
        then: Callable[[asyncio.Task[Any]], Any] = asyncio.Task.cancel,
        when: Callable[[], bool] = lambda: relay[0].enough,
    ) -> Left:
        before = asyncio.all_tasks()
        running: set[asyncio.Task[Any]] = set()

        async def noting() -> None:
            try:
                await work
            finally:
                running.update(asyncio.all_tasks() - before - {task})

        task = asyncio.create_task(noting())
        await until(lambda: when() or task.done())
        then(task)
        await asyncio.wait([task])
        assert not [record for record in caplog.records if record.name == "asyncio"]
        return Left(None if task.cancelled() else task.exception(), {str(one.get_coro()) for one in running})

    return run


@pytest.mark.parametrize("asked", ASKED)
async def test_who_is_cancelled_leaves_nothing_running(components, relay, through, ended, asked):
    script, calls, ask = ASKED[asked]
    relay[0].hold(script, calls)
    assert await ended(ask(components, through)) == CANCELLED


@pytest.mark.parametrize("asked", [name for name, one in ASKED.items() if name != "stored articles" and one.calls > 1])
async def test_who_fails_leaves_nothing_running(components, relay, through, ended, asked):
    script, calls, ask = ASKED[asked]
    relay[0].hold(script, calls)
    failure, running = await ended(ask(components, through), lambda _: relay[0].fail_one())
    assert isinstance(failure, IndexUnavailableError)
    assert not running


@pytest.fixture
async def _no_connection_is_free(components, relay, through) -> AsyncIterator[None]:
    relay[0].hold(scripts.READ_KILL, FREE)
    ids = [f"a{number}" for number in range(FREE)]
    waiting = asyncio.create_task(BackupState(components.store, components.namespace).kills_of(ids))
    await until(lambda: relay[0].enough)
    yield
    await end([waiting])


@pytest.fixture
async def _no_thread_is_free(components) -> AsyncIterator[None]:
    free = threading.Event()
    waiting = asyncio.create_task(components.detector.executor.run(free.wait))
    yield
    free.set()
    await waiting


@pytest.mark.usefixtures("_no_connection_is_free", "_no_thread_is_free")
async def test_a_batch_that_is_interrupted_waits_for_its_note(components, ended, monkeypatch, caplog):
    """Its text waits for a thread, and its note for a connection.

    The note goes on, as before Python 3.12 ``asyncio.wait_for``, by which redis-py reads, swallows a cancellation that
    comes together with what it waits for.
    """
    opening, open_connection = threading.Event(), asyncio.open_connection

    async def open_when_cancelled(*args: Any, **options: Any) -> Any:
        opening.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await open_connection(*args, **options)

    monkeypatch.setattr(asyncio, "open_connection", open_when_cancelled)
    adding = components.detector.add_many([Article(id="a1", body=article("a1").body)])
    assert await ended(adding, when=opening.is_set) == CANCELLED
    assert not caplog.records


async def test_a_restore_that_fails_ends_what_it_prepares(components, relay, through, ended, monkeypatch):
    monkeypatch.setattr(restoring, "LOT", 1)
    shards = await open_shards(components.store, components.namespace, through)
    state = BackupState(components.store, components.namespace)
    clusters = ArticleClusters(components.store, components.namespace)
    restore = Restore(shards, shards.scheme, state, clusters, print)
    about = {"version": 1, "stored": 1, "expires": 0}
    unfit, withheld = (
        {"article": {"id": one, "body": "A barge.", "kind": "wire"}} | about for one in ("unfit", "withheld")
    )
    unfit |= {"earlier": [{"neither": "body nor id"}], "earlier_until": 4_000_000_000_000}
    relay[0].hold(index_scripts.GET, 1, "withheld")
    section = Section({"tenant": None})
    failure, running = await ended(restore.run(section, [unfit, withheld]), lambda _: None)
    assert isinstance(failure, ValueError)
    assert not running


@pytest.fixture
async def tenancy(components, through) -> Tenancy[IndexComponents]:
    """One tenant, to whom pickups are delivered."""
    secret = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    tenant = Tenant(name="desk", created_at=datetime.now(UTC), webhook_url="http://127.0.0.1:9/", webhook_secret=secret)
    await Tenants(components.store, components.namespace).create(tenant)
    tenancy = Tenancy(components, through, lambda one: one, record_given_up)
    await tenancy.view("desk")
    return tenancy


async def test_deliveries_end_with_all_couriers(tenancy, relay, ended):
    relay[0].hold(CLAIM, 1)
    assert await ended(tenancy.run_deliveries()) == CANCELLED


async def test_deliveries_that_begin_anew_after_a_defect_have_couriers(tenancy, relay, monkeypatch):
    monkeypatch.setattr(composition_tenancy, "COURIER_SECONDS", 0.01)
    failed = threading.Event()
    delivering = in_background("delivering", tenancy.run_deliveries, pause=0)
    relay[0].hold(CLAIM, 1)
    await until(lambda: relay[0].enough)

    async def fails_once() -> dict[str, Tenant]:
        monkeypatch.undo()
        failed.set()
        raise KeyError("a defect")

    relay[0].hold(CLAIM, 1)
    monkeypatch.setattr(tenancy, "_present", fails_once)
    await until(failed.is_set)
    await until(lambda: relay[0].enough)
    await end([delivering])


async def test_a_courier_has_ended_before_another_delivers_for_its_tenant(components, tenancy, monkeypatch):
    monkeypatch.setattr(composition_tenancy, "COURIER_SECONDS", 0.01)
    monkeypatch.setattr(composition_tenancy, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(concurrency, "AGAIN_SECONDS", 0.01)
    running: list[Courier] = []
    at_once: list[int] = []

    async def deliver(courier: Courier) -> None:
        running.append(courier)
        at_once.append(len(running))
        try:
            with contextlib.suppress(asyncio.CancelledError):  # as redis-py may do
                await asyncio.Event().wait()
            await asyncio.Event().wait()
        finally:
            running.remove(courier)

    monkeypatch.setattr(Courier, "run", deliver)
    delivering = in_background("delivering", tenancy.run_deliveries, pause=0)
    try:
        await until(lambda: len(at_once) == 1)
        moved = {"webhook_url": "http://127.0.0.1:9/elsewhere"}
        await Tenants(components.store, components.namespace).change(
            "desk", lambda one: Tenant.model_validate(one.model_dump() | moved)
        )
        await until(lambda: len(at_once) == 2)
    finally:
        await end([delivering])
    assert at_once == [1, 1]
    assert not running


async def test_who_stops_watching_ends_the_poll(components, relay, ended):
    async def watch() -> None:
        async with LiveUpdates(1).watching(components.catalogue):
            await asyncio.Event().wait()

    relay[0].hold(index_scripts.NEWEST, SHARDS)
    assert await ended(watch()) == CANCELLED
