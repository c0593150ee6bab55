"""Redis URLs: which server, Redis Cluster or Sentinel one names, and what makes one unusable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import unquote, urlsplit

import redis.asyncio
from redis.asyncio.connection import SSLConnection, parse_url

UNREADABLE_URL = (
    "this is no URL of a Redis; write redis://USER:PASSWORD@HOST:PORT/DATABASE, with '#', '/', '?', '%' and '@' in a "
    "password percent-encoded, such as '%23' for '#'"
)
SENTINEL_URL = (
    "the URL of a Redis behind Sentinel names the Sentinels and the master: "
    "redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER/DATABASE"
)
SENTINEL_PORT = 26_379
OF_SENTINELS = "sentinel_"
"""Before the name of an option that is for connections to Sentinels, such as ``sentinel_password``."""
_PLAIN = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
"""What redis-py calls them. A scheme with an s means TLS."""
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(?P<port>\d{1,5}))?")


class Topology(Enum):
    """How many servers are behind a URL, and who knows them."""

    SINGLE = ""
    CLUSTER = "cluster"
    SENTINEL = "sentinel"


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """A master's name and the Sentinels that know where it is."""

    hosts: tuple[tuple[str, int], ...]
    master: str
    options: dict[str, Any]
    """Of connections to the master: user name, password, database, TLS, and those in the URL's query."""
    sentinel_options: dict[str, Any]
    """Of connections to the Sentinels."""


def read_topology(url: str) -> tuple[Topology, str]:
    """The topology, and the URL under the scheme that redis-py has for it, ``redis`` or ``rediss``."""
    scheme, separator, rest = url.partition("://")
    name, _, suffix = scheme.partition("+")
    if name not in _PLAIN or suffix not in {topology.value for topology in Topology}:
        return Topology.SINGLE, url
    return Topology(suffix), _PLAIN[name] + separator + rest


def read_sentinel(plain: str) -> SentinelAddress:
    """Read a URL that :func:`read_topology` calls one of Sentinels; ValueError when it names no master or no host."""
    parts = urlsplit(plain)
    user, at, hosts = parts.netloc.rpartition("@")
    matches = [_HOST.fullmatch(host) for host in hosts.split(",")]
    path = re.fullmatch(r"/([^/]+)(?:/(\d*))?", parts.path)
    if path is None or None in matches:
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
        _options(f"{parts.scheme}://{user}{at}host/{path[2] or ''}?{'&'.join(ours)}"),
        _options(f"{parts.scheme}://host?{'&'.join(theirs)}"),
    )


def check_url(url: str) -> str:
    """Return ``url`` unchanged, as a validator of settings; ValueError when nothing could connect by it.

    No part of the URL is in the message: what could not be parsed may be the password.
    """
    topology, plain = read_topology(url)
    if urlsplit(plain).fragment:
        raise ValueError(UNREADABLE_URL)
    if topology is Topology.SENTINEL:
        read_sentinel(plain)
        return url
    options = _options(plain)
    parts = urlsplit(plain)
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        raise ValueError("a Redis URL ends with the number of a database, such as /0, or after the port")
    if topology is Topology.CLUSTER and options.get("db"):
        raise ValueError("Redis Cluster has no numbered databases, so its URL ends after the port")
    return url


def _options(plain: str) -> dict[str, Any]:
    """What redis-py reads of a URL, without host and port; ValueError for what it would refuse when it connects."""
    try:
        options: dict[str, Any] = dict(parse_url(plain))
        # Connects to nothing, and reads all options.
        redis.asyncio.ConnectionPool.from_url(plain).make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        raise ValueError(UNREADABLE_URL) from None
    if options.pop("connection_class", None) is SSLConnection:
        options["ssl"] = True
    return {name: value for name, value in options.items() if name not in {"host", "port", "path"}}
