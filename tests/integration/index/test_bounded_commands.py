"""No command holds Redis for long, whatever is stored: what one asks for is bounded in bytes and in postings, too."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import numpy as np
import pytest

from support.backends import article, sign_article, signature
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Ranking
from wirematch.index import shard_upkeep
from wirematch.index.bucket_reader import QUERY_BATCH, QUERY_BUCKETS
from wirematch.index.connections import scripts
from wirematch.index.connections.connection import Store
from wirematch.index.connections.scripts import Script
from wirematch.index.draft import BATCH, BATCH_BYTES, BATCH_POSTINGS
from wirematch.index.protocol import Placement
from wirematch.index.records.fetch import AT_ONCE, FIRST_GUESS, READ_BYTES
from wirematch.index.shard import REMOVED_POSTINGS, Shard
from wirematch.index.shard_records import ANSWER_BYTES, ShardRecords
from wirematch.models import MAX_BODY_CHARACTERS, Article

pytestmark = pytest.mark.anyio

LONGEST = " ".join(f"barge{number}x" for number in range(MAX_BODY_CHARACTERS))[:MAX_BODY_CHARACTERS].rpartition(" ")[0]
DENSE = " ".join(f"{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}{number}" for number in range(2_100))
"""As many postings as a text can have, in few bytes."""


@functools.cache
def longest_signature() -> Signature | None:
    """Of all long texts, which differ in a word; signing one takes half a second."""
    return signature(LONGEST)


@pytest.fixture
def answers(monkeypatch):
    """Bytes of the records in each answer of a script, and how many there were."""
    read, write, seen = Store.read, Store.write, list[tuple[Script, int, int]]()

    def note(script: Script, answer) -> None:
        records = list(_records_in(answer))
        seen.append((script, len(records), sum(map(len, records))))

    async def read_and_note(store, script, *rest):
        answer = await read(store, script, *rest)
        note(script, answer)
        return answer

    async def write_and_note(store, script, *rest):
        answer = await write(store, script, *rest)
        note(script, answer)
        return answer

    monkeypatch.setattr(Store, "read", read_and_note)
    monkeypatch.setattr(Store, "write", write_and_note)
    return seen


def _records_in(answer):
    if isinstance(answer, bytes) and len(answer) > 10_000:
        yield answer
    elif isinstance(answer, list):
        for part in answer:
            yield from _records_in(part)


async def stored(index, bodies, name: str = "a") -> list[Placement]:
    return await create(index, [article(f"{name}{number}", body) for number, body in enumerate(bodies)])


async def create(index, articles: list[Article]) -> list[Placement]:
    return await index.create_many(
        [(one, longest_signature() if one.body.startswith(LONGEST[:-9]) else sign_article(one)) for one in articles]
    )


def assert_bounded(answers, script: Script, records: int) -> None:
    mine = [(count, size) for made, count, size in answers if made is script]
    assert sum(count for count, _ in mine) == records
    assert all(size <= ANSWER_BYTES + size / count for count, size in mine if count)  # one record may go beyond
    assert max(count for count, _ in mine) > 1


async def test_long_records_are_read_by_number_in_several_answers(index, answers):
    placed = await stored(index, [f"{LONGEST[:-9]} {number}" for number in range(16)])
    numbers = np.array([one.number for one in placed], np.uint64)

    found = await index.fetch(Ranking(numbers, np.zeros(len(numbers))), 12)

    assert [one.number for one in found] == [one.number for one in placed[:12]]
    if index.shards == 1:
        assert_bounded(answers, scripts.FETCH, 12)


async def test_long_records_are_read_by_id_in_several_answers(index, answers):
    await stored(index, [f"{LONGEST[:-9]} {number}" for number in range(16)])
    asked = ["none", *(f"a{number}" for number in reversed(range(16))), "nor this"]

    found = await index.get_many(asked)

    assert {one.id for one in found} == set(asked[1:-1])
    if index.shards == 1:
        assert_bounded(answers, scripts.GET, 16)


async def test_of_long_records_that_have_expired_few_are_read_at_a_time(index, answers, monkeypatch):
    past = datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        article(f"a{number}", f"{LONGEST[:-9]} {number}").model_copy(update={"expires_at": past})
        for number in range(16)
    ]
    await create(index, made)
    removed, removals = 0, list[list[int]]()
    remove = Shard._remove  # noqa: SLF001 - what one script removes

    async def watched(shard, known):
        removals.append([len(hashes) for _, _, hashes in known])
        return await remove(shard, known)

    monkeypatch.setattr(Shard, "_remove", watched)
    while some := await index.sweep(64):
        removed += len(some)

    assert removed == 16
    if index.shards == 1:
        assert_bounded(answers, scripts.READ_EXPIRED, 16)
    assert all(len(sizes) == 1 or sum(sizes) <= REMOVED_POSTINGS for sizes in removals)


async def test_what_one_script_stores_is_bounded_in_articles_bytes_and_postings(index, monkeypatch):
    put, written = Shard.put, list[tuple[int, int, int]]()

    async def watched(shard, mode, drafts, *expected):
        sizes = [(len(one.record), len(one.buckets.posted)) for one in drafts]
        written.append((len(drafts), sum(size for size, _ in sizes), sum(postings for _, postings in sizes)))
        return await put(shard, mode, drafts, *expected)

    monkeypatch.setattr(Shard, "put", watched)
    bodies = [LONGEST, *(f"{DENSE} {number}" for number in range(20)), *(f"Barge {n} sank." for n in range(40))]
    placed = await stored(index, bodies)

    assert all(isinstance(one, Placement) for one in placed)
    assert sum(count for count, _, _ in written) == len(bodies)
    for count, size, postings in written:
        assert count <= BATCH
        assert count == 1 or (size <= BATCH_BYTES and postings <= BATCH_POSTINGS)


async def test_what_one_transaction_looks_up_is_bounded_in_texts_and_buckets(index, monkeypatch):
    query, asked = Shard.query, list[list[int]]()

    async def watched(shard, signatures, *rest):
        asked.append([0 if one is None else len(one) for one in signatures])
        return await query(shard, signatures, *rest)

    monkeypatch.setattr(Shard, "query", watched)
    dense = [signature(f"{DENSE} {number}") for number in range(20)]
    short = [signature(f"Barge {number} sank at the pier.") for number in range(40)]

    found = await index.lookup_many([*dense, None, *short], [None] * 61)

    assert len(found) == 61
    assert sum(map(len, asked)) == 61 * index.shards
    for sizes in asked:
        assert len(sizes) <= QUERY_BATCH
        assert len(sizes) == 1 or sum(sizes) <= QUERY_BUCKETS


async def test_how_many_records_are_read_at_once_follows_their_length(index, monkeypatch):
    placed = await stored(index, [f"{LONGEST[:-9]} {number}" for number in range(40)])
    read, sizes, before = ShardRecords.read, list[tuple[int, int]](), list[tuple[int, int]]()

    async def watched(shard, numbers):
        moment, found = await read(shard, numbers)
        sizes.append((len(numbers), int(found.lengths.sum())))
        return moment, found

    monkeypatch.setattr(ShardRecords, "read", watched)
    long = [one.number for one in placed]
    for numbers in (long, long):
        before, sizes = sizes, []
        assert len((await index.fetch_numbers(numbers)).read(numbers)) == 40
    assert all(count <= READ_BYTES // FIRST_GUESS for count, _ in before)  # nothing is known of them yet
    assert all(size <= READ_BYTES for _, size in sizes)
    assert max(count for count, _ in sizes) > 1

    few = max(count for count, _ in sizes)
    short = await stored(index, [f"Ferry {number} sank at the pier." for number in range(40)], "b")
    for _ in range(10):
        sizes = []
        await index.fetch_numbers([one.number for one in short])
    assert len(sizes) <= index.shards
    assert few < max(count for count, _ in sizes) <= AT_ONCE


def test_postings_are_checked_and_mended_a_few_at_a_time():
    hashes = [np.zeros(size, np.uint32) for size in [480] * 20 + [3] * 60]

    parts = [hashes[part] for part in shard_upkeep._parts(hashes)]  # noqa: SLF001 - the bound of three methods

    assert sum(map(len, parts)) == len(hashes)
    for part in parts:
        assert len(part) <= shard_upkeep.AT_ONCE
        assert sum(map(len, part)) <= shard_upkeep.BUCKETS_AT_ONCE
