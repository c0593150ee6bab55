"""Marks of imports: a restore or a load that has begun to store and has not ended, so that articles may be missing.

A mark is written before the first article is stored, and removed when the last one is. One that was killed leaves it:
whoever asks a half-filled index must be able to learn that it is one.
"""

from __future__ import annotations

import contextlib
import json
import shlex
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.state import scripts

ADVICE = (
    "If it still runs, wait for it; if it was interrupted, repeat the command. If its file is lost, or what is stored "
    "is to be all, give the command --abandon."
)


class Import(BaseModel):
    """One import into the articles of one tenant, or of none."""

    model_config = ConfigDict(frozen=True)

    command: str
    """``restore`` or ``load``."""
    source: str
    """Absolute path of the file or folder that is read: the folders of all Spark jobs have the same name."""
    identity: str
    """What the repeated command has in common with the interrupted one, wherever its file lies then."""
    tenant: str | None
    begun_at: datetime

    @property
    def field(self) -> str:
        """Its name among the marks; the same when the command is repeated."""
        return json.dumps([self.command, self.tenant, self.identity])

    def __str__(self) -> str:
        """Say in a sentence what is going on."""
        whose = "" if self.tenant is None else f" for the tenant {self.tenant!r}"
        return (
            f"'wirematch {self.command} {shlex.quote(self.source)}', begun at {self.begun_at:%Y-%m-%d %H:%M} "
            f"UTC{whose}, has not ended: articles may be missing."
        )


class Imports:
    """The marks of a service and its tenants. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._keys = [namespace.imports]
        self._tenant = namespace.tenant

    async def begin(self, imports: Sequence[Import]) -> None:
        """Mark imports that are about to store; one that is repeated keeps its mark."""
        if imports:
            args: list[Argument] = [part for one in imports for part in (one.field, one.model_dump_json())]
            with translated_errors():
                await self._store.write(scripts.WRITE_IMPORTS, self._keys, args)

    async def end(self, imports: Sequence[Import]) -> None:
        """Remove marks: everything is stored, or nobody expects the rest any more."""
        if imports:
            with translated_errors():
                await self._store.write(scripts.DROP_IMPORTS, self._keys, [one.field for one in imports])

    async def unfinished(self) -> list[Import]:
        """Return the marks that are there, oldest first; of a tenant's service, only that tenant's."""
        with translated_errors():
            flat: list[bytes] = await self._store.read(scripts.READ_RECORDS, self._keys)
        found: list[Import] = []
        for mark in flat[1::2]:
            with contextlib.suppress(ValidationError):  # of a release that marks them otherwise
                found.append(Import.model_validate_json(mark))
        ours = [one for one in found if self._tenant is None or one.tenant == self._tenant]
        return sorted(ours, key=lambda one: one.begun_at)
