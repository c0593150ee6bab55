"""Where documents live: the shard of an id, and the generation and shard in a document number."""

from __future__ import annotations

import xxhash

LOCAL_BITS, SHARD_BITS = 32, 16


def shard_of(article_id: str, shards: int) -> int:
    """The shard, of ``shards``, that holds all versions of the article with this id."""
    return xxhash.xxh32_intdigest(article_id.encode()) % shards


def number_of(generation: int, shard: int, local: int) -> int:
    """Document number of 64 bits: generation (16), shard (16), position in the shard's order of storing (32)."""
    return ((generation << SHARD_BITS | shard) << LOCAL_BITS) | local


def home_of(number: int) -> tuple[int, int]:
    """Generation and shard of a document number."""
    return number >> (LOCAL_BITS + SHARD_BITS), number >> LOCAL_BITS & ((1 << SHARD_BITS) - 1)
