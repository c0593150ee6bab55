from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
import pytest

from support.backends import SCHEME, article, signature
from wirematch.errors import WirematchError
from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import Postings, rank
from wirematch.index.buckets import MIN_PAGES, PARTS, buckets_of, hashes_of_buckets

pytestmark = pytest.mark.anyio


def held_by(signatures: Mapping[int, Signature], stored: Sequence[int], wanted: Signature, cap: int) -> Postings:
    """The expected postings, from a plain table of buckets.

    ``signatures`` are by number, ``stored`` is in order of storing.
    """
    table = []
    posted = {number: set(buckets_of(signatures[number], SCHEME).posted.tolist()) for number in stored}
    for band, bucket in enumerate(buckets_of(wanted, SCHEME).all.tolist()):
        held = [number for number in stored if bucket in posted[number]]
        for _, its in groupby(held, lambda number: number >> 32):
            table.append((band, list(its)[-cap:]))
    numbers = np.array([number for _, its in table for number in its], np.uint64)
    bands = np.array([band for band, its in table for _ in its], np.intp)
    return Postings(numbers, bands)


async def test_pages_are_split_and_merged_as_articles_come_and_go(index, backend, index_name, keys):
    """The count of postings is set high, so that few articles have the effect of millions."""
    bodies = [" ".join(f"barge{number}x{word}" for word in range(40)) for number in range(120)]
    items = [(article(f"a{number}", body), signature(body)) for number, body in enumerate(bodies)]
    pretended = 16 * (2 * 65536 + 30_000)
    states = backend.keys(f"{{{index_name}:*}}:state")
    for state, server in states.items():
        server.hset(state, "postings", pretended)
    created = await index.create_many(items[:60])
    assert [one for one in created if isinstance(one, WirematchError)] == []
    for state, server in states.items():
        assert int(server.hget(state, "pages")) >= 2 * 65536 + 30_000
    await index.create_many(items[60:])
    for one, wanted in items:
        assert (await index.lookup(wanted)).ranking.numbers[0] == (await index.get(one.id)).number

    for state, server in states.items():
        server.hincrby(state, "postings", -pretended)
    for one, _ in items:
        assert await index.delete(one.id)
    assert keys() == set()
    for state, server in states.items():
        assert server.hmget(state, "pages", "postings") == [b"65536", b"0"]


async def test_buckets_hold_what_a_plain_table_of_them_would(make_index, backend, index_name):
    """Short and long pages, splits and merges, in random order.

    Two processes take turns, so neither knows how many pages the other has left.
    """
    cap, chance = 400, random.Random(5)
    both = [make_index(cap=cap), make_index(cap=cap)]
    for index in both:
        await index.open()
    states = backend.keys(f"{{{index_name}:*}}:state")
    common = [" ".join(f"common{text}x{word}" for word in range(30)) for text in range(3)]
    stored: dict[str, int] = {}
    signatures: dict[int, Signature] = {}

    def text() -> str:
        return chance.choice(common) + " " + " ".join(f"rare{chance.randrange(60)}" for _ in range(20))

    for step in range(16):
        index = both[step % 2]
        batch = [(article(f"a{step}-{number}", body := text()), signature(body)) for number in range(20)]
        for (made, its), placement in zip(batch, await index.create_many(batch), strict=True):
            stored[made.id], signatures[placement.number] = placement.number, its
        for name in chance.sample(sorted(stored), 5):
            body = text()
            placement = await index.replace(article(name, body), signature(body))
            stored[name], signatures[placement.number] = placement.number, signature(body)
        for name in chance.sample(sorted(stored), chance.choice((3, 18))):
            assert await index.delete(name)
            del stored[name]
        for state, server in states.items():
            server.hincrby(state, "postings", 16 * 9_000 * chance.choice((-1, 1, 1)))

        wanted = signature(text())
        expected = rank(held_by(signatures, sorted(stored.values()), wanted, cap), len(stored), cap)
        for index in both:
            candidates = await index.lookup(wanted)
            assert candidates.ranking.numbers.tolist() == expected.numbers.tolist()
            assert candidates.ranking.scores.tolist() == expected.scores.tolist()
    for index in both:
        await index.close()


def signatures_of_one_part(count: int) -> list[Signature]:
    """Signatures chosen by an attacker: all buckets are in pages of one part, and no two in the same page."""
    values = np.arange(1 << 18, dtype=np.uint32)
    hashes = hashes_of_buckets(values, np.zeros(len(values), np.intp), SCHEME.scheme)
    pages = hashes % np.uint32(MIN_PAGES)
    _, first = np.unique(np.where(pages % PARTS == 0, pages, 1), return_index=True)
    return [np.sort(values[some]) for some in np.array_split(first[pages[first] % PARTS == 0][: count * 90], count)]


async def test_articles_whose_buckets_were_made_to_lie_together_are_stored_and_taken_out(make_index):
    """A Lua script can pass some 8,000 values at a time, and each page that becomes long is four."""
    index = make_index(cap=400, shards=1)
    await index.open()
    try:
        chosen = signatures_of_one_part(32)
        assert sum(len(buckets_of(one, SCHEME).posted) for one in chosen) > 2_000
        for step in range(26):
            made = [(article(f"a{step}-{place}", f"barge {place}"), one) for place, one in enumerate(chosen)]
            placed = await index.create_many(made)
            assert [one for one in placed if isinstance(one, WirematchError)] == []
        for one, placement in zip(chosen, placed, strict=True):
            assert placement.number in (await index.lookup(one)).ranking.numbers
    finally:
        await index.close()


async def test_a_page_of_more_postings_than_a_script_divides_at_a_time_is_split_whole(make_index, backend, index_name):
    index = make_index(cap=2_000, shards=1)
    await index.open()
    try:
        common = signature("barge span harbour pier crane tide ferry quay dock mast " * 2)
        wanted = len(buckets_of(common, SCHEME).posted)
        placed = await index.create_many([(article(f"a{place}", f"barge {place}"), common) for place in range(2_100)])
        for state, server in backend.keys(f"{{{index_name}:*}}:state").items():
            server.hincrby(state, "postings", 2 * 16 * MIN_PAGES)
        await index.create(article("last", "barge"), signature("lighthouse keeper writes a letter home tonight"))
        numbers = [one.number for one in placed][-2_000:]
        postings = (await index.lookup(common)).postings
        for band in range(wanted):
            assert postings.numbers[postings.bands == band].tolist() == numbers
    finally:
        await index.close()
