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
        self.ended_by: BaseException | None = None

    async def result(self, work: Coroutine[Any, Any, R]) -> R:
        """Await ``work`` in the task that is interrupted from now on."""
        self.task = asyncio.current_task()
        if self.ended_by is not None:
            work.close()
            raise self.ended_by
        return await work

    def interrupt(self, error: BaseException) -> None:
        if self.task is not None and asyncio.current_task(self.loop) is self.task:
            raise error
        self.ended_by = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: all is done
            self.loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        """Cancel the task until it ends, as redis-py may swallow a cancellation while it connects or sends."""
        if self.task is not None and not self.task.done():
            self.task.cancel()
            self.loop.call_later(concurrency.AGAIN_SECONDS, self._cancel)


_current: _Run | None = None


def run_interruptibly(work: Coroutine[Any, Any, R]) -> R:
    """Run ``work`` as ``asyncio.run`` does; if ``interrupt`` was called meanwhile, its error is raised.

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
            if current.ended_by is not None:
                raise current.ended_by from None
            raise
        finally:
            _current = None
        if current.ended_by is not None:  # the work swallowed that it was cancelled, or had ended; more may come
            raise current.ended_by
        return result


def interrupt(error: BaseException | None = None) -> None:
    """Interrupt what the main thread does, from a signal handler: ``error`` is raised, or the task is cancelled.

    By default it is a KeyboardInterrupt.
    """
    error = KeyboardInterrupt() if error is None else error
    if _current is None:
        raise error
    _current.interrupt(error)


def stop_if_interrupted() -> None:
    """KeyboardInterrupt if the task was cancelled and went on. Call it before waiting outside of the event loop."""
    if _current is not None and _current.ended_by is not None:
        raise _current.ended_by
