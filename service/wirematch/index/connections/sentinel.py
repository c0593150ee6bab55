"""Redis behind Sentinel: redis-py asks the Sentinels for the master whenever it opens a connection."""

from __future__ import annotations

from typing import Any

import redis.asyncio
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from wirematch.index.connections.redis_url import SentinelAddress


class MasterClient(redis.asyncio.Redis):
    """The client of a master; closing it also closes the connections to its Sentinels."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close all connections."""
        await super().aclose(close_connection_pool)
        if isinstance(self.connection_pool, SentinelConnectionPool):
            await self.connection_pool.sentinel_manager.aclose()


class NamedSentinels(Sentinel):
    """Sentinels that an error names by their addresses alone; redis-py would name all their settings."""

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Return the address of the master; MasterNotFoundError if no Sentinel answers and knows it."""
        try:
            found: tuple[str, int] = await super().discover_master(service_name)
        except MasterNotFoundError:
            asked = (sentinel.connection_pool.connection_kwargs for sentinel in self.sentinels)
            places = ", ".join(f"{one['host']}:{one['port']}" for one in asked)
            raise MasterNotFoundError(f"No Sentinel of {places} answers and knows {service_name!r}.") from None
        return found


def connect_to_master(
    address: SentinelAddress, timeout: float, limits: dict[str, Any], of_master: dict[str, Any]
) -> redis.asyncio.Redis:
    """Create a client of the master that ``address`` names.

    ``limits`` are options of all connections, ``of_master`` of those to it alone.

    A command that reaches a server that is no longer the master fails and closes that connection; the next one asks the
    Sentinels anew. They are asked in turn and share ``timeout`` seconds, so one that hangs does not keep the others
    from being asked.
    """
    share = timeout / (len(address.hosts) + 1)
    of_sentinels = limits | {"socket_timeout": share, "socket_connect_timeout": share} | address.sentinel_options
    sentinel = NamedSentinels(address.hosts, sentinel_kwargs=of_sentinels)  # type: ignore[no-untyped-call]
    master: redis.asyncio.Redis = sentinel.master_for(
        address.master, MasterClient, **limits | of_master | address.options
    )
    return master
