"""Whether a server holds the writes that this process knows of, or may lack the last of them.

A server that failed with its machine, or a replica that took over, may lack the last writes and gives their document
numbers again. Whatever a process has cached by number must then be forgotten. A server is known by the id of its
process and that of its replication history; a replica that becomes a master begins another history. One that drops keys
when its memory is full loses parts of the index at any time; that is logged. One that is too old is not used.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import redis.asyncio
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import ResponseError

log = logging.getLogger(__name__)

_IDS = re.compile(rb"^(?:run_id|master_replid):(\w+)", re.MULTILINE)
_REPLICA = re.compile(rb"^role:slave", re.MULTILINE)
_POLICY = re.compile(rb"^maxmemory_policy:([\w-]+)", re.MULTILINE)
_VERSION = re.compile(rb"^redis_version:(\d+)\.(\d+)", re.MULTILINE)
KEEPS_ALL = "noeviction"
OLDEST_REDIS = 7, 2
"""What every Valkey says that it is compatible with."""


class TooOldError(LostConnectionError):
    """The server lacks commands that the index needs; some would store an article before one fails."""


class KnownHistories:
    """The histories of the servers that the connections of one client have led to."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._forget: list[Callable[[], None]] = []

    @property
    def options(self) -> dict[str, Any]:
        """Options of a client with one server at a time."""
        return {"redis_connect_func": self.greet}

    def of_cluster(self, cluster: redis.asyncio.RedisCluster) -> redis.asyncio.RedisCluster:
        """Give the options to a client of a cluster, whose constructor does not take them."""
        cluster.nodes_manager.connection_kwargs.update(self.options)
        for node in cluster.nodes_manager.startup_nodes.values():
            node.connection_kwargs.update(self.options)
        return cluster

    def when_another(self, forget: Callable[[], None]) -> None:
        """Have ``forget`` called when a server's history is not known, before a connection to it is used."""
        self._forget.append(forget)

    async def greet(self, connection: Any) -> None:
        """Prepare a connection that was just opened, and find out whether its server is known.

        Without the right to ask (INFO), no server is known.
        """
        await connection.on_connect()
        # Redis before 7.0 takes one section at a time.
        told = await _info(connection, "server", "memory", "replication") or await _info(connection, "server")
        if (version := _VERSION.search(told)) and tuple(map(int, version.groups())) < OLDEST_REDIS:
            found, wanted = b".".join(version.groups()).decode(), ".".join(map(str, OLDEST_REDIS))
            raise TooOldError(f"The server is redis {found}. Run Redis {wanted} or Valkey 8, or newer.")
        if _REPLICA.search(told):  # it may be promoted without closing connections, and nobody would ask again
            connection.mark_for_reconnect()
        history = b" ".join(_IDS.findall(told))
        if history and history in self._known:
            return
        self._known.add(history)
        if (policy := _POLICY.search(told)) and (named := policy[1].decode()) != KEEPS_ALL:
            log.error("Redis drops parts of the index when its memory is full (maxmemory-policy %s)", named)
        self.forget()

    def forget(self) -> None:
        """Tell everybody who caches by document number to forget it."""
        if self._forget:
            log.warning("Redis was restarted, replaced or emptied: cached articles are dropped")
        for forget in self._forget:
            forget()


async def _info(connection: Any, *sections: str) -> bytes:
    await connection.send_command("INFO", *sections)
    try:
        answer = await connection.read_response()
    except ResponseError:
        return b""
    return answer if isinstance(answer, bytes) else str(answer).encode()
