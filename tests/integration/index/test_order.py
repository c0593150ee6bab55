"""Order of storing: an article sees those before it, whatever the clocks say, and a put knows what it replaces."""

from __future__ import annotations

import asyncio
import time
from itertools import islice

import pytest

from support.backends import BARGE, WHEAT, Backend, article, signature
from wirematch.errors import ArticleNotFoundError
from wirematch.index.addressing import shard_of
from wirematch.index.protocol import Placement, PutOutcome, precedes
from wirematch.index.redis_index import RedisIndex

pytestmark = pytest.mark.anyio

AHEAD_MS = 60_000


def put_ahead(backend: Backend, index_name: str) -> None:
    """Set the clocks of all shards but the first forward, as if their servers were a minute fast."""
    for key, server in backend.keys(f"{{{index_name}:*}}:state").items():
        shard = int(key.decode().partition(":")[2].split(".")[1])
        if shard:
            server.hset(key, "clock", round(time.time() * 1000) + AHEAD_MS)


async def add(index: RedisIndex, name: str) -> list[str]:
    """Store an article; return the ids of those that precede it, as it sees them."""
    placement = await index.create(article(name), signature())
    [found] = await index.lookup_many([signature()], [placement.number], placement.stored_at)
    records = await index.fetch(found.ranking, 1_000)
    return [record.article.id for record in records if precedes(record, placement)]


@pytest.fixture
def wide_index(make_index):
    return make_index(cap=1_000)


async def test_of_equal_ones_exactly_one_is_preceded_by_none(wide_index, backend, index_name):
    await wide_index.open()
    put_ahead(backend, index_name)
    names = [name for shard in range(backend.shards) for name in islice(backend.ids(shard), 20 // backend.shards)]
    preceding = {name: await add(wide_index, name) for name in (names[-1], names[0])}  # the fast clock first
    rest = [name for name in names if name not in preceding]
    preceding |= dict(zip(rest, await asyncio.gather(*(add(wide_index, name) for name in rest)), strict=True))
    await wide_index.close()

    assert sum(not before for before in preceding.values()) == 1
    # The order is the same for all.
    assert sorted(len(before) for before in preceding.values()) == list(range(len(names)))


async def test_of_many_alike_stored_at_once_the_first_precedes_the_others(wide_index, backend, index_name):
    await wide_index.open()
    put_ahead(backend, index_name)
    placements = await wide_index.create_many([(article(f"a{number}"), signature()) for number in range(40)])
    records = {number: await wide_index.get(f"a{number}") for number in range(40)}
    await wide_index.close()

    assert all(isinstance(placement, Placement) for placement in placements)
    for place, placement in enumerate(placements):
        assert [number for number in range(40) if precedes(records[number], placement)] == list(range(place))


async def test_an_article_is_replaced_only_in_the_version_that_is_expected(index):
    first = await index.create(article("a"), signature())
    second = await index.replace(article("a", WHEAT), signature(WHEAT), first.number)
    assert (second.outcome, second.version) == (PutOutcome.REPLACED, 2)

    assert await index.replace(article("a", BARGE + " Late."), signature(BARGE), first.number) is None
    assert (await index.get("a")).number == second.number
    assert (await index.lookup(signature())).ranking.numbers.tolist() == []
    assert (await index.lookup(signature(WHEAT))).ranking.numbers.tolist() == [second.number]


async def test_what_is_gone_is_not_replaced(index):
    first = await index.create(article("a"), signature())
    await index.delete("a")

    assert await index.replace(article("a", WHEAT), signature(WHEAT), first.number) is None
    with pytest.raises(ArticleNotFoundError):
        await index.get("a")


async def test_of_many_replacing_one_version_one_gets_through(index):
    first = await index.create(article("a"), signature())
    texts = [f"{WHEAT} Part {number}." for number in range(12)]
    done = await asyncio.gather(*(index.replace(article("a", text), signature(text), first.number) for text in texts))

    [won] = [placement for placement in done if placement is not None]
    assert won.version == 2
    assert (await index.get("a")).article.body == texts[done.index(won)]


async def test_many_are_read_by_id(index, backend):
    for name in ("a", "b", "c"):
        await index.create(article(name, f"{BARGE} {name}"), signature())
    records = await index.get_many(["c", "nobody", "a", "c"])

    assert sorted(record.article.id for record in records) == ["a", "c"]
    assert not records.partial
    assert await index.get_many([]) == []
    assert {shard_of(name, backend.shards) for name in ("a", "b", "c")} <= set(range(backend.shards))
