"""Where commands go: one server. ``cluster_servers`` has the same for the servers of a Redis Cluster.

A :class:`Servers` only carries commands. When they are sent again, how long they may take and how safe a write must be
is decided by :class:`~wirematch.index.connections.connection.Store`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import redis.asyncio

from wirematch.index.connections.idle_connections import IdleConnections
from wirematch.index.connections.rooms import Rooms
from wirematch.index.connections.transaction import exchange_one, packed_command
from wirematch.index.connections.turns import Turns

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
