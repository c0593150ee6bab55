from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from wirematch.index.addressing import home_of, number_of, shard_of


def test_ids_are_evenly_distributed_over_shards():
    counts = Counter(shard_of(f"article-{number}", 8) for number in range(8_000))

    assert set(counts) == set(range(8))
    assert max(counts.values()) < 1.2 * 1_000


def test_the_shard_of_an_id_never_changes():
    assert [shard_of(article_id, 8) for article_id in ("a", "urn:x/y", "ä")] == [6, 1, 4]


@given(st.integers(1, 30_000), st.integers(0, 1_023), st.integers(1, 2**32 - 1))
def test_a_number_names_generation_shard_and_place(generation, shard, local):
    number = number_of(generation, shard, local)

    assert home_of(number) == (generation, shard)
    assert number & (2**32 - 1) == local
