"""Imports that have not ended: told by commands that read or store, and given up by ``--abandon``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wirematch.commands.local_index import OpenStore, require_stored, run_on_store
from wirematch.errors import InvalidSettingError
from wirematch.presentation.console import Screen
from wirematch.settings import Settings
from wirematch.state.imports import Imports


def abandon(command: str, sources: Sequence[str], tenants: Collection[str], settings: Settings) -> None:
    """Take what interrupted imports of ``sources`` have stored for all that is to be stored.

    With ``tenants``, only theirs. Raises InvalidSettingError if there is no such import.
    """

    async def work(service: OpenStore) -> int:
        imports = Imports(service.store, service.namespace)
        given_up = [
            one
            for one in await imports.unfinished()
            if one.command == command and one.source in sources and (not tenants or one.tenant in tenants)
        ]
        await imports.end(given_up)
        return len(given_up)

    require_stored(settings)
    if not run_on_store(settings, work):
        named = ", ".join(sources)
        raise InvalidSettingError(f"No 'wirematch {command}' of {named} is unfinished; 'wirematch doctor' names all.")
    Screen().print_line("What is stored of it stays; the index counts as complete.")
