"""Tell open desk pages that something was stored, with one poll of the store for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator

from wirematch.composition.background import in_background
from wirematch.concurrency import end
from wirematch.errors import OverloadedError, WirematchError
from wirematch.state.catalogue import Catalogue, CatalogueQuery

LOOK_SECONDS = 2.0
"""Polling interval while anybody is watching."""
RETRY_SECONDS = 60
"""When a page that was refused may try again."""
NOTHING = "nothing"
"""The token of an empty index."""


async def latest_token(catalogue: Catalogue) -> str:
    """Return a token for the article stored last; it changes whenever something is stored.

    Raises IndexUnavailableError when Redis does not answer.
    """
    newest = (await catalogue.newest(CatalogueQuery(), 1)).entries
    if not newest:
        return NOTHING
    named = f"{newest[0].stored_at.timestamp()} {newest[0].version} {newest[0].id}"
    return hashlib.sha256(named.encode()).hexdigest()[:24]


class Watch:
    """Polls one catalogue for the article stored last."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.watchers = 0
        self._catalogue = catalogue
        self._token: str | None = None
        self._changed = asyncio.Condition()

    async def next_after(self, token: str) -> str:
        """Wait until the latest token differs from ``token``, and return it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._token not in (None, token))
            assert self._token is not None
            return self._token

    async def run(self) -> None:
        """Poll for ever. While Redis does not answer, nothing is reported as changed."""
        while True:
            with contextlib.suppress(WirematchError):
                token = await latest_token(self._catalogue)
                if token != self._token:
                    async with self._changed:
                        self._token = token
                        self._changed.notify_all()
            await asyncio.sleep(LOOK_SECONDS)


class LiveUpdates:
    """All watches of a process, with at most ``most`` event streams open at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        self._watches: dict[Catalogue, Watch] = {}
        self._looking: dict[Catalogue, asyncio.Task[None]] = {}

    @property
    def open(self) -> int:
        """Number of open streams."""
        return self._open

    @contextlib.asynccontextmanager
    async def watching(self, catalogue: Catalogue) -> AsyncIterator[Watch]:
        """Watch a catalogue; its polling runs while anybody watches.

        Raises OverloadedError if too many streams are open.
        """
        if self._open >= self._most:
            raise OverloadedError("Too many pages listen for events; poll /desk/latest instead.", RETRY_SECONDS)
        self._open += 1
        watch = self._watches.setdefault(catalogue, Watch(catalogue))
        if watch.watchers == 0:
            self._looking[catalogue] = in_background("watching", watch.run)
        watch.watchers += 1
        try:
            yield watch
        finally:
            self._open -= 1
            watch.watchers -= 1
            if watch.watchers == 0:
                del self._watches[catalogue]
                await end([self._looking.pop(catalogue)])
