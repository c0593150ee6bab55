"""Running a command's coroutine so that a signal ends it, wherever the signal comes.

A signal handler that raises KeyboardInterrupt in the midst of an event loop may take a callback from the loop that then
never runs. The task that waits for it cannot even be cancelled, and ``asyncio.run`` waits for it for ever. So the
exception is raised only in the task's own code; anywhere else the task is cancelled, as asyncio does for SIGINT. But
asyncio does so even while the task waits for its input, which then goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from wirematch import concurrency

R = TypeVar("R")


class _Run:
    """The coroutine that the main thread runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.task: asyncio.Task[Any] | None = None
        self.interrupted = False

    async def result(self, work: Coroutine[Any, Any, R]) -> R:
        """Await ``work`` in the task that is interrupted from now on."""
        self.task = asyncio.current_task()
        if self.interrupted:
            work.close()
            raise KeyboardInterrupt
        return await work

    def interrupt(self) -> None:
        if self.task is not None and asyncio.current_task(self.loop) is self.task:
            raise KeyboardInterrupt
        self.interrupted = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: all is done
            self.loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        """Cancel the task until it ends, as redis-py may swallow a cancellation while it connects."""
        if self.task is not None and not self.task.done():
            self.task.cancel()
            self.loop.call_later(concurrency.AGAIN_SECONDS, self._cancel)


_current: _Run | None = None


def run_interruptibly(work: Coroutine[Any, Any, R]) -> R:
    """Run ``work`` as ``asyncio.run`` does; KeyboardInterrupt if ``interrupt`` was called meanwhile.

    In other threads than the main one, where no signal comes, it is ``asyncio.run``.
    """
    global _current  # noqa: PLW0603 - signals come to the process
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(work)  # noqa: TID251 - no signal comes here
    with asyncio.Runner() as runner:
        current = _current = _Run(runner.get_loop())
        try:
            result = runner.run(current.result(work))
        except asyncio.CancelledError:
            if current.interrupted:
                raise KeyboardInterrupt from None
            raise
        finally:
            _current = None
        if current.interrupted:  # too late for the work, or it swallowed that it was cancelled; a command may have more
            raise KeyboardInterrupt
        return result


def interrupt() -> None:
    """Interrupt what the main thread does, from a signal handler: KeyboardInterrupt, or the task is cancelled."""
    if _current is None:
        raise KeyboardInterrupt
    _current.interrupt()


def stop_if_interrupted() -> None:
    """KeyboardInterrupt if the task was cancelled and went on. Call it before waiting outside of the event loop."""
    if _current is not None and _current.interrupted:
        raise KeyboardInterrupt
