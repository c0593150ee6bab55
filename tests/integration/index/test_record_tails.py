"""Tails of records: sketches, readable without decoding the record, skeletons, and neither."""

from __future__ import annotations

import numpy as np
import pytest
import redis

from support.backends import BARGE, SCHEME, WHEAT, Backend, article, found, signature
from wirematch.fingerprint.minhash import fingerprint_many
from wirematch.fingerprint.sketch import sketch_of
from wirematch.fingerprint.stored_aids import StoredAids
from wirematch.index import record_reader
from wirematch.index.records.fetch import END_BYTES
from wirematch.index.records.tail import TAIL, read_tail
from wirematch.text.prepare import prepare
from wirematch.text.skeleton import skeleton_of

pytestmark = pytest.mark.anyio

SKETCH = fingerprint_many([BARGE], SCHEME)[0].sketch
SKELETON, SKELETON_OF_WHEAT = skeleton_of(prepare(BARGE)), skeleton_of(prepare(WHEAT))


def record_key(backend: Backend, index_name: str) -> tuple[bytes, redis.Redis]:
    [key_and_server] = list(backend.keys(f"{{{index_name}:*}}:d*").items())
    return key_and_server


def make_layout_3(backend: Backend, index_name: str) -> bytes:
    """Remove the tail of the only record, and reset the index to an earlier release's layout."""
    key, server = record_key(backend, index_name)
    record = server.get(key)
    json_at = 49 + int.from_bytes(record[45:47], "little") + int.from_bytes(record[47:49], "little")
    server.set(key, record[: read_tail(record, json_at).json_end])
    [(fingerprint_record, its_server)] = backend.keys(f"{{{index_name}}}:record").items()
    its_server.hset(fingerprint_record, "layout", "3")
    return fingerprint_record


async def test_records_are_fetched_undecoded(index):
    with_sketch = await index.create(article("a"), signature(), StoredAids(SKETCH))
    without = await index.create(article("b"), signature())
    numbers = [with_sketch.number, without.number, without.number + 1]

    fetched = await index.fetch_numbers(numbers)

    assert fetched.sketches(numbers) == {with_sketch.number: SKETCH}
    assert fetched.sketches(numbers[1:]) == {}
    assert [record.id for record in fetched.read(numbers)] == ["a", "b"]
    assert [record.id for record in fetched.read(numbers[::-1])] == ["b", "a"]
    assert fetched.read([without.number + 1]) == []
    assert not fetched.partial


async def test_sketches_are_fetched_without_their_records(index, monkeypatch):
    monkeypatch.setattr(record_reader, "ENDS_AT_ONCE", 2)
    long = sketch_of(np.arange(0, 2**32, 2**22, np.uint32))
    assert len(long) > END_BYTES
    kept = {f"a{place}": SKETCH for place in range(5)} | {"long": long, "long as well": long}
    placed = [await index.create(article(name), signature(), StoredAids(sketch)) for name, sketch in kept.items()]
    without = await index.create(article("b"), signature())
    numbers = [*(one.number for one in placed), without.number, without.number + 1]

    fetched = await index.fetch_sketches(numbers)

    assert fetched.sketches(numbers) == dict(zip(numbers, kept.values(), strict=False))
    assert fetched.sketches(numbers[-2:]) == {}
    assert not fetched.partial
    assert (await index.fetch_sketches([])).sketches(numbers) == {}


async def test_a_fetched_record_that_has_expired_is_not_read(index, backend, index_name):
    placement = await index.create(article("a"), signature(), StoredAids(SKETCH))
    key, server = record_key(backend, index_name)
    record = server.get(key)
    server.set(key, record[:12] + (1).to_bytes(8, "little") + record[20:])

    fetched = await index.fetch_numbers([placement.number])

    assert fetched.read([placement.number]) == []
    assert fetched.sketches([placement.number]) == {placement.number: SKETCH}


async def test_a_record_is_written_with_its_skeleton(index):
    await index.create(article("a"), signature(), StoredAids(SKETCH, SKELETON))
    await index.create_many([(article("b"), signature())], [StoredAids(SKETCH, SKELETON)])
    await index.replace(article("b", WHEAT), signature(WHEAT), aids=StoredAids(SKETCH, SKELETON_OF_WHEAT))
    first, second = await index.get("a"), await index.get("b")

    assert (first.skeleton, first.sketch, first.article.body) == (SKELETON, SKETCH, BARGE)
    assert (second.skeleton, second.article.body) == (SKELETON_OF_WHEAT, WHEAT)


async def test_a_skeleton_of_another_text_is_not_believed(index, backend, index_name):
    await index.create(article("a"), signature(), StoredAids(SKETCH, SKELETON))
    key, server = record_key(backend, index_name)
    server.set(key, server.get(key).replace(b"barge", b"ferry"))

    assert (await index.get("a")).skeleton is None


async def test_a_damaged_tail_gives_no_sketch(index, backend, index_name):
    placement = await index.create(article("a"), signature(), StoredAids(SKETCH))
    key, server = record_key(backend, index_name)
    record = server.get(key)
    for damage in (record[: -TAIL.size] + b"\xfe\xfe" + record[2 - TAIL.size :], record[:-1] + b"\2", b""):
        server.set(key, damage)
        assert (await index.fetch_numbers([placement.number])).sketches([placement.number]) == {}
        assert (await index.fetch_sketches([placement.number])).sketches([placement.number]) == {}


async def test_what_an_earlier_release_stored_is_read_and_the_index_taken_over(index, make_index, backend, index_name):
    placement = await index.create(article("a"), signature(), StoredAids(SKETCH))
    fingerprint_record = make_layout_3(backend, index_name)
    later = make_index()
    await later.open()
    await later.create(article("b"), signature(), StoredAids(SKETCH))

    old, new = await later.get("a"), await later.get("b")
    assert (old.article.body, old.sketch, old.skeleton) == (BARGE, None, None)
    assert (new.article.body, new.sketch) == (BARGE, SKETCH)
    assert (await later.fetch_numbers([placement.number])).sketches([placement.number]) == {}
    assert set(await found(later)) == {"a", "b"}
    assert backend.client.hget(fingerprint_record, "layout") == b"4"
    await later.delete("a")
    assert await found(later) == ["b"]
    await later.close()
