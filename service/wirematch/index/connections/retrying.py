"""When a connection that was open is lost, what only reads is retried once over another one.

After a failover or a restart, redis-py's pools still hold connections that the server has reset.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.asyncio
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    SlotNotCoveredError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as LostConnectionError

from wirematch.index.connections.idle_connections import IdleConnections

R = TypeVar("R")
NOT_EXECUTED = (TryAgainError, AskError, MovedError, ClusterDownError, SlotNotCoveredError)
"""Errors of Redis Cluster after which a command was certainly not executed and can be sent again."""
TURNED_REPLICA = (ReadOnlyError, MasterDownError)
"""Errors of a server that is a replica and should be a master."""
_NOBODY_THERE = (ConnectionRefusedError, FileNotFoundError, socket.gaierror)


def was_lost(error: BaseException) -> bool:
    """Whether a connection was lost: not where none was made, nor where the server is only slow, or refuses."""
    if isinstance(error, _NOBODY_THERE) or isinstance(error.__cause__, _NOBODY_THERE):
        return False
    return type(error) is LostConnectionError or (isinstance(error, OSError) and not isinstance(error, TimeoutError))


async def retry_reading(
    client: redis.asyncio.Redis | redis.asyncio.RedisCluster,
    idle: IdleConnections | None,
    retried: Callable[[Exception], None],
    ask: Callable[[], Awaitable[R]],
) -> R:
    """Return what ``ask`` does; call it once more if an open connection is lost. ``retried`` is told why."""
    try:
        return await ask()
    except (LostConnectionError, OSError) as error:
        if not was_lost(error):
            raise
        retried(error)
        await drop_idle(client, idle)
        return await ask()


async def drop_idle(client: redis.asyncio.Redis | redis.asyncio.RedisCluster, idle: IdleConnections | None) -> None:
    """Close connections to one server that nobody uses. redis-py does so with those to servers of a cluster."""
    if isinstance(client, redis.asyncio.RedisCluster) or idle is None:
        return
    await idle.let_go()
    # Without a pause: whoever took one from the pool meanwhile would lose it, perhaps with a write in it.
    for connection in tuple(client.connection_pool._available_connections):  # noqa: SLF001 - its own method pauses
        await connection.disconnect(nowait=True)
