"""Where commands go: one server. ``cluster_servers`` has the same for the servers of a Redis Cluster.

A :class:`Servers` only carries commands. When they are sent again, how long they may take and how safe a write must be
is decided by :class:`~wirematch.index.connections.connection.Store`. Between commands, :class:`IdleConnections` keeps a
few connections open.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import redis.asyncio
from redis.asyncio import ConnectionPool

from wirematch.concurrency import cancellations_heeded
from wirematch.index.connections.transaction import exchange_one, packed_command
from wirematch.index.connections.turns import Rooms, Turns

MOST_IDLE = 8
"""Connections kept. A process that is not overloaded uses one or two at a time."""
SHARE_OF_IDLE = 8
"""Of the connections that a pool may open, at most one in so many is kept: the pool counts it as in use."""


class IdleConnections:
    """Connections to one server, from one pool, which closes them with all others.

    They stay checked out of redis-py's pool between commands. Checking one out and in again takes six coroutines and as
    many records for a telemetry that nobody has switched on. Most commands find one here that is known to be sound.
    """

    def __init__(self, pool: Any) -> None:
        """Keeps no connections of a pool with rules of its own, such as one that follows the master."""
        self._pool = pool
        self._most = min(MOST_IDLE, pool.max_connections // SHARE_OF_IDLE) if type(pool) is ConnectionPool else 0
        self._kept: list[Any] = []

    async def take(self) -> Any:
        """Return a connection for the caller alone, until ``give_back``. Raises the errors of the pool."""
        while self._kept:
            connection = self._kept.pop()
            if _is_sound(connection):
                return connection
            await connection.disconnect(nowait=True)  # redis-py would take one that was reset for sound
            await self._pool.release(connection)  # which will connect it again
        connection = None
        try:
            with cancellations_heeded():  # or nothing would end the wait for an answer
                connection = await self._pool.get_connection()
        except asyncio.CancelledError:
            if connection is not None:
                await self._pool.release(connection)
            raise
        return connection

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


Argument = str | bytes | int
Command = tuple[Argument, ...]
"""A command that runs a script: its name, the script, the number of keys, the keys (at least one) and arguments."""
Context = contextlib.AbstractAsyncContextManager[Any]


class Servers(Protocol):
    """Carries commands to the server that has their keys. Raises the errors of redis-py."""

    @property
    def room(self) -> Context:
        """A context within which a command is sent and answered; it limits how many are under way."""
        ...

    def turn(self) -> Context:
        """Return a context in which a command has its turn; one that is not entered counts as a request's, too."""
        ...

    async def send(self, command: Command) -> Any:
        """Run a command and return its answer."""
        ...

    async def send_with(self, command: Command, waits: Sequence[Command]) -> list[Any]:
        """Run a command and then ``waits`` over the same connection; return their answers, errors included."""
        ...

    async def exchange(self, key: bytes, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """Return what ``ask`` does with a connection to the server that has ``key``."""
        ...

    async def unlink(self, keys: Sequence[bytes]) -> int:
        """Delete keys; returns how many existed."""
        ...

    async def drop_idle(self) -> None:
        """Close the connections that nobody uses, so that the next commands open new ones."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class OneServer:
    """One server, or the master that Sentinels name; see :class:`Servers`."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client
        self._idle = IdleConnections(client.connection_pool)
        self._turns = Turns()
        self.room = Rooms().at()

    def turn(self) -> Context:
        """See Servers."""
        return self._turns.turn()

    async def send(self, command: Command) -> Any:
        """See Servers."""
        packed = packed_command(command)
        return await self.exchange(b"", lambda connection: exchange_one(connection, packed))

    async def send_with(self, command: Command, waits: Sequence[Command]) -> list[Any]:
        """See Servers."""
        pipeline = self._client.pipeline(transaction=False)
        for one in (command, *waits):
            pipeline.execute_command(*one)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers

    async def exchange(self, key: bytes, ask: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ARG002 - it has all keys
        """See Servers."""
        connection = await self._idle.take()
        try:
            return await ask(connection)
        finally:
            await self._idle.give_back(connection)

    async def unlink(self, keys: Sequence[bytes]) -> int:
        """See Servers."""
        return int(await self._client.unlink(*keys)) if keys else 0

    async def drop_idle(self) -> None:
        """See Servers."""
        await self._idle.let_go()
        # Without a pause: whoever took one from the pool meanwhile would lose it, perhaps with a write in it.
        for connection in tuple(self._client.connection_pool._available_connections):  # noqa: SLF001 - its own method pauses
            await connection.disconnect(nowait=True)

    async def close(self) -> None:
        """See Servers."""
        await self._client.aclose()
