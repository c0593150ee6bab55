"""Connections to public addresses only: a webhook must not reach into the service's own network.

The check is on the resolved address to which the connection is made, so DNS rebinding does not get around it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

import httpcore2
import httpx2

from wirematch.hosts import is_public

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class PublicNetwork(httpcore2.AnyIOBackend):
    """A network backend that resolves a name and connects to the first public address."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the base class's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """See AsyncNetworkBackend. Raises ConnectError if no address is public."""
        try:
            async with asyncio.timeout(timeout):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, TimeoutError) as error:
            raise httpcore2.ConnectError(f"the name {host!r} is not resolved") from error
        addresses = [str(entry[4][0]) for entry in found if is_public(str(entry[4][0]))]
        if not addresses:
            raise httpcore2.ConnectError("its address is not public, and WIREMATCH_WEBHOOK_PRIVATE is not set")
        return await super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def public_transport() -> httpx2.AsyncHTTPTransport:
    """Return an httpx2 transport on a PublicNetwork. httpx2 has no parameter for it, so its pool is replaced.

    Raises RuntimeError if httpx2 keeps its pool elsewhere: the replacement would be ignored, and webhooks could go
    anywhere.
    """
    transport = httpx2.AsyncHTTPTransport()
    if not isinstance(getattr(transport, "_pool", None), httpcore2.AsyncConnectionPool):
        why = "This httpx2 cannot be kept from private addresses; install the version of requirements.lock."
        raise RuntimeError(why)  # noqa: TRY004 - not an argument's type
    transport._pool = httpcore2.AsyncConnectionPool(  # noqa: SLF001
        ssl_context=httpx2.create_ssl_context(), network_backend=PublicNetwork()
    )
    return transport
