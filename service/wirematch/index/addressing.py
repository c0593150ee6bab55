"""Where a document lies: the shard that an id belongs to, and the shard that a document number names."""

from __future__ import annotations

import xxhash

LOCAL_BITS, SHARD_BITS = 32, 16


def shard_of(article_id: str, shards: int) -> int:
    """The shard, of ``shards``, that holds the article of this id in all its versions."""
    return xxhash.xxh32_intdigest(article_id.encode()) % shards


def number_of(generation: int, shard: int, local: int) -> int:
    """A document number of 64 bits: generation (16), shard (16), place in the shard's order of storing (32)."""
    return ((generation << SHARD_BITS | shard) << LOCAL_BITS) | local


def home_of(number: int) -> tuple[int, int]:
    """Generation and shard of a document number."""
    return number >> (LOCAL_BITS + SHARD_BITS), number >> LOCAL_BITS & ((1 << SHARD_BITS) - 1)
