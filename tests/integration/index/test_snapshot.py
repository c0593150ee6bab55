"""A snapshot minus what it reports as gone equals what is stored when it ends, despite concurrent writes."""

from __future__ import annotations

import pytest

from support.backends import SCHEME, Backend, article, sign_article, signature
from wirematch.errors import RebuildError
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.keys import Namespace
from wirematch.index.live_shards import LiveShards
from wirematch.index.rebuilding import rebuild, snapshot
from wirematch.index.rebuilding.rebuild import Rebuild
from wirematch.index.rebuilding.snapshot import Snapshot
from wirematch.index.records.codec import decode_article

pytestmark = pytest.mark.anyio
COUNT = 60


@pytest.fixture(autouse=True)
def _small_answers(monkeypatch):
    monkeypatch.setattr(snapshot, "READ_AT_ONCE", 8)
    monkeypatch.setattr(snapshot, "FEW", 5)


@pytest.fixture
async def filled(index):
    articles = [article(f"a{number}", text(number)) for number in range(COUNT)]
    await index.create_many([(one, sign_article(one)) for one in articles])
    return index


@pytest.fixture
async def take(filled, index_name, backend: Backend):
    async def make(given=None) -> Snapshot:
        namespace = Namespace(index_name)
        shards = LiveShards(filled.store, namespace, SCHEME, 4, sign_article, backend.shards)
        await shards.open()
        live = rebuild.Generation(shards.generation, shards.count)
        parts = [shards.shard(place) for place in range(shards.count)]
        return Snapshot(FingerprintRecord(filled.store, namespace), live, parts, given)

    return make


def text(number: int) -> str:
    return " ".join(f"barge{number}x{word}" for word in range(12))


async def stored(index) -> dict[str, str]:
    records, _ = await index.list_page(0, 10 * COUNT)
    return {record.id: record.body for record in records}


async def test_what_changes_meanwhile_is_given_as_it_is_at_the_end(filled, take):
    taken = await take()
    given, order = {}, []
    async for shard, number, record in taken.articles():
        read = decode_article(record)
        given[shard, number] = read
        order.append(read.stored_at)
        at = len(given)
        if at <= 12:  # meanwhile: before and after the position that is read
            await filled.delete(f"a{at * 4}")
            await filled.replace(article(f"a{at * 4 + 1}", text(1_000 + at)), signature(text(1_000 + at)))
            await filled.create(article(f"new{at}", text(2_000 + at)), signature(text(2_000 + at)))
            await filled.create(article(f"short{at}", text(3_000 + at)), signature(text(3_000 + at)))
            await filled.delete(f"short{at}")

    gone = {(shard, number) for shard, numbers in enumerate(taken.gone) for number in numbers.tolist()}
    assert {read.id: read.body for place, read in given.items() if place not in gone} == await stored(filled)
    assert any(place in gone for place in given)
    assert order[: COUNT // 2] == sorted(order[: COUNT // 2])


async def test_one_that_was_interrupted_is_gone_on_with(filled, take):
    first: list = []
    async for place in (await take()).articles():
        first.append(place)
        if len(first) == COUNT // 2:
            break
    await filled.delete(decode_article(first[0][2]).id)
    live = await take()
    given: list[list[int]] = [[] for _ in live.gone]
    for shard, number, _ in first:
        given[shard].append(number)
    taken = await take(given)
    rest = [decode_article(record).id async for *_, record in taken.articles()]

    there = {decode_article(record).id for *_, record in first}
    assert len(rest) == COUNT // 2
    assert not there & set(rest)
    [(gone_shard, numbers)] = [(shard, numbers) for shard, numbers in enumerate(taken.gone) if len(numbers)]
    assert (gone_shard, numbers.tolist()) == (first[0][0], [first[0][1]])


async def test_a_rebuild_in_between_ends_it(filled, take, index_name, monkeypatch):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0.0)
    articles = (await take()).articles()
    await anext(articles)
    await Rebuild(filled.store, Namespace(index_name), SCHEME, 4, sign_article).run()

    with pytest.raises(RebuildError, match="rebuilt while it was read"):
        [one async for one in articles]
