"""Threads that requests and streams share fairly: start-time fair queueing, with time slices that end at safepoints.

Each request or stream is a flow. Whose work a thread does next is decided by the processor time that each flow has had:
the flow with the least goes first, so a stream of long texts and one of short texts progress alike, whatever the size
of a piece of work (Goyal, Vin & Cheng, "Start-time fair queuing", SIGCOMM 1996; Linux's CFS is of this kind). Work
whose time slice is over pauses at its next ``safepoint`` if another flow has had less; another thread goes on instead.
While only one flow has work, nothing pauses, and the threads work as those of a plain pool would.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any, TypeVar

from wirematch.cancellation import CancelToken, cancellable_by

SLICE_SECONDS = 0.005
"""Processor time that work may have at a time while other flows wait."""
CREDIT_SECONDS = 2 * SLICE_SECONDS
"""Processor time that a flow may save up while it has no work: it waits for Redis between its steps."""
MOST_PAUSED = 16
"""Pieces of work that may pause at a time, as each keeps a thread; further ones go on."""

R = TypeVar("R")


class Flow:
    """All work of one request or stream."""

    __slots__ = ("shares",)

    def __init__(self) -> None:
        self.shares: dict[FairThreads, Share] = {}


class Share:
    """What one flow has of some threads."""

    __slots__ = ("admitted", "running", "served", "waiting")

    def __init__(self) -> None:
        self.served = 0.0
        """Processor time that it had, in seconds, and that it let pass."""
        self.waiting: deque[_Work] = deque()
        self.running = 0
        """Pieces of work that run."""
        self.admitted = 0
        """Bytes of its texts that are worked on (``Lane``)."""


class _Work:
    """A piece of work: it waits, runs, and may pause, which is to wait again in the middle."""

    __slots__ = ("began", "cancel", "function", "future", "number", "resumed", "share")

    def __init__(self, share: Share, cancel: CancelToken, function: Callable[[], Any]) -> None:
        self.share, self.cancel, self.function = share, cancel, function
        self.future: Future[Any] = Future()
        self.number = 0
        """Place in the order of submission."""
        self.began = 0.0
        """The thread's processor time when its time slice began."""
        self.resumed: threading.Event | None = None
        """While it pauses: set when it is its turn again."""


