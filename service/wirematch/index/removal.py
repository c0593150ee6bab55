"""Remove every key of a namespace, whatever it holds."""

from __future__ import annotations

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.keys import Namespace

KEYS_AT_ONCE = 512
"""That one command removes; the server frees their memory in a thread of its own."""


async def remove_everything(store: Store, namespace: Namespace) -> int:
    """Remove a tenant's keys from all servers; how many there were. IndexUnavailableError.

    What is written meanwhile may stay, so nobody must be able to write any more.
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
