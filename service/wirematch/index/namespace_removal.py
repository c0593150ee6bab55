"""Remove every key of a namespace, whatever it holds."""

from __future__ import annotations

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace

KEYS_AT_ONCE = 512
"""Keys per command; the server frees their memory in a background thread."""


async def remove_everything(store: Store, namespace: Namespace) -> int:
    """Remove a tenant's keys from all servers and return how many there were; IndexUnavailableError.

    Keys written meanwhile may survive, so all writers must be stopped first.
    """
    removed = 0
    with translated_errors():
        for pattern in namespace.patterns:
            batch: list[bytes] = []
            async for key in store.scan(pattern):
                batch.append(key)
                if len(batch) == KEYS_AT_ONCE:
                    removed += await store.unlink(batch)
                    batch = []
            removed += await store.unlink(batch)
    return removed
