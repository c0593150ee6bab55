"""Redis behind Sentinel: redis-py asks the Sentinels for the master whenever it opens a connection."""

from __future__ import annotations

from typing import Any

import redis.asyncio
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool

from wirematch.index.connections.redis_url import SentinelAddress


class MasterClient(redis.asyncio.Redis):
    """The client of a master; closing it also closes the connections to its Sentinels."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close all connections."""
        await super().aclose(close_connection_pool)
        if isinstance(self.connection_pool, SentinelConnectionPool):
            await self.connection_pool.sentinel_manager.aclose()


def connect_to_master(address: SentinelAddress, timeout: float, limits: dict[str, Any]) -> redis.asyncio.Redis:
    """Create a client of the master that ``address`` names; ``limits`` are options of its connections.

    A command that reaches a server that is no longer the master fails and closes that connection; the next one asks the
    Sentinels anew. They are asked in turn and share ``timeout`` seconds, so one that hangs does not keep the others
    from being asked.
    """
    share = timeout / (len(address.hosts) + 1)
    of_sentinels = limits | {"socket_timeout": share, "socket_connect_timeout": share} | address.sentinel_options
    sentinel = Sentinel(address.hosts, sentinel_kwargs=of_sentinels)  # type: ignore[no-untyped-call]
    master: redis.asyncio.Redis = sentinel.master_for(address.master, MasterClient, **limits | address.options)
    return master
