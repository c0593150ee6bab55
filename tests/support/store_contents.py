"""Everything that a store contains, in memory and on disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import redis

from support.waiting import wait_for


def contents(server: redis.Redis) -> Iterator[tuple[bytes, bytes]]:
    """Yield every key with its contents, decompressed where needed."""
    for key in server.scan_iter("*", 1_000):
        kind = server.type(key)
        held: list[bytes] = [key]
        if kind == b"string":
            held.append(server.get(key) or b"")
        elif kind == b"hash":
            held.extend(part for item in server.hgetall(key).items() for part in item)
        elif kind == b"set":
            held.extend(server.smembers(key))
        elif kind == b"zset":
            held.extend(member for member, _ in server.zrange(key, 0, -1, withscores=True))
        else:
            assert kind == b"list", kind
            held.extend(server.lrange(key, 0, -1))
        for part in held:
            yield key, part
            for start in (place for place in range(len(part)) if part[place : place + 1] == b"\x78"):
                try:
                    yield key, zlib.decompressobj().decompress(part[start:])
                except zlib.error:
                    continue


def file_contents(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_socket())


def rewrite_files(server: redis.Redis) -> None:
    """Have the server write its files anew, uncompressed: what was deleted is then in none of them."""
    server.config_set("rdbcompression", "no")
    server.bgrewriteaof()
    wait_for(lambda: not server.info("persistence")["aof_rewrite_in_progress"], "a rewriting")
    wait_for(lambda: not server.info("persistence")["aof_rewrite_scheduled"], "a rewriting")
