"""Connections to Redis, with the limits that a service needs."""

from __future__ import annotations

import redis
import redis.asyncio
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

CLIENT_NAME = "wirematch"


def connect(url: str, timeout: float) -> redis.asyncio.Redis:
    """A client for ``url`` (redis://, rediss:// or unix://) that gives up after ``timeout`` seconds.

    It never tries again by itself: a write whose answer got lost may have been done, and only the caller knows
    whether doing it twice is right. ValueError when the URL cannot be read.
    """
    return redis.asyncio.Redis.from_url(
        url,
        client_name=CLIENT_NAME,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )


def check_url(url: str) -> str:
    """``url`` itself, for settings; ValueError when :func:`connect` cannot read it."""
    parse_url(url)
    return url
