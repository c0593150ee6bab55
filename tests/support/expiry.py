"""Let time pass at once, for articles that expire."""

from __future__ import annotations

import struct
import time

import redis

EXPIRES_AT = 12
"""Offset in a stored record of its expiry, in milliseconds since 1970; 0 is never."""
LONG_AGO = 1


def let_pass(seconds: float, server: redis.Redis | redis.RedisCluster, index_name: str) -> int:
    """Age an index by so many seconds; return the number of articles that expire within them."""
    until = round((time.time() + seconds) * 1000)
    expired = 0
    for key in server.scan_iter(match=f"{{{index_name}:*}}:d*", count=10_000):
        (expires,) = struct.unpack("<Q", server.getrange(key, EXPIRES_AT, EXPIRES_AT + 7))
        if 0 < expires <= until:
            server.setrange(key, EXPIRES_AT, struct.pack("<Q", LONG_AGO))
            expired += 1
    for key in server.scan_iter(match=f"{{{index_name}:*}}:expiries", count=10_000):
        if due := server.zrangebyscore(key, 0, until):
            server.zadd(key, dict.fromkeys(due, LONG_AGO), xx=True)
    return expired
