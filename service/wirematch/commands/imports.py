"""Imports that have not ended: told by commands that read or store, and given up by ``--abandon``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from wirematch.commands.local_index import OpenStore, require_stored, run_on_store
from wirematch.errors import InvalidSettingError
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.imports import Imports


def abandon(command: str, sources: Sequence[Path], tenants: Collection[str], settings: Settings) -> None:
    """Take what interrupted imports of ``sources`` have stored for all that is to be stored.

    With ``tenants``, only theirs. Raises InvalidSettingError if there is no such import.
    """
    named = [str(source.absolute()) for source in sources]

    async def work(service: OpenStore) -> int:
        imports = Imports(service.store, service.namespace)
        given_up = [
            one
            for one in await imports.unfinished()
            if one.command == command and one.source in named and (not tenants or one.tenant in tenants)
        ]
        await imports.end(given_up)
        return len(given_up)

    require_stored(settings)
    if not run_on_store(settings, work):
        told = ", ".join(named)
        raise InvalidSettingError(f"No 'wirematch {command}' of {told} is unfinished; 'wirematch doctor' names all.")
    Screen().print_line("What is stored of it stays; the index counts as complete.")
