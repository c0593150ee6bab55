from __future__ import annotations

import pytest
import redis.asyncio

from wirematch.index.connections.connection import connect
from wirematch.index.connections.redis_url import SENTINEL_PORT, check_url, read_sentinel, read_topology


@pytest.mark.parametrize(
    "url",
    [
        "redis://host:6379/0", "rediss://user:secret@host", "unix:///run/redis.sock", "redis://host?socket_timeout=2",
        "redis+cluster://host:6379", "valkey://host:6379/1", "valkeys://host", "valkey+cluster://host",
        "redis+sentinel://a,b:26380,[::1]:26379/desk", "valkeys+sentinel://user:p%23@a/desk/3?sentinel_password=x",
    ],
)  # fmt: skip
def test_urls_of_redis_and_valkey_are_taken(url):
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://host", "host:6379", "redis://host/abc", "redis://host/0/1", "redis://host?nonsense=2",
        "redis://host:port", "redis+cluster://host/1", "valkey://host#0",
        "redis+sentinel://host", "redis+sentinel://host/", "redis+sentinel://host/desk/abc", "redis+sentinel://a,/desk",
        "redis+sentinel://host:port/desk", "redis+sentinel://host/desk?nonsense=2", "redis+elsewhere://host",
        "redis+sentinel://host/desk?sentinel_nonsense=2", "redis+sentinel://host/desk#0", "redis+sentinel://[::1/desk",
        "redis://[::1", "redis://[bad]/0", "redis+cluster://a]", "",
    ],
)  # fmt: skip
def test_what_cannot_be_connected_to_is_refused_before_anything_starts(url):
    with pytest.raises(ValueError, match="Redis"):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["redis://name:hush@host/x", "redis://:hush@host?nonsense=2", "redis+sentinel://:hush@host/a/b/c"]
)
def test_no_refusal_repeats_a_password(url):
    with pytest.raises(ValueError, match="Redis") as refusal:
        check_url(url)

    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "kind"),
    [("valkey://host", redis.asyncio.Redis), ("valkey+cluster://host", redis.asyncio.RedisCluster)],
)
def test_valkey_is_another_name_for_redis(url, kind):
    assert isinstance(connect(url, 1.0), kind)


def test_a_sentinels_url_has_hosts_a_master_and_options_of_both():
    url = "valkeys+sentinel://user:p%23@a,[::1]:26380/the%20desk/3?socket_timeout=2&sentinel_username=eye"
    address = read_sentinel(read_topology(url)[1])

    assert address.hosts == (("a", SENTINEL_PORT), ("::1", 26_380))
    assert address.master == "the desk"
    assert address.options == {"username": "user", "password": "p#", "db": 3, "socket_timeout": 2.0, "ssl": True}
    assert address.sentinel_options == {"username": "eye", "ssl": True}
