"""The process that starts workers and replaces those that end."""

from __future__ import annotations

import logging
import pickle
import signal
import socket
import threading
import time
from collections.abc import Callable
from weakref import WeakSet

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from wirematch.server.processes.service_config import NEVER_STARTS

log = logging.getLogger("uvicorn.error")

MIN_DELAY, MAX_DELAY = 0.5, 10.0
"""Delay in seconds before a worker that failed to start is replaced; doubled after each failure."""
LOOK_SECONDS = 0.1
"""Seconds between two looks at a worker that starts or ends."""
ENDS = frozenset({signal.SIGINT, signal.SIGTERM})
MOST_FAILURES = 8
"""Consecutive failed starts, with no worker serving, after which the service gives up."""
EXIT_SECONDS = 5.0
"""How long a worker may take to exit after it has drained and answered what it had accepted."""


class Worker(Process):
    """Uvicorn's worker process, which leaves Ctrl-C to the supervisor until its server handles it.

    It reaches all processes of a terminal, and Python would print what it had just imported.
    """

    def start(self) -> None:
        """See Process. A signal that comes meanwhile is handled afterwards. Only the main thread may do this."""
        if threading.current_thread() is not threading.main_thread():
            super().start()
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a new process inherits this, and the mask
        try:
            super().start()
        finally:
            signal.signal(signal.SIGINT, handler)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def __init__(self, config: Config, sockets: list[socket.socket], is_given_up: Callable[[], bool]) -> None:
        """No sign of life is waited for any longer when ``is_given_up`` says so."""
        super().__init__(config, sockets)
        self._is_given_up = is_given_up

    def __getstate__(self) -> dict[str, object]:
        """Return what the worker's process gets of this: the supervisor stays here."""
        return self.__dict__ | {"_is_given_up": bool}

    def _healthcheck(self, timeout: float) -> bool | None:
        """See Process."""
        deadline = time.monotonic() + timeout
        try:
            self.parent_conn.send(b"ping")
            while not self.parent_conn.poll(max(0.0, min(LOOK_SECONDS, deadline - time.monotonic()))):
                if time.monotonic() >= deadline or self._is_given_up():
                    return None
            return bool(self.parent_conn.recv())
        except (OSError, EOFError, pickle.UnpicklingError):
            return None

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """See Process. It runs in the worker."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        super().target(sockets)


class WorkerSupervisor(Multiprocess):
    """Uvicorn's supervisor with six changes.

    Uvicorn keeps the worker's end of their pipe open in the parent, so a dead worker's pipe stays silent for all of
    ``timeout_worker_healthcheck``, which delays its replacement and SIGTERM.

    Uvicorn ends all workers if one fails to start, as the application must be broken. Here the index could be opened
    just before, so more likely the store is briefly away, and the other workers go on serving. What a setting makes
    impossible (``ServiceConfig``) is not tried again, unless others serve: the setting was possible when they started.

    Uvicorn replaces all workers upon SIGHUP before it looks at further signals, which may take minutes. Here a service
    that is told to end meanwhile does so.

    Workers that are only starting ignore Ctrl-C.

    Uvicorn waits for a worker that hangs: for its sign of life, before it looks at SIGTERM, and then for its end,
    without limit. Whoever told the service to end would kill all its workers meanwhile. Here such a worker is killed.

    Uvicorn sends workers one SIGTERM, whatever it gets. Here they get a second one, upon which they no longer drain, if
    the service is told to end again, or by SIGINT.
    """

    def __init__(
        self,
        config: Config,
        sockets: list[socket.socket],
        clock: Callable[[], float] = time.monotonic,
        drain_seconds: float = 0.0,
    ) -> None:
        super().__init__(config, sockets)
        self._seconds_to_end = drain_seconds + (config.timeout_graceful_shutdown or 0) + EXIT_SECONDS
        self.gave_up = False
        """Whether the service ended because no worker starts."""
        self._clock = clock
        self._failures = 0
        """Failed starts since a worker was last seen serving."""
        self._served = WeakSet[Process]()
        """Workers that were seen serving."""
        self._due: dict[Process, float] = {}
        """When to replace each worker that failed to start."""
        self._ending: list[Process] = []
        """Replaced workers that had not ended yet when the service was told to end."""
        self._is_urgent = False
        """Whether the workers are still to be told not to drain."""

    def init_processes(self) -> None:
        """Start all workers."""
        for _ in range(self.processes_num):
            worker = self._new_worker()
            worker.start()
            self.processes.append(worker)

    def restart_all(self) -> None:
        """Replace one worker after the other; each serves before the one in whose place it is ends.

        Stops if a new worker does not serve, or if the service is told to end: the others go on.
        """
        for place, old in enumerate(self.processes):
            new = self._new_worker()
            new.start()
            if not self._comes_to_serve(new):
                new.kill()
                new.join()
                if not self._is_told_to_end():
                    log.error("Child process [%d] did not start; those that serve are not replaced.", new.pid)
                return
            self._served.add(new)
            self._due.pop(old, None)
            self.processes[place] = new
            old.terminate()
            deadline = self._clock() + self._seconds_to_end
            while old.process.is_alive() and self._clock() < deadline:
                if self._is_told_to_end():
                    self._ending.append(old)
                    return
                old.process.join(LOOK_SECONDS)
            self._end(old, deadline)

    def join_all(self) -> None:
        """Wait until all workers have ended, those that were replaced, too; kill those that take too long."""
        deadline = self._clock() + self._seconds_to_end
        ending = (*self._ending, *self.processes)
        while self._clock() < deadline and (alive := [one for one in ending if one.process.is_alive()]):
            alive[0].process.join(LOOK_SECONDS)
            if self._is_urgent or not ENDS.isdisjoint(self.signal_queue):
                self._is_urgent = False
                self.signal_queue.clear()
                for worker in alive:
                    worker.terminate()
        for worker in ending:
            self._end(worker, deadline)

    def handle_int(self) -> None:
        """End without draining."""
        super().handle_int()
        self._is_urgent = True

    def handle_term(self) -> None:
        """End, the second time without draining."""
        self._is_urgent = self.should_exit.is_set()
        super().handle_term()

    def _end(self, worker: Process, deadline: float) -> None:
        """Wait for a worker that was told to end, and kill it if it has not ended by ``deadline``."""
        while worker.process.is_alive() and self._clock() < deadline:
            worker.process.join(LOOK_SECONDS)
        if worker.process.is_alive():
            log.error(
                "Child process [%d] hangs and did not end in %.0f s; it is killed.", worker.pid, self._seconds_to_end
            )
            worker.kill()
        worker.join()

    def _new_worker(self) -> Worker:
        return Worker(self.config, self.sockets, self._is_told_to_end)

    def _comes_to_serve(self, worker: Process) -> bool:
        """Wait until a worker serves; False if it ends, takes too long, or the service is told to end meanwhile."""
        deadline = self._clock() + self.config.timeout_worker_healthcheck
        while worker.process.is_alive() and self._clock() < deadline and not self._is_told_to_end():
            if worker.is_ready(LOOK_SECONDS):
                return True
            worker.process.join(LOOK_SECONDS)
        return False

    def _is_told_to_end(self) -> bool:
        return self.should_exit.is_set() or not ENDS.isdisjoint(self.signal_queue)

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have ended or do not respond."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker in self._due:
                if self._clock() >= self._due[worker]:
                    del self._due[worker]
                    self._start(place)
                continue
            worker.child_conn.close()  # a spawned worker has its own file descriptor
            if worker.is_alive(timeout=self.config.timeout_worker_healthcheck):
                self._note_serving(worker)
                continue
            if self._is_told_to_end():
                return
            worker.kill()
            worker.join()
            if self._is_told_to_end():
                return
            self._replace(place, worker)

    def _note_serving(self, worker: Process) -> None:
        asked = bool(self._failures) or worker not in self._served
        if asked and worker.is_ready(self.config.timeout_worker_healthcheck):
            self._served.add(worker)
            self._failures = 0

    def _replace(self, place: int, worker: Process) -> None:
        """Replace a worker that has ended, at once or later; give up if none would ever start."""
        # Before it served: also if it could not say why, as one that a signal ended, such as for lack of memory.
        failed = worker.exitcode != 0 and worker not in self._served
        if worker.exitcode == NEVER_STARTS and not self._any_serves():  # it has said why
            self._give_up()
        elif failed or worker.exitcode == STARTUP_FAILURE:
            self._put_off(worker)
        else:
            log.info("Child process [%d] ended; another is started", worker.pid)
            self._start(place)

    def _any_serves(self) -> bool:
        return any(worker in self._served and worker.process.is_alive() for worker in self.processes)

    def _start(self, place: int) -> None:
        self.processes[place] = worker = self._new_worker()
        worker.start()

    def _put_off(self, worker: Process) -> None:
        self._failures += 1
        if self._failures > MOST_FAILURES:
            log.error("Child process [%d] did not start, as %d before it. The service ends.", worker.pid, MOST_FAILURES)
            self._give_up()
            return
        delay = min(MIN_DELAY * 2 ** (self._failures - 1), MAX_DELAY)
        log.error("Child process [%d] did not start; another is started in %.1f s.", worker.pid, delay)
        self._due[worker] = self._clock() + delay

    def _give_up(self) -> None:
        self.gave_up = True
        self.should_exit.set()
