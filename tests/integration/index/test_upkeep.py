"""Faults of a shard are found and repaired, on one server, in several shards and in a cluster."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from support.backends import CAP, SCHEME, article, found, sign_article, signature
from wirematch.index.addressing import shard_of
from wirematch.index.buckets import buckets_of
from wirematch.index.keys import Namespace
from wirematch.index.live_shards import LiveShards
from wirematch.index.shard_upkeep import Posted, ShardUpkeep

pytestmark = pytest.mark.anyio


@pytest.fixture
async def upkeep(index, index_name, backend):
    async def of(article_id: str) -> ShardUpkeep:
        shards = LiveShards(index.store, Namespace(index_name), SCHEME, CAP, sign_article, backend.shards)
        await shards.open()
        return shards.upkeep(shard_of(article_id, backend.shards))

    return of


async def postings(upkeep: ShardUpkeep) -> set[tuple[int, int]]:
    return {
        pair
        async for hashes, numbers in upkeep.postings()
        for pair in zip(hashes.tolist(), numbers.tolist(), strict=True)
    }


def hashes_of(text: str) -> np.ndarray:
    return buckets_of(signature(text), SCHEME).posted


async def test_postings_are_dropped_and_put_back_where_they_were(index, upkeep, backend):
    text = " ".join(f"barge{number}" for number in range(60))
    ids = list(islice(backend.ids(), CAP - 1))
    placed = [await index.create(article(one, text), signature(text)) for one in ids]
    here = await upkeep(ids[0])
    before, counts = await postings(here), await here.counts()
    posted = [Posted(one, place.number & 0xFFFFFFFF, hashes_of(text)) for one, place in zip(ids, placed, strict=True)]

    assert counts.postings == len(before) == len(ids) * len(posted[0].hashes)
    assert [len(one) for one in await here.missing(posted)] == [0] * len(ids)
    assert await here.drop_postings({posted[0].number: posted[0].hashes}) == 0  # there is a record
    assert await here.add_missing(posted) == 0  # all are there


async def test_what_leads_nowhere_is_dropped(index, upkeep, backend, index_name):
    text = " ".join(f"barge{number}" for number in range(60))
    lost, kept = islice(backend.ids(), 2)
    await index.create(article(lost, text), signature(text))
    number = (await index.create(article(kept, text), signature(text))).number & 0xFFFFFFFF
    here = await upkeep(lost)
    name = b":d" + (number - 1).to_bytes(4, "little")
    [key] = [key for key in backend.keys(f"{{{index_name}:*") if key.endswith(name)]
    backend.client.delete(key)

    assert await here.ids_of(np.array([number - 1], np.uint32)) == [lost]
    assert await here.lost_ids([lost, kept]) == [lost]
    assert await here.lost_ids([lost, kept], drop=True) == [lost]
    assert await here.drop_postings({number - 1: hashes_of(text)}) == len(hashes_of(text))
    assert {one for _, one in await postings(here)} == {number}
    assert (await here.counts()).postings == len(hashes_of(text))
    assert await found(index, text) == [kept]


async def test_a_wrong_number_of_postings_is_corrected_while_nothing_is_written(index, upkeep, backend):
    first, second = islice(backend.ids(), 2)
    await index.create(article(first), signature())
    here = await upkeep(first)
    counts = await here.counts()

    assert await here.correct_count(counts, counts.postings + 3)
    assert (await here.counts()).postings == counts.postings + 3
    stale = await here.counts()
    await index.create(article(second), signature())
    assert not await here.correct_count(stale, counts.postings)
