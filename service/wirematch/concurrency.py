"""Concurrent work: parts that end together (structured concurrency), and work that is done once for all who want it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Coroutine, Hashable, Iterator
from typing import Any, Generic, TypeVar, overload

AGAIN_SECONDS = 1.0
"""Seconds to wait before work is cancelled again: redis-py may swallow a cancellation while it connects or sends."""

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)


@overload
async def together(one: Coroutine[Any, Any, A], two: Coroutine[Any, Any, B], /) -> tuple[A, B]: ...
@overload
async def together(
    one: Coroutine[Any, Any, A], two: Coroutine[Any, Any, B], three: Coroutine[Any, Any, C], /
) -> tuple[A, B, C]: ...
@overload
async def together(*works: Coroutine[Any, Any, R]) -> tuple[R, ...]: ...
async def together(*works: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """Run coroutines concurrently and return their results in order.

    When one fails or the caller is cancelled, the others are cancelled, and nothing is raised before they have ended.
    ``asyncio.gather`` raises at once: what still runs then uses connections that the caller closes, and its failures
    are lost. Raises the first failure itself, where ``asyncio.TaskGroup`` would raise a group of all; CancelledError
    when the caller is cancelled, whatever fails meanwhile.
    """
    if len(works) == 1:  # needs no task
        return (await works[0],)
    if not works:
        return ()
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failures = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    finally:
        await end(tasks)
    for failure in failures:
        if failure is not None:
            raise failure
    return tuple(task.result() for task in tasks)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until all have ended; their failures are dropped.

    A caller that is cancelled meanwhile waits all the same: it may be such a task itself, which is cancelled again.
    """
    tasks = list(tasks)  # what they are taken from may change as they end
    going = {task for task in tasks if not task.done()}
    interrupted: asyncio.CancelledError | None = None
    clock, due = asyncio.get_running_loop().time, 0.0
    while going:
        if (now := clock()) >= due:
            due = now + AGAIN_SECONDS
            for task in going:
                task.cancel()
        try:
            await asyncio.wait(going, timeout=due - now)
        except asyncio.CancelledError as error:
            interrupted = error
        going = {task for task in going if not task.done()}
    for task in tasks:
        if not task.cancelled():
            task.exception()  # or asyncio would log that nobody asked
    if interrupted is not None:
        raise interrupted


async def to_its_end(work: Coroutine[Any, Any, R]) -> R:
    """Await ``work``, such as cleaning up, which ends by itself soon; it goes on when the caller is cancelled.

    CancelledError is raised only when it has ended: who interrupts a command cancels it once a second, and each time
    would cut short what the command does because of the time before.
    """
    task, interrupted = asyncio.create_task(work), None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            interrupted = error
    if interrupted is not None:
        if not task.cancelled():
            task.exception()  # or asyncio would log that nobody asked
        raise interrupted
    return task.result()


@contextlib.contextmanager
def cancellations_heeded() -> Iterator[None]:
    """Raise CancelledError at the end of a block in which the task was cancelled, if what it awaited swallowed that.

    Under Python 3.11, ``asyncio.wait_for`` swallows a cancellation that comes in the turn of the event loop in which
    its work ends, and redis-py sends with it. A deadline would pass unnoticed, and a task go on that was to end.
    """
    task = asyncio.current_task()
    before = 0 if task is None else task.cancelling()
    yield
    if task is not None and task.cancelling() > before:
        raise asyncio.CancelledError


class SharedWork(Generic[K, R]):
    """Work that several tasks may want at once, such as reading what all of them need, is done once for each key.

    Whoever wants it meanwhile gets its result, or its failure: behind a lock, each would try anew what takes a timeout
    to fail, one after the other.
    """

    def __init__(self) -> None:
        self._going: dict[K, asyncio.Task[R]] = {}

    async def result(self, key: K, work: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """Return what ``work`` does; it goes on for the others when one who waits is cancelled."""
        task = self._going.get(key)
        if task is None or task.done():  # what is done was done for others; it is forgotten in a moment
            task = self._going[key] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End what is still done, though nobody waits for it any more: it uses connections that are to be closed."""
        await end(self._going.values())

    def _forget(self, key: K, done: asyncio.Task[R]) -> None:
        if self._going.get(key) is done:
            del self._going[key]
        if not done.cancelled():
            done.exception()  # or asyncio would log that nobody asked
