"""Check that Redis accepts writes: a server out of memory or disk space still answers everything else."""

from __future__ import annotations

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.scripts import load_script
from wirematch.index.keys import Namespace

_PROBE = load_script("wirematch.index", "probe")


async def check_writes(store: Store, namespace: Namespace) -> None:
    """Raises IndexFullError when writes are refused, IndexUnavailableError when nobody answers."""
    with translated_errors():
        await store.read(_PROBE, [namespace.probe])
