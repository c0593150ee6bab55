"""How an endless response learns that the service shuts down."""

from __future__ import annotations

CLOSING = "wirematch.closing"
"""Key in the ASGI scope: an ``asyncio.Event`` that is set when the service shuts down."""
