"""What is still to be looked at or told, in Redis beside the index: it survives every process.

Two keys under one hash tag: ``{NAME}:outbox``, a sorted set of names by when they are due (ms since 1970, by the
server's clock), and ``{NAME}:outbox:content``, a hash of what each is. Names begin with ``look:`` for an article of
which it is not known yet what it picked up, and with ``send:`` for a message.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from wirematch.index.connection import Store
from wirematch.index.redis_errors import translated_errors
from wirematch.index.scripts import load_script
from wirematch.webhooks.events import Event

LOOK, SEND = "look:", "send:"
_CHANGE, _CLAIM = (load_script("wirematch.webhooks", name) for name in ("change", "claim"))


class Look(BaseModel):
    """An article that is being stored, or was; nobody has said yet what it picked up."""

    article_id: str
    tries: int = 0


class Send(BaseModel):
    """A message that is to be sent."""

    event_id: str
    payload: str
    found_at: float
    """Seconds since 1970."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """One thing to do, which is this process's own until the lease ends."""

    name: str
    task: Look | Send


class Outbox:
    """Errors are IndexUnavailableError and NotReplicatedError."""

    def __init__(self, store: Store, index: str) -> None:
        self._store = store
        self._keys = [f"{{{index}}}:outbox", f"{{{index}}}:outbox:content"]
        self._news = asyncio.Event()

    async def expect(self, article_ids: Iterable[str], seconds: float) -> list[str]:
        """Note that these are about to be stored; unless it is settled, each is looked at after ``seconds``."""
        names = {f"{LOOK}{uuid.uuid4().hex}": Look(article_id=article_id) for article_id in article_ids}
        await self._change(add=[(name, seconds, look.model_dump_json()) for name, look in names.items()])
        return list(names)

    async def settle(self, done: Sequence[str], events: Iterable[Event], open_: Sequence[str] = ()) -> None:
        """Messages take the place of what was expected; what is still ``open_`` is to be looked at now."""
        sends = [
            Send(
                event_id=event.id,
                payload=event.message.model_dump_json(),
                found_at=event.message.timestamp.timestamp(),
            )
            for event in events
        ]
        added = [(f"{SEND}{send.event_id}", 0.0, send.model_dump_json()) for send in sends]
        await self._change(remove=done, add=added, postpone=[(name, 0.0, "") for name in open_])
        if added or open_:
            self._news.set()

    async def postpone(self, name: str, task: Look | Send, seconds: float) -> None:
        """To be done later."""
        await self._change(postpone=[(name, seconds, task.model_dump_json())])

    async def claim(self, most: int, lease: float) -> list[Claimed]:
        """Up to ``most`` of what is due; for ``lease`` seconds nobody else gets it."""
        self._news.clear()
        with translated_errors():
            flat = await self._store.write(_CLAIM, self._keys, [most, round(lease * 1000)])
        names = [name.decode() for name in flat[::2]]
        return [
            Claimed(name, (Look if name.startswith(LOOK) else Send).model_validate_json(content))
            for name, content in zip(names, flat[1::2], strict=True)
        ]

    async def wait(self, seconds: float) -> None:
        """Until this process has put something in, and no longer than ``seconds``: others may have."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    async def close(self) -> None:
        """Give back connections."""
        await self._store.close()

    async def _change(
        self,
        *,
        remove: Sequence[str] = (),
        add: Sequence[tuple[str, float, str]] = (),
        postpone: Sequence[tuple[str, float, str]] = (),
    ) -> None:
        if not (remove or add or postpone):
            return
        change = {
            "remove": list(remove),
            "add": [(name, round(seconds * 1000), content) for name, seconds, content in add],
            "postpone": [(name, round(seconds * 1000), content) for name, seconds, content in postpone],
        }
        with translated_errors():
            await self._store.write(_CHANGE, self._keys, [json.dumps(change, ensure_ascii=False)])
