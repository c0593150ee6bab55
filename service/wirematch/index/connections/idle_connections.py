"""Connections that stay checked out of redis-py's pool between commands.

Checking a connection out of the pool and in again takes six coroutines and as many records for a telemetry that nobody
has switched on. Most commands find a connection here that is known to be sound.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import ConnectionPool

MOST = 8
"""Connections kept. A process that is not overloaded uses one or two at a time."""
SHARE = 8
"""Of the connections that a pool may open, at most one in so many is kept: the pool counts it as in use."""


class IdleConnections:
    """Connections to one server, from one pool, which closes them with all others."""

    def __init__(self, pool: Any) -> None:
        """Keeps no connections of a pool with rules of its own, such as one that follows the master."""
        self._pool = pool
        self._most = min(MOST, pool.max_connections // SHARE) if type(pool) is ConnectionPool else 0
        self._kept: list[Any] = []

    async def take(self) -> Any:
        """Return a connection for the caller alone, until ``give_back``. Raises the errors of the pool."""
        while self._kept:
            connection = self._kept.pop()
            if _is_sound(connection):
                return connection
            await connection.disconnect(nowait=True)  # redis-py would take one that was reset for sound
            await self._pool.release(connection)  # which will connect it again
        return await self._pool.get_connection()

    async def give_back(self, connection: Any) -> None:
        """Return a connection; one that was closed meanwhile goes back to the pool."""
        if len(self._kept) < self._most and _is_sound(connection):
            self._kept.append(connection)
        else:
            await self._pool.release(connection)

    async def let_go(self) -> None:
        """Give all of them back to the pool."""
        while self._kept:
            await self._pool.release(self._kept.pop())


def _is_sound(connection: Any) -> bool:
    """Whether a connection is open and has no unread data; False also where that cannot be told."""
    stream = getattr(connection, "_reader", None)
    reader: Any = getattr(getattr(connection, "_parser", None), "_reader", None)
    if stream is None or not hasattr(reader, "has_data") or connection.should_reconnect():
        return False
    lost = stream.at_eof() or stream.exception() is not None
    return not (lost or getattr(stream, "_buffer", True) or reader.has_data())
