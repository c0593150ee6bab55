"""Which shard an article belongs to, what that shard's keys are called, and what a document's number says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count

import xxhash
from redis.crc import key_slot

SLOTS = 16_384
LOCAL_BITS, SHARD_BITS = 32, 16
MOST_SHARDS = 1024
"""As settings allow; a number has room for 65,536."""


def shard_of(article_id: str, shards: int) -> int:
    """All that belongs to one document lies in one shard."""
    return xxhash.xxh32_intdigest(article_id.encode()) % shards


@dataclass(frozen=True, slots=True)
class ShardKeys:
    """Names of a shard's keys, all under one hash tag so that they share a slot of a cluster."""

    prefix: bytes
    """What the scripts put before the names that they make."""

    @property
    def declared(self) -> list[bytes]:
        """KEYS of every script: state, ids, and the guard that never exists."""
        return [self.prefix + name for name in (b"state", b"ids", b"guard")]


@cache
def shard_keys(name: str, generation: int, shard: int, shards: int) -> ShardKeys:
    """The keys of a shard of ``shards``.

    The tag is ``NAME:GENERATION.SHARD.TRY`` with the first try from 0 whose slot is in the shard's own part of all
    slots: left to chance, three masters would get anything but a third each.
    """
    for attempt in count():
        tag = f"{name}:{generation}.{shard}.{attempt}"
        if key_slot(tag.encode()) * shards // SLOTS == shard:
            return ShardKeys(f"{{{tag}}}:".encode())
    raise AssertionError  # counting does not end


def number_of(generation: int, shard: int, local: int) -> int:
    """A document's number: generation, shard (16 bits) and place in the shard's order of storing (32 bits)."""
    return ((generation << SHARD_BITS | shard) << LOCAL_BITS) | local


def home_of(number: int) -> tuple[int, int]:
    """Generation and shard."""
    return number >> (LOCAL_BITS + SHARD_BITS), number >> LOCAL_BITS & ((1 << SHARD_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str

    def cache_key(self, number: int) -> tuple[str, int]:
        return self.name, number
