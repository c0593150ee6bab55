"""The webhook outbox: tasks in Redis, which survive the process that added them.

A sorted set holds task names by due time (ms since 1970, by Redis' clock), and a hash their contents, both under one
hash tag. Names begin with ``look:`` for an article whose pickups are not known yet, and with ``send:`` for a message. A
process claims tasks under a lease, so each task is processed by one process at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ValidationError

from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.scripts import load_script
from wirematch.index.keys import Namespace
from wirematch.webhooks.events import PickupEvent

LOOKUP_PREFIX, DELIVERY_PREFIX = "look:", "send:"
log = logging.getLogger(__name__)
_CHANGE, _CLAIM = (load_script("wirematch.webhooks", name) for name in ("change", "claim"))


class PickupLookup(BaseModel):
    """Task: find the pickups of an article that may have been stored."""

    article_id: str
    tries: int = 0
    """Attempts so far at which the article was not stored."""
    attempts: int = 0
    """Attempts so far that met a defect."""
    waited: float = 0.0
    """Seconds that it was put off for in all because of them."""


class Delivery(BaseModel):
    """Task: send a message."""

    event_id: str
    payload: str
    found_at: float
    """Seconds since 1970; for earlier releases."""
    attempts: int = 0
    waited: float = 0.0
    """Seconds that it was put off for in all."""


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task leased by this process."""

    name: str
    task: PickupLookup | Delivery


TaskKind = Literal["delivery", "look_up"]
GivenUpTasks = Callable[[TaskKind], None]
"""Is told of each task that is given up, in the running event loop."""


def kind_of(name: str) -> TaskKind:
    """Return the kind of the task with this name."""
    return "look_up" if name.startswith(LOOKUP_PREFIX) else "delivery"


class Outbox:
    """The outbox. Every method raises IndexUnavailableError or NotReplicatedError when Redis fails."""

    def __init__(self, store: Store, namespace: Namespace) -> None:
        self._store = store
        self._keys = namespace.outbox
        self._added = asyncio.Event()

    async def expect(self, article_ids: Iterable[str], seconds: float) -> list[str]:
        """Add a look-up, due after ``seconds``, for each article about to be stored; return the names of the tasks."""
        lookups = {f"{LOOKUP_PREFIX}{uuid.uuid4().hex}": PickupLookup(article_id=name) for name in article_ids}
        await self._change(add=[(name, seconds, lookup.model_dump_json()) for name, lookup in lookups.items()])
        return list(lookups)

    async def settle(self, done: Sequence[str], events: Iterable[PickupEvent], due: Sequence[str] = ()) -> None:
        """Atomically remove the tasks in ``done``, add a delivery per event, and make the tasks in ``due`` due now."""
        deliveries = [
            Delivery(
                event_id=event.id,
                payload=event.message.model_dump_json(),
                found_at=event.message.timestamp.timestamp(),
            )
            for event in events
        ]
        added = [(f"{DELIVERY_PREFIX}{delivery.event_id}", 0.0, delivery.model_dump_json()) for delivery in deliveries]
        await self._change(remove=done, add=added, postpone=[(name, 0.0, "") for name in due])
        if added or due:
            self._added.set()

    async def erase(self, article_ids: Collection[str]) -> None:
        """Delete all messages that mention one of these articles. Reads every pending message.

        Messages that cannot be read are left to ``claim``, which gives them up.
        """
        erased = frozenset(article_ids)
        with translated_errors():
            async for name, content in self._store.scan_hash(self._keys[1], f"{DELIVERY_PREFIX}*"):
                if erased & _mentioned(content):
                    await self._change(remove=[name.decode()])

    async def postpone(self, name: str, task: PickupLookup | Delivery, seconds: float) -> None:
        """Make a task due after ``seconds``, with new content."""
        await self._change(postpone=[(name, seconds, task.model_dump_json())])

    async def claim(self, most: int, lease: float, given_up: GivenUpTasks) -> list[ClaimedTask]:
        """Lease up to ``most`` due tasks for ``lease`` seconds; ``given_up`` is told of those that cannot be read."""
        self._added.clear()
        with translated_errors():
            flat = await self._store.write(_CLAIM, self._keys, [most, round(lease * 1000)])
        names = [name.decode() for name in flat[::2]]
        tasks = [(name, _task_of(name, content)) for name, content in zip(names, flat[1::2], strict=True)]
        unreadable = [name for name, task in tasks if task is None]
        for name in unreadable:
            given_up(kind_of(name))
        await self._change(remove=unreadable)
        return [ClaimedTask(name, task) for name, task in tasks if task is not None]

    async def wait(self, seconds: float) -> None:
        """Wait until this process adds a task, for at most ``seconds``: other processes send no signal."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._added.wait()

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()

    async def _change(
        self,
        *,
        remove: Sequence[str] = (),
        add: Sequence[tuple[str, float, str]] = (),
        postpone: Sequence[tuple[str, float, str]] = (),
    ) -> None:
        """Change tasks, given as name, delay in seconds and content, by one script."""
        if not (remove or add or postpone):
            return
        change = {
            "remove": list(remove),
            "add": [(name, round(seconds * 1000), content) for name, seconds, content in add],
            "postpone": [(name, round(seconds * 1000), content) for name, seconds, content in postpone],
        }
        with translated_errors():
            await self._store.write(_CHANGE, self._keys, [json.dumps(change, ensure_ascii=False)])


def _mentioned(content: bytes) -> frozenset[str]:
    """Return the ids of the articles in a delivery; none if it cannot be read."""
    try:
        data = json.loads(json.loads(content)["payload"])["data"]
        return frozenset((data["story"]["id"], data["article"]["id"]))
    except (ValueError, LookupError, TypeError):
        return frozenset()


def _task_of(name: str, content: bytes | None) -> PickupLookup | Delivery | None:
    """Read a task; None, which is logged, of one that cannot be read and would be claimed for ever."""
    try:
        return (PickupLookup if name.startswith(LOOKUP_PREFIX) else Delivery).model_validate_json(content or b"")
    except ValidationError:
        log.error("webhook task %s cannot be read and is given up: %r", name, content)  # noqa: TRY400 - the content tells
        return None
