"""Whether Redis takes writes: a server without memory or disk still answers everything else."""

from __future__ import annotations

from wirematch.index.connection import Store
from wirematch.index.keys import Namespace
from wirematch.index.redis_errors import translated_errors
from wirematch.index.scripts import load_script

_PROBE = load_script("wirematch.index", "probe")


async def check_writes(store: Store, namespace: Namespace) -> None:
    """IndexFullError when writes are refused, IndexUnavailableError when nobody answers."""
    with translated_errors():
        await store.read(_PROBE, [namespace.probe])
