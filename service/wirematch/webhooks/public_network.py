"""Connections to public addresses only: a webhook must not reach what only the service's own network may reach.

The check is on the address that the connection is made to, after the name was resolved, so a name that resolves to
another address each time (DNS rebinding) does not pass it.
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
    """Resolves a name, and connects to the first of its addresses that is public."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as its base has it
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """See AsyncNetworkBackend; ConnectError when no address is public."""
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
    """httpx2's transport on a PublicNetwork; for its lack of a parameter, its pool is replaced.

    RuntimeError where httpx2 keeps its pool elsewhere: one that is never asked would let webhooks go anywhere.
    """
    transport = httpx2.AsyncHTTPTransport()
    if not isinstance(getattr(transport, "_pool", None), httpcore2.AsyncConnectionPool):
        why = "This httpx2 cannot be kept from private addresses; install the version of requirements.lock."
        raise RuntimeError(why)  # noqa: TRY004 - no caller gave it
    transport._pool = httpcore2.AsyncConnectionPool(  # noqa: SLF001
        ssl_context=httpx2.create_ssl_context(), network_backend=PublicNetwork()
    )
    return transport
