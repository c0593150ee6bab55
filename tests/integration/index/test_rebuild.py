from __future__ import annotations

import asyncio
import random
from collections import Counter
from itertools import islice

import pytest

from support.backends import CAP, SCHEME, WHEAT, article, sign_article, signature
from support.rebuilds import fill, found, tags, text
from support.waiting import until
from wirematch.errors import ArticleNotFoundError, IndexMismatchError, RebuildError
from wirematch.fingerprint.minhash import FingerprintScheme, fingerprint_many
from wirematch.fingerprint.sampling import Sampling
from wirematch.index.draft import BATCH, BATCH_BYTES
from wirematch.index.protocol import Placement
from wirematch.index.shard import Shard
from wirematch.text.prepare import prepare
from wirematch.text.skeleton import skeleton_of

pytestmark = pytest.mark.anyio


OTHER_SCHEME = FingerprintScheme(Sampling.BOTTOM, version=0)


@pytest.mark.parametrize("factor", [1, 3])
async def test_everything_is_there_again_under_other_shards(index, build, keys, backend, make_index, factor):
    shards = backend.shards * factor // 2 or 1
    await fill(index, 100)
    await index.replace(article("a7", text(7, 1)), signature(text(7, 1)))
    await index.delete("a8")
    before = [await index.get(f"a{number}") for number in range(100) if number != 8]
    built = await build(shards).run()

    assert (built.number, built.shards) == (2, shards)
    assert tags(keys) == {":2"}
    for record in before:  # the open index follows
        again = await index.get(record.article.id)
        assert again.article == record.article
        assert again.number != record.number
        assert await found(index, record.article.body) == [record.article.id]
    with pytest.raises(ArticleNotFoundError):
        await index.get("a8")
    assert (await index.replace(article("a7", text(7, 1)), None)).version == 2
    for number in range(100):
        await index.delete(f"a{number}")
    assert keys() == set()

    other = make_index(shards=shards)
    await other.open()
    await other.close()


async def test_articles_keep_their_order(index, build, backend):
    names = list(islice(backend.ids(), CAP + 3))
    random.Random(1).shuffle(names)
    for name in names:
        await index.create(article(name, WHEAT), signature(WHEAT))
    await build(1).run()

    assert await found(index, WHEAT) == names[-CAP:]


async def test_what_is_written_meanwhile_is_there_and_nobody_waits_for_the_end(index, build, backend, keys):
    await fill(index, 150)
    stopped = asyncio.Event()
    expected: dict[str, int | None] = {f"a{number}": 0 for number in range(150)}
    written: Counter[int] = Counter()
    begun: list[int] = []

    async def write(worker: int) -> None:
        chance = random.Random(worker)
        version = 0
        while not stopped.is_set():
            number = chance.randrange(60) * 4 + worker
            version += 1
            if chance.random() < 0.3:
                await index.delete(f"a{number}")
                expected[f"a{number}"] = None
            else:
                body = text(number, version)
                await index.replace(article(f"a{number}", body), signature(body))
                expected[f"a{number}"] = version
            assert await index.lookup(signature(WHEAT))
            written[worker] += 1

    async def all_write() -> None:
        before = written.copy()
        await until(lambda: all(written[worker] > before[worker] + 2 for worker in range(4)))

    writers = [asyncio.create_task(write(worker)) for worker in range(4)]
    await all_write()
    built = await build(backend.shards + 1, progress=lambda *_: begun.append(written.total())).run()
    written_meanwhile = written.total() - begun[0]
    await all_write()
    stopped.set()
    await asyncio.gather(*writers)

    assert built.number == 2
    assert written_meanwhile > 0
    for name, version in expected.items():
        number = int(name[1:])
        if version is None:
            with pytest.raises(ArticleNotFoundError):
                await index.get(name)
        else:
            assert (await index.get(name)).article.body == text(number, version)
            assert name in await found(index, text(number, version))
        await index.delete(name)
    assert keys() == set()


async def test_a_batch_that_a_rebuild_overtakes_is_stored_where_it_is_looked_for(make_index, build, monkeypatch):
    index, put, begun = make_index(shards=2), Shard.put, asyncio.Event()
    await index.open()
    ids = [f"a{number}" for number in range(20)]

    async def overtaken(shard, *args):
        placed = await put(shard, *args)
        if not begun.is_set():
            begun.set()
            await build(5).run()
            await index.get(ids[0])  # which opens the new shards
        return placed

    monkeypatch.setattr(Shard, "put", overtaken)
    placed = await index.create_many([(article(one, WHEAT), signature(WHEAT)) for one in ids])  # one after the other

    assert [type(one) for one in placed] == [Placement] * len(ids)
    assert [(await index.get(one)).article.id for one in ids] == ids
    await index.close()


async def test_no_script_stores_more_than_a_few_long_records_at_once(index, build, monkeypatch):
    put, written = Shard.put, list[list[int]]()

    async def watched(shard, mode, drafts, *expected):
        written.append([len(draft.record) for draft in drafts])
        return await put(shard, mode, drafts, *expected)

    monkeypatch.setattr(Shard, "put", watched)
    long = [article(f"a{number}", f"Barge {number} hit a pier. " * 1_000) for number in range(BATCH)]
    longest = article("z", WHEAT * (BATCH_BYTES // len(WHEAT) + 1))
    for write in (
        index.create_many([(one, sign_article(one)) for one in [longest, *long]]),
        build(index.shards).run(),
    ):
        written.clear()
        await write
        assert sum(map(len, written)) == len(long) + 1
        assert all(len(sizes) == 1 or sum(sizes) <= BATCH_BYTES for sizes in written)
        assert max(map(len, written)) > 1


async def test_a_second_rebuild_gives_up_and_harms_nothing(index, build, backend, keys):
    await fill(index, 100)
    begun = asyncio.Event()
    first = asyncio.create_task(build(backend.shards + 1, progress=lambda *_: begun.set()).run())
    await begun.wait()
    with pytest.raises(RebuildError, match="Another rebuild"):
        await build(backend.shards + 2).run()

    assert (await first).shards == backend.shards + 1
    assert tags(keys) == {":2"}
    assert (await index.lookup(None)).documents == 100
    assert await found(index, text(7)) == ["a7"]


async def test_a_rebuild_for_another_scheme_lets_the_new_program_in_and_the_old_out(make_index, build):
    old = make_index(scheme=OTHER_SCHEME)
    await old.open()
    await fill(old, 10)
    new = make_index()
    with pytest.raises(IndexMismatchError, match="wirematch reindex"):
        await new.open()
    await build().run()
    await new.open()

    assert await found(new, text(3)) == ["a3"]
    with pytest.raises(IndexMismatchError, match="version"):
        await old.get("a3")
    await old.close()
    await new.close()


async def test_a_listing_that_begins_after_a_rebuild_has_everything(index, build):
    """In a process that has been idle meanwhile."""
    await fill(index, 20)
    await build().run()

    records, last = await index.list_page(0, 100)
    assert (len(records), last) == (20, None)


async def test_there_must_be_an_index(build):
    with pytest.raises(RebuildError, match="There is no index"):
        await build().run()


async def test_a_rebuild_gives_each_record_a_sketch_and_a_skeleton(index, build):
    await index.create(article("a", WHEAT), signature(WHEAT))
    assert (await index.get("a")).sketch is None

    await build().run()
    record = await index.get("a")

    assert record.sketch == fingerprint_many([WHEAT], SCHEME)[0].sketch
    assert record.skeleton == skeleton_of(prepare(WHEAT), undisguised=True)
