"""Posts messages to one receiver, and reads no more of its answers than their status and headers."""

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
    """Seconds within which the receiver must answer."""
    give_up: float
    """Seconds after which an unacknowledged message is dropped."""
    private: bool = False
    """Whether it may have an address that is not public."""


class Sender:
    """Connections to a receiver, as an async context manager."""

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
        """Open."""
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def post(self, payload: bytes, headers: dict[str, str]) -> httpx2.Response:
        """The answer without its body, which may be endless or unpack to more than fits into memory; HTTPError."""
        async with self._client.stream("POST", self._url, content=payload, headers=headers) as response:
            if response.headers.get("content-length") == "0":
                await response.aread()  # nothing, after which the connection can be used again
            return response
