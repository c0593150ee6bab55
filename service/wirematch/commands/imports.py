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

    With ``tenants``, only theirs. Raises InvalidSettingError if there is no such import, or if it still runs.
    """
    named = [str(source.absolute()) for source in sources]

    async def work(service: OpenStore) -> int:
        imports = Imports(service.store, service.namespace)
        given_up = [
            one
            for one in await imports.unfinished()
            if one.mark.command == command and one.mark.source in named and (not tenants or one.mark.tenant in tenants)
        ]
        if running := [one for one in given_up if one.running]:
            raise InvalidSettingError(
                f"{running[0]} Stop it first; one that was killed counts as running for a minute."
            )
        await imports.end([one.mark for one in given_up])
        return len(given_up)

    require_stored(settings)
    if not run_on_store(settings, work):
        told = ", ".join(named)
        raise InvalidSettingError(f"No 'wirematch {command}' of {told} is unfinished; 'wirematch doctor' names all.")
    Screen().print_line("What is stored of it stays; the index counts as complete.")
