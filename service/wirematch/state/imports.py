"""Marks of imports: a restore or a load that has begun to store and has not ended, so that articles may be missing.

A mark is written before the first article is stored, and removed when the last one is. One that was killed leaves it:
whoever asks a half-filled index must be able to learn that it is one. While an import runs, it gives a sign of life
every few seconds, so that a mark that was left can be told from one that will go by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from wirematch.concurrency import end, to_its_end
from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.scripts import Script
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.state import scripts

SIGN_SECONDS = 10.0
"""Seconds between two signs of life of an import."""
ALIVE_SECONDS = 60
"""Seconds after its last sign of life for which an import is taken to run: it may miss some while it waits for Redis,
or while a batch of long texts is prepared."""


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


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """An import that has not stored everything, and whether it still runs."""

    mark: Import
    running: bool

    def __str__(self) -> str:
        """Say in a sentence what is going on."""
        whose = "" if self.mark.tenant is None else f" for the tenant {self.mark.tenant!r}"
        state = (
            "is running: articles are missing until it ends" if self.running else "did not finish: articles are missing"
        )
        return (
            f"'wirematch {self.mark.command} {shlex.quote(self.mark.source)}', begun at "
            f"{self.mark.begun_at:%Y-%m-%d %H:%M} UTC{whose}, {state}."
        )

    @property
    def advice(self) -> str:
        """What an operator can do."""
        if self.running:
            return "Wait until it ends."
        return (
            "Repeat the command, which stores the rest. If its file is lost, or what is stored is to be all, give the "
            "command --abandon."
        )


class Imports:
    """The marks of a service and its tenants. Every method raises IndexUnavailableError when Redis does not answer."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._keys = list(namespace.imports)
        self._tenant = namespace.tenant

    async def begin(self, imports: Sequence[Import]) -> None:
        """Mark imports that are about to store; one that is repeated keeps its place among the marks."""
        if imports:
            args: list[Argument] = [part for one in imports for part in (one.field, one.model_dump_json())]
            with translated_errors():
                await self._store.write(scripts.WRITE_IMPORTS, self._keys, args)

    async def end(self, imports: Sequence[Import]) -> None:
        """Remove marks: everything is stored, or nobody expects the rest any more."""
        await self._write(scripts.DROP_IMPORTS, self._keys, imports)

    @contextlib.asynccontextmanager
    async def kept_alive(self, imports: Sequence[Import]) -> AsyncIterator[None]:
        """Give signs of life of those imports that are marked, for as long as the block runs.

        Raises nothing of its own: an import that cannot say that it runs has to go on.
        """
        signs = asyncio.create_task(self._give_signs(imports))
        try:
            yield
        finally:
            await to_its_end(self._stop(signs, imports))

    async def unfinished(self) -> list[UnfinishedImport]:
        """Return the imports that are marked, oldest first; of a tenant's service, only that tenant's."""
        with translated_errors():
            flat: list[bytes | int | None] = await self._store.read(scripts.READ_IMPORTS, self._keys)
        found: list[UnfinishedImport] = []
        for mark, silent in zip(flat[::2], flat[1::2], strict=True):
            assert isinstance(mark, bytes)
            with contextlib.suppress(ValidationError):  # of a release that marks them otherwise
                running = isinstance(silent, int) and silent < ALIVE_SECONDS
                found.append(UnfinishedImport(Import.model_validate_json(mark), running))
        ours = [one for one in found if self._tenant is None or one.mark.tenant == self._tenant]
        return sorted(ours, key=lambda one: one.mark.begun_at)

    async def _give_signs(self, imports: Sequence[Import]) -> None:
        while True:
            with contextlib.suppress(IndexUnavailableError):
                await self._write(scripts.KEEP_IMPORTS_ALIVE, self._keys, imports)
            await asyncio.sleep(SIGN_SECONDS)

    async def _stop(self, signs: asyncio.Task[None], imports: Sequence[Import]) -> None:
        await end([signs])
        with contextlib.suppress(IndexUnavailableError):
            await self._write(scripts.STOP_IMPORTS, self._keys[1:], imports)

    async def _write(self, script: Script, keys: Sequence[bytes], imports: Sequence[Import]) -> None:
        if imports:
            with translated_errors():
                await self._store.write(script, keys, [one.field for one in imports])
