"""Posts messages to one receiver, reading only the status and headers of its responses.

Unless private addresses are allowed, it connects to public ones only: a webhook must not reach into the service's own
network. The check is on the resolved address to which the connection is made, so DNS rebinding does not get around it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import httpcore2
import httpx2

from wirematch import __version__
from wirematch.hosts import is_public

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where messages are sent, and the limits of trying."""

    url: str
    keys: Sequence[bytes]
    """Signing keys; every message is signed with each."""
    timeout: float
    """Seconds in which the receiver must respond."""
    give_up: float
    """Seconds of waiting between attempts after which an unacknowledged message is dropped."""
    private: bool = False
    """Whether a private address is allowed."""


class Sender:
    """Connections to a receiver; an async context manager."""

    def __init__(self, receiver: Receiver) -> None:
        self._url = receiver.url
        # A redirect would send a signed message to another receiver.
        self._client = httpx2.AsyncClient(
            timeout=receiver.timeout,
            follow_redirects=False,
            headers={"user-agent": f"Wirematch/{__version__}", "accept-encoding": "identity"},
            transport=None if receiver.private else public_transport(),
        )

    async def __aenter__(self) -> Self:
        """Open the client."""
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def post(self, payload: bytes, headers: dict[str, str]) -> httpx2.Response:
        """Send a request and return the response without its body, which may be endless or huge when decompressed.

        Raises HTTPError.
        """
        async with self._client.stream("POST", self._url, content=payload, headers=headers) as response:
            if response.headers.get("content-length") == "0":
                await response.aread()  # no body; the connection can be reused
            return response


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
