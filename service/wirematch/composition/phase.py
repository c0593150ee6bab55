"""What is under way on an index: for ``/readyz``, and told by commands that read or store."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from wirematch.concurrency import together
from wirematch.index.connections.connection import Store
from wirematch.index.fingerprint_record import FingerprintRecord
from wirematch.index.keys import Namespace
from wirematch.presentation.console import Screen
from wirematch.state.imports import Imports

Phase = Literal["current", "rebuilding", "importing", "incomplete"]
"""State of an index that fits this program: as it should be; with a new generation being built beside it; or without
some of its articles, because an import is running, or because one did not finish."""


async def read_phase(store: Store, namespace: Namespace) -> Phase:
    """Return the phase of an index and of what its tenants store; IndexUnavailableError.

    That articles are missing is said first: answers are wrong then, and those of an index that is rebuilt are not.
    """
    unfinished, rebuilding = await together(
        Imports(store, namespace).unfinished(), FingerprintRecord(store, namespace).rebuilding()
    )
    if unfinished:
        return "importing" if all(one.running for one in unfinished) else "incomplete"
    return "rebuilding" if rebuilding else "current"


async def tell_unfinished(store: Store, namespace: Namespace, tenants: Collection[str | None]) -> None:
    """Print on standard error which imports for ``tenants`` have not ended.

    Articles may be missing in what is answered, or saved.
    """
    for one in await Imports(store, namespace).unfinished():
        if one.mark.tenant in tenants:
            Screen.on_standard_error().print_line(f"note: {one}")
