"""Parse Redis URLs: the server, Redis Cluster or Sentinels that they name, and what makes them unusable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import redis.asyncio
from redis.asyncio.connection import SSLConnection, parse_url

UNREADABLE_URL = (
    "this is not a Redis URL; write redis://USER:PASSWORD@HOST:PORT/DATABASE, with '#', '/', '?', '%' and '@' in a "
    "password percent-encoded, such as '%23' for '#'"
)
UNUSABLE_OPTION = (
    "an option after '?' in the Redis URL is unknown, or has an invalid value; options are those of redis-py's "
    "connections, such as ssl_ca_certs, and the same for Sentinels, such as sentinel_ssl_ca_certs"
)
SENTINEL_URL = (
    "the URL of a Redis behind Sentinel names the Sentinels and the master: "
    "redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER/DATABASE"
)
SENTINEL_PORT = 26_379
OF_SENTINELS = "sentinel_"
"""Prefix of options for connections to Sentinels, such as ``sentinel_password``."""
_PLAIN = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
"""redis-py's names of the schemes. A scheme with a trailing s means TLS."""
_AUTHORITY = re.compile(r"(?P<scheme>[a-z]+://)(?P<user>[^/?#]*@)?(?P<hosts>[^/?#@]*)(?P<rest>.*)", re.DOTALL)
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>\d{1,5}))?")


class Topology(Enum):
    """How many servers are behind a URL, and who knows them."""

    SINGLE = ""
    CLUSTER = "cluster"
    SENTINEL = "sentinel"


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """The name of a master and the Sentinels that know its address."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    options: dict[str, Any]
    """Options of connections to the master: user name, password, database, TLS, and those in the URL's query."""
    sentinel_options: dict[str, Any]
    """Options of connections to the Sentinels."""


def read_topology(url: str) -> tuple[Topology, str]:
    """Return the topology, and the URL with the scheme that redis-py uses, ``redis`` or ``rediss``."""
    scheme, separator, rest = url.partition("://")
    name, _, suffix = scheme.partition("+")
    if name not in _PLAIN or suffix not in {topology.value for topology in Topology}:
        return Topology.SINGLE, url
    return Topology(suffix), _PLAIN[name] + separator + rest


def read_sentinel(plain: str) -> SentinelAddress:
    """Parse a Sentinel URL, as recognised by :func:`read_topology`; ValueError if master or hosts are missing."""
    authority = _AUTHORITY.fullmatch(plain)
    if authority is None:
        raise ValueError(SENTINEL_URL)
    scheme, user = authority["scheme"], authority["user"] or ""
    matches = [_HOST.fullmatch(host) for host in authority["hosts"].split(",")]
    parts = _split(f"{scheme}{user}host{authority['rest']}")  # no URL of RFC 3986 has several hosts
    path = re.fullmatch(r"/([^/]+)(?:/(\d*))?", parts.path)
    if path is None or None in matches or parts.fragment:
        raise ValueError(SENTINEL_URL)
    found = tuple((match["host"].strip("[]"), int(match["port"] or SENTINEL_PORT)) for match in matches if match)
    if any(port >= 2**16 for _, port in found):
        raise ValueError(SENTINEL_URL)
    members = parts.query.split("&") if parts.query else []
    theirs = [member.removeprefix(OF_SENTINELS) for member in members if member.startswith(OF_SENTINELS)]
    ours = [member for member in members if not member.startswith(OF_SENTINELS)]
    return SentinelAddress(
        found,
        unquote(path[1]),
        _options(f"{scheme}{user}host/{path[2] or ''}?{'&'.join(ours)}"),
        _options(f"{scheme}host?{'&'.join(theirs)}"),
    )


def check_url(url: str) -> str:
    """Return ``url`` unchanged, as a settings validator; ValueError if no connection could be made with it.

    The message contains no part of the URL: what could not be parsed may be the password.
    """
    topology, plain = read_topology(url)
    if topology is Topology.SENTINEL:
        read_sentinel(plain)
        return url
    parts = _split(plain)
    if parts.fragment:
        raise ValueError(UNREADABLE_URL)
    options = _options(plain)
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        raise ValueError("a Redis URL ends with the number of a database, such as /0, or after the port")
    if topology is Topology.CLUSTER and options.get("db"):
        raise ValueError("Redis Cluster has no numbered databases, so its URL ends after the port")
    return url


def _split(url: str) -> SplitResult:
    """Split a URL with one host; ValueError without any part of it if it cannot be read."""
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError(UNREADABLE_URL) from None


def _options(plain: str) -> dict[str, Any]:
    """Options that redis-py reads from a URL, without host and port; ValueError if it would refuse to connect."""
    try:
        options: dict[str, Any] = dict(parse_url(plain))
        # This opens no connection, but parses all options.
        redis.asyncio.ConnectionPool.from_url(plain).make_connection()  # type: ignore[no-untyped-call]
    except ValueError:
        raise ValueError(UNREADABLE_URL) from None
    except (TypeError, redis.RedisError):
        raise ValueError(UNUSABLE_OPTION) from None
    if options.pop("connection_class", None) is SSLConnection:
        options["ssl"] = True
    return {name: value for name, value in options.items() if name not in {"host", "port", "path"}}
