"""Posts messages to one receiver, reading only the status and headers of its responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import httpx2

from wirematch import __version__
from wirematch.webhooks.public_network import public_transport


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