class FairThreads:
    """A number of threads for CPU-bound work. Thread-safe.

    The work of one flow begins in the order of its submission.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._spare = ThreadPoolExecutor(threads + MOST_PAUSED, thread_name_prefix=f"{name}-spare")
        """Threads that take the place of those whose work pauses."""
        self._numbers = count()
        self._free = threads
        """Threads that may start work: as many as there are, less those that run some."""
        self._waiting: dict[Share, None] = {}
        """Those that have work waiting, in the order in which they began to wait."""
        self._running: set[_Work] = set()
        self._paused = 0
        self._active = 0
        """Flows that have work, running or waiting."""
        self._now = 0.0
        """Virtual time: the processor time that a flow would have had if it had always had work and its fair share."""
        self._closed = False

    def share(self, flow: Flow) -> Share:
        """What ``flow`` has of these threads."""
        share = flow.shares.get(self)
        return flow.shares.setdefault(self, Share()) if share is None else share

    def had(self, share: Share) -> float:
        """Processor time that it is taken to have had: a flow without work saves up no more than its credit."""
        return max(share.served, self._now - CREDIT_SECONDS)

    def submit(self, flow: Flow, cancel: CancelToken, function: Callable[[], R]) -> Future[R]:
        """Run ``function`` in a thread when it is the flow's turn."""
        work = _Work(self.share(flow), cancel, function)
        with self._lock:
            if self._closed:
                raise RuntimeError("the threads are stopped")
            if not work.share.running and not work.share.waiting:
                work.share.served = self.had(work.share)
                self._active += 1
            work.number = next(self._numbers)
            self._wait(work)
            starts = self._free > 0
            if starts:
                self._free -= 1
            else:
                self._ask(one for one in self._running if one.share is not work.share)
        if starts:
            self._threads.submit(self._serve)
        return work.future

    def close(self) -> None:
        """Let running work finish and cancel what has not started."""
        with self._lock:
            self._closed = True
            dropped = [one for share in self._waiting for one in share.waiting if one.resumed is None]
        for work in dropped:  # outside the lock, as their callbacks may do anything
            work.future.cancel()
        self._threads.shutdown()
        self._spare.shutdown()

    def _serve(self, work: _Work | None = None) -> None:
        """Do ``work``, then what waits, until nothing waits or a paused thread resumes in place of this one."""
        while work is not None or (work := self._next()) is not None:
            self._do(work)
            work = None

    def _next(self) -> _Work | None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return None
            return self._begin(min(self._waiting, key=_served))

    def _do(self, work: _Work) -> None:
        used = time.thread_time() - work.began if _run(work) else 0.0
        with self._lock:
            self._running.discard(work)
            work.cancel.give_way = None
            work.share.running -= 1
            self._serve_time(work.share, used)
            if not work.share.running and not work.share.waiting:
                self._active -= 1

    def _give_way(self, work: _Work) -> None:
        """Pause ``work``, which this thread is doing, if its time slice is over and it is another flow's turn."""
        now = time.thread_time()
        if now - work.began < SLICE_SECONDS:
            return
        with self._lock:
            share = work.share
            self._serve_time(share, now - work.began)
            work.began = now
            if not self._waiting or self._closed:
                work.cancel.give_way = None
                return
            other = min(self._waiting, key=_served)
            if other.served >= share.served or other is share:
                return
            if self._paused >= MOST_PAUSED and other.waiting[0].resumed is None:
                return
            resumed = work.resumed = threading.Event()
            self._paused += 1
            self._running.discard(work)
            share.running -= 1
            self._wait(work)
            self._ask(one for one in self._running if one.share is not share)
            instead = self._begin(other)
            if instead is not None:
                self._spare.submit(self._serve, instead)
        resumed.wait()
        work.began = time.thread_time()

    def _serve_time(self, share: Share, used: float) -> None:
        """Count processor time, and advance virtual time with it. Otherwise newcomers would always go first.

        Virtual time stays close to what waiting flows have had, so that a newcomer is put no more than the credit
        behind all of them.
        """
        share.served += used
        now = self._now + used / self._active
        if self._waiting:
            now = min(now, min(map(_served, self._waiting)) + 2 * CREDIT_SECONDS)
        self._now = max(self._now, now)

    def _wait(self, work: _Work) -> None:
        """Have ``work`` wait in its place: the work of a flow begins, and goes on, in the order of its submission."""
        waiting = work.share.waiting
        waiting.insert(bisect(waiting, work.number, key=_number), work)
        self._waiting.setdefault(work.share)

    def _begin(self, share: Share) -> _Work | None:
        """Take the first waiting work of ``share``.

        Returns None if that work had paused, as it resumes in its own thread.
        """
        work = share.waiting.popleft()
        del self._waiting[share]
        if share.waiting:
            self._waiting[share] = None  # behind others that have had as much
        self._now = max(self._now, share.served)
        share.running += 1
        self._running.add(work)
        work.cancel.give_way = None
        if any(other is not share for other in self._waiting):
            self._ask([work])
        if work.resumed is None:
            return work
        self._paused -= 1
        work.resumed.set()
        work.resumed = None
        return None

    def _ask(self, running: Iterable[_Work]) -> None:
        """Ask running work to give way at its safepoints."""
        for work in running:
            work.cancel.give_way = partial(self._give_way, work)


def _run(work: _Work) -> bool:
    """Run ``work`` and tell its result; False if it was cancelled before."""
    if not work.future.set_running_or_notify_cancel():
        return False
    work.began = time.thread_time()
    try:
        with cancellable_by(work.cancel):
            result = work.function()
    except BaseException as error:  # noqa: BLE001 - whoever waits gets it
        work.future.set_exception(error)
        del work  # or the failure, whose traceback has this frame, would keep itself
    else:
        work.future.set_result(result)
    return True


def _served(share: Share) -> float:
    return share.served


def _number(work: _Work) -> int:
    return work.number
