from __future__ import annotations

import pytest
import redis.asyncio

from wirematch.index.connection import check_url, connect


@pytest.mark.parametrize(
    "url",
    [
        "redis://host:6379/0", "rediss://user:secret@host", "unix:///run/redis.sock", "redis://host?socket_timeout=2",
        "redis+cluster://host:6379", "valkey://host:6379/1", "valkeys://host", "valkey+cluster://host",
    ],
)  # fmt: skip
def test_urls_of_redis_and_valkey_are_taken(url):
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://host", "host:6379", "redis://host/abc", "redis://host/0/1", "redis://host?nonsense=2",
        "redis://host:port", "redis+cluster://host/1", "valkey://host#0",
    ],
)  # fmt: skip
def test_what_cannot_be_connected_to_is_refused_before_anything_starts(url):
    with pytest.raises(ValueError, match="Redis"):
        check_url(url)


@pytest.mark.parametrize("url", ["redis://name:hush@host/x", "redis://:hush@host?nonsense=2"])
def test_no_refusal_repeats_a_password(url):
    with pytest.raises(ValueError, match="Redis") as refusal:
        check_url(url)

    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "kind"),
    [("valkey://host", redis.asyncio.Redis), ("valkey+cluster://host", redis.asyncio.RedisCluster)],
)
def test_valkey_is_another_name_for_redis(url, kind):
    assert type(connect(url, 1.0)) is kind
