"""Batches of a stream: when the next is read, and that it is stored behind the one before."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from support.waiting import PATIENCE_SECONDS, until
from wirematch.cancellation import CancelToken
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.scheduling.executor import LONG
from wirematch.detection.scheduling.fair_threads import Flow
from wirematch.detection.storing import ingest
from wirematch.detection.storing.adding import AddResult
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.errors import ArticleExistsError, IndexUnavailableError
from wirematch.index.draft import BATCH, BATCH_BYTES
from wirematch.models import Article

pytestmark = pytest.mark.anyio


@dataclass
class Load:
    """Adds batches, and holds the first one up while Redis stores it until it is told to go on."""

    detector: Detector
    order: BatchOrder = field(default_factory=BatchOrder)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    drafted: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released for each batch that is ready to be stored."""
    stored: list[str] = field(default_factory=list)
    """First ids of the batches that were given to Redis."""
    fails: bool = False
    """Whether the first batch fails."""

    def __post_init__(self) -> None:
        index = self.detector.index
        make, create = index.drafts, index.create_drafted

        def drafts(items, aids):
            self.drafted.release()
            return make(items, aids)

        async def create_drafted(drafts):
            self.stored.append(drafts[0].id)
            if len(self.stored) == 1:
                await self.go_on.wait()
                if self.fails:
                    raise IndexUnavailableError("Redis went away")
            return await create(drafts)

        index.drafts, index.create_drafted = drafts, create_drafted

    async def add(self, *ids: str, **policy: bool) -> asyncio.Task:
        """Begin to add a batch; return when the next may be added."""
        let_next = asyncio.Event()
        articles = [Article(id=one, body=f"Four people died when the bridge of {one} fell.") for one in ids]
        policy = {"decide": False} | policy
        adding = asyncio.create_task(
            self.detector.add_many(articles, **policy, let_next=let_next.set, order=self.order)
        )
        waiting = asyncio.create_task(let_next.wait())
        await asyncio.wait({adding, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return adding


@pytest.fixture
async def load(redis_url, settings) -> AsyncIterator[Load]:
    async with open_detector(redis_url, settings) as detector:
        yield Load(detector)


async def begun(load: Load, *ids: str, **policy: bool) -> asyncio.Task:
    """Begin to add a batch behind one that is being stored; return when it is ready to be stored."""
    adding = asyncio.create_task(load.add(*ids, **policy))
    await load.drafted.acquire()
    await asyncio.sleep(0)
    return adding


@pytest.mark.parametrize("policy", [{}, {"unless_duplicate": True}], ids=["load", "dropped"])
async def test_the_next_batch_is_signed_while_one_is_stored_and_stored_behind_it(load, policy):
    first = await load.add("a", "same", **policy)
    await load.drafted.acquire()
    second = await begun(load, "b", "same", **policy)

    assert load.stored == ["a"]
    load.go_on.set()
    [a, same], [b, again] = await first, await (await second)
    assert [type(one) for one in (a, same, b, again)] == [AddResult, AddResult, AddResult, ArticleExistsError]
    assert load.stored == ["a", "b"]


async def test_a_batch_that_fails_lets_the_next_be_stored(load):
    load.fails = True
    first = await load.add("a")
    await load.drafted.acquire()
    second = await begun(load, "b")
    load.go_on.set()

    with pytest.raises(IndexUnavailableError):
        await first
    [b] = await (await second)
    assert b.id == "b"


async def test_a_batch_that_is_given_up_before_its_turn_is_not_stored_and_lets_the_next_be(load):
    first = await load.add("a")
    await load.drafted.acquire()
    second = asyncio.create_task(
        load.detector.add_many([Article(id="b", body="It fell.")], decide=False, order=load.order)
    )
    await load.drafted.acquire()
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    third = await begun(load, "c")
    load.go_on.set()

    await first
    await (await third)
    assert load.stored == ["a", "c"]
    assert not load.order.writing.locked()


async def test_what_is_decided_lets_the_next_batch_in_only_when_it_is_stored(load):
    adding = asyncio.create_task(load.add("a", decide=True))
    await load.drafted.acquire()
    await asyncio.sleep(0.05)
    let_in_before = adding.done()
    load.go_on.set()
    [a] = await (await adding)

    assert not let_in_before
    assert a.decision is not None


async def test_the_next_batch_is_not_stored_before_copies_of_this_one_are_dropped(load, story):
    load.go_on.set()
    detector, index = load.detector, load.detector.index
    await detector.add(Article(id="wire", body=story["wire"]["body"]))
    there: list[list[str]] = []
    create = index.create_drafted

    async def create_drafted(drafts):
        there.append([record.article.id for record in await index.get_many(["wire", "a", "b"])])
        return await create(drafts)

    index.create_drafted = create_drafted
    copies = [Article(id=one, body=story["wire"]["body"]) for one in ("a", "b")]
    adding = [
        detector.add_many([copy], unless_duplicate=True, let_next=lambda: None, order=load.order) for copy in copies
    ]
    [a], [b] = await asyncio.gather(*adding)

    assert there == [["wire"], ["wire"]]
    assert [(one.id, one.original_id) for one in (a, b)] == [(None, "wire"), (None, "wire")]


async def test_the_next_articles_of_a_batch_are_read_while_the_first_are_written(load):
    ids = [f"a{number}" for number in range(2 * BATCH)]
    adding = asyncio.create_task(load.add(*ids[:-1], "a0"))
    await load.drafted.acquire()
    await load.drafted.acquire()
    assert load.stored == ["a0"]

    load.go_on.set()
    added = await (await adding)
    assert [one.id for one in added[:-1]] == ids[:-1]
    assert isinstance(added[-1], ArticleExistsError)
    assert load.stored == ["a0", f"a{BATCH}"]
    records, _ = await load.detector.index.list_page(0, len(ids))
    assert [record.article.id for record in records] == ids[:-1]


async def test_of_long_texts_fewer_are_read_and_written_at_a_time(load):
    load.go_on.set()
    articles = [Article(id=f"a{number}", body=f"Barge {number} sank. " * 2_000) for number in range(8)]
    added = await load.detector.add_many(articles, decide=False)
    assert [one.id for one in added] == [one.id for one in articles]
    each = BATCH_BYTES // len(articles[0].body)
    assert load.stored == [one.id for one in articles[::each]]


async def test_of_several_shards_a_batch_is_written_as_a_whole(redis_url, settings):
    async with open_detector(redis_url, settings.model_copy(update={"shards": 2})) as detector:
        load = Load(detector)
        load.go_on.set()
        ids = [f"a{number}" for number in range(2 * BATCH)]
        added = await (await load.add(*ids))
        assert [one.id for one in added] == ids
        assert load.stored == ["a0"]


async def test_a_load_of_short_texts_does_not_wait_for_one_of_long_texts(load, monkeypatch):
    load.go_on.set()
    long = load.detector.executor.lanes["long"]
    busy, signing, text = threading.Event(), [], "The bridge fell. " * (LONG // 10)
    run = load.detector.executor.run

    async def running(*work, **how):
        signing.append(work)
        return await run(*work, **how)

    monkeypatch.setattr(load.detector.executor, "run", running)
    try:
        for _ in range(load.detector.executor.threads):
            long.threads.submit(Flow(), CancelToken(), busy.wait)
        articles = [Article(id=one, body=text) for one in ("a", "b")]
        large = asyncio.create_task(load.detector.add_many(articles, decide=False))
        await until(lambda: signing)  # which begins when a thread is free
        async with asyncio.timeout(PATIENCE_SECONDS):
            await (await load.add("c", "d"))
        assert load.stored == ["c"]
    finally:
        busy.set()
    await large
    assert load.stored == ["c", "a", "b"]


async def test_a_batch_that_waited_long_for_its_turn_is_noted_when_it_is_written(load, make_due, noted, monkeypatch):
    monkeypatch.setattr(ingest, "OLD_NOTE_SECONDS", 0.0)
    create, when_written = load.detector.index.create_drafted, list[set[bytes]]()

    async def create_drafted(drafts):
        when_written.append(noted())
        return await create(drafts)

    load.detector.index.create_drafted = create_drafted
    first = await load.add("a", unless_duplicate=True)
    await load.drafted.acquire()
    second = await begun(load, "b", unless_duplicate=True)
    make_due()
    await load.detector.sweep(10)
    load.go_on.set()
    await first
    await (await second)
    assert b"b" in when_written[-1]
