"""Where commands go in a Redis Cluster: to the server that has the slot of their first key."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.cluster import ClusterNode, PipelineCommand
from redis.exceptions import ClusterDownError, MovedError, RedisClusterException, RedisError, SlotNotCoveredError

from wirematch.index.connections.servers import Argument, Command, Context
from wirematch.index.connections.turns import AT_ONCE, Rooms

_FIRST_KEY = 3
"""Where a command that runs a script has its first key."""
_ELSEWHERE = (MovedError, redis.ConnectionError, redis.TimeoutError, ClusterDownError)
"""Errors after which the slot may have another server."""


class ClusterClient(redis.asyncio.RedisCluster):
    """redis-py's client of a cluster, with an error of its own where no server has slots."""

    async def initialize(self, *further: Any, **named: Any) -> redis.asyncio.RedisCluster:
        """Read the slot map, if that was not done yet. Raises RedisClusterException."""
        known = dict(self.nodes_manager.startup_nodes)
        try:
            return await super().initialize(*further, **named)
        except IndexError as error:  # redis-py 8.1: it takes the first of no masters, and has forgotten whom it asked
            self.nodes_manager.startup_nodes.update(known)
            for node in known.values():
                await node.disconnect()
            raise RedisClusterException("The cluster is down: none of its servers has slots.") from error


async def close_cluster(cluster: redis.asyncio.RedisCluster) -> None:
    """Close all connections. redis-py leaves them open if it was about to read the slot map anew, as after an error."""
    await cluster.aclose()
    await cluster.nodes_manager.aclose()
    await cluster.nodes_manager.aclose("startup_nodes")


class ClusterServers:
    """The servers of a Redis Cluster; see :class:`~wirematch.index.connections.servers.Servers`."""

    room = contextlib.nullcontext()
    """Each server has a room of its own, as one that hangs must not hold up the others."""

    def __init__(self, cluster: redis.asyncio.RedisCluster) -> None:
        self._cluster = cluster
        self._rooms = Rooms()

    def turn(self) -> Context:
        """See Servers. Nobody waits for a turn, as a server that hangs must not hold up the others."""
        return AT_ONCE

    async def send(self, command: Command) -> Any:
        """See Servers."""
        await self._cluster.initialize()
        node = self._cluster.get_node_from_key(command[_FIRST_KEY])  # type: ignore[arg-type]
        async with self._rooms.at(node.name if node else ""):
            return await self._cluster.execute_command(*command)

    async def send_with(self, command: Command, waits: Sequence[Command]) -> list[Any]:
        """See Servers."""
        key = command[_FIRST_KEY]
        node = await self._node_of(key)
        commands = [PipelineCommand(place, *parts) for place, parts in enumerate((command, *waits))]
        try:
            async with self._rooms.at(node.name):
                await node.execute_pipeline(commands)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            commands[0].result = error
        answers = [part.result for part in commands]
        if isinstance(answers[0], _ELSEWHERE):
            await self._refresh_topology(key)
        return answers

    async def exchange(self, key: bytes, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """See Servers."""
        node = await self._node_of(key)
        async with self._rooms.at(node.name):
            connection = node.acquire_connection()
            try:
                return await ask(connection)
            except _ELSEWHERE:
                await self._refresh_topology(key)
                raise
            finally:
                node.release(connection)

    async def unlink(self, keys: Sequence[bytes]) -> int:
        """See Servers."""
        return sum([await self._cluster.unlink(key) for key in keys])  # the keys lie in different slots

    async def drop_idle(self) -> None:
        """See Servers. redis-py drops connections to servers of a cluster by itself."""

    async def close(self) -> None:
        """See Servers."""
        await close_cluster(self._cluster)

    async def _node_of(self, key: Argument) -> ClusterNode:
        await self._cluster.initialize()
        node = self._cluster.get_node_from_key(key)  # type: ignore[arg-type]
        if node is None:
            raise SlotNotCoveredError(f"no server serves the slot of {key!r}")
        return node

    async def _refresh_topology(self, key: Argument) -> None:
        """Make the client reload the slot map, which it does when a command sent through it fails."""
        with contextlib.suppress(RedisError, RedisClusterException, OSError):
            await self._cluster.execute_command("EXISTS", key)
