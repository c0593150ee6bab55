from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from wirematch.index.buckets import bucket_hashes
from wirematch.index.keys import SLOTS, home_of, number_of, shard_keys, shard_of


@pytest.mark.parametrize("shards", [1, 3, 6, 64])
def test_shards_lie_evenly_over_the_slots(shards):
    slots = [key_slot(shard_keys("main", 1, shard, shards).prefix[1:-2]) for shard in range(shards)]

    assert [slot * shards // SLOTS for slot in slots] == list(range(shards))
    assert {key_slot(key) for key in shard_keys("main", 1, 0, shards).declared} == {slots[0]}


def test_articles_spread_over_shards_and_stay_where_they_are():
    counts = Counter(shard_of(f"article-{number}", 8) for number in range(8_000))

    assert set(counts) == set(range(8))
    assert max(counts.values()) < 1.2 * 1_000
    assert [shard_of(name, 8) for name in ("a", "urn:x/y", "ä")] == [6, 1, 4]


@given(st.integers(1, 30_000), st.integers(0, 1_023), st.integers(1, 2**32 - 1))
def test_a_number_tells_where_its_document_is(generation, shard, local):
    number = number_of(generation, shard, local)

    assert home_of(number) == (generation, shard)
    assert number & (2**32 - 1) == local


def test_names_of_indexes_do_not_run_into_each_other():
    assert shard_keys("main", 1, 0, 1).prefix != shard_keys("main:1", 1, 0, 1).prefix
    assert shard_keys("main", 11, 0, 1).prefix != shard_keys("main", 1, 1, 2).prefix


def test_buckets_are_the_same_for_ever():
    """What is stored is found by them."""
    hashes = bucket_hashes(np.arange(4, dtype=np.uint32))

    assert len(set((bucket_hashes(np.zeros(128, np.uint32)) & 0xFFFF).tolist())) > 120
    assert hashes.tolist() == [301794027, 232174035, 646820240, 2371220831]
