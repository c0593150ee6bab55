"""What was stored last, told to everybody who looks at a desk: one look at the store for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Iterator

from wirematch.errors import OverloadedError, WirematchError
from wirematch.state.catalogue import Catalogue, Wanted

LOOK_SECONDS = 2.0
"""Between two looks at the store, while anybody is watching."""
NOTHING = "nothing"
"""The token of an empty index."""


async def latest_token(catalogue: Catalogue) -> str:
    """Names the state of an index by the article that was stored last; another token means that something was stored.

    IndexUnavailableError when Redis does not answer.
    """
    newest = (await catalogue.newest(Wanted(), 1)).entries
    if not newest:
        return NOTHING
    named = f"{newest[0].stored_at.timestamp()} {newest[0].version} {newest[0].id}"
    return hashlib.sha256(named.encode()).hexdigest()[:24]


class Watch:
    """What was stored last in one catalogue, as of the last look."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.watchers = 0
        self._catalogue = catalogue
        self._token: str | None = None
        self._changed = asyncio.Condition()

    async def next_after(self, token: str) -> str:
        """The token, once it is another than this one."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._token not in (None, token))
            assert self._token is not None
            return self._token

    async def look_for_ever(self) -> None:
        """Look every few seconds; while Redis does not answer nothing is known to have changed."""
        while True:
            with contextlib.suppress(WirematchError):
                token = await latest_token(self._catalogue)
                if token != self._token:
                    async with self._changed:
                        self._token = token
                        self._changed.notify_all()
            await asyncio.sleep(LOOK_SECONDS)


class LiveUpdates:
    """The watches of one process; at most ``most`` streams are open at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open = 0
        self._watches: dict[Catalogue, Watch] = {}
        self._looking: dict[Catalogue, asyncio.Task[None]] = {}

    @property
    def open(self) -> int:
        """Streams."""
        return self._open

    @contextlib.contextmanager
    def watching(self, catalogue: Catalogue) -> Iterator[Watch]:
        """The catalogue's watch, which goes on while anybody has it; OverloadedError when too many do."""
        if self._open >= self._most:
            raise OverloadedError("Too many pages listen for events; poll /desk/latest instead.")
        self._open += 1
        watch = self._watches.setdefault(catalogue, Watch(catalogue))
        if watch.watchers == 0:
            self._looking[catalogue] = asyncio.create_task(watch.look_for_ever())
        watch.watchers += 1
        try:
            yield watch
        finally:
            self._open -= 1
            watch.watchers -= 1
            if watch.watchers == 0:
                del self._watches[catalogue]
                self._looking.pop(catalogue).cancel()
