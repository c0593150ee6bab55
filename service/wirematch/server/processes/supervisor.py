"""The process that starts workers and replaces those that end."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

log = logging.getLogger("uvicorn.error")

MIN_DELAY, MAX_DELAY = 0.5, 10.0
"""Delay in seconds before a worker that failed to start is replaced; doubled after each failure."""
MOST_FAILURES = 8
"""Consecutive failed starts, with no worker serving, after which the service gives up."""


class WorkerSupervisor(Multiprocess):
    """Uvicorn's supervisor with two changes.

    Uvicorn keeps the worker's end of their pipe open in the parent, so a dead worker's pipe stays silent for all of
    ``timeout_worker_healthcheck``, which delays its replacement and SIGTERM.

    Uvicorn ends all workers if one fails to start, as the application must be broken. Here the index could be opened
    just before, so more likely the store is briefly away, and the other workers go on serving.
    """

    def __init__(
        self, config: Config, sockets: list[socket.socket], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(config, sockets)
        self.gave_up = False
        """Whether the service ended because no worker starts."""
        self._clock = clock
        self._failures = 0
        """Failed starts since a worker was last seen serving."""
        self._due: dict[Process, float] = {}
        """When to replace each worker that failed to start."""

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
                if self._failures and worker.is_ready(self.config.timeout_worker_healthcheck):
                    self._failures = 0
                continue
            worker.kill()
            worker.join()
            if self.should_exit.is_set():
                return
            if worker.exitcode == STARTUP_FAILURE:
                self._put_off(worker)
                continue
            log.info("Child process [%d] ended; another is started", worker.pid)
            self._start(place)

    def _start(self, place: int) -> None:
        self.processes[place] = worker = Process(self.config, self.sockets)
        worker.start()

    def _put_off(self, worker: Process) -> None:
        self._failures += 1
        if self._failures > MOST_FAILURES:
            log.error("Child process [%d] did not start, as %d before it. The service ends.", worker.pid, MOST_FAILURES)
            self.gave_up = True
            self.should_exit.set()
            return
        delay = min(MIN_DELAY * 2 ** (self._failures - 1), MAX_DELAY)
        log.error("Child process [%d] did not start; another is started in %.1f s.", worker.pid, delay)
        self._due[worker] = self._clock() + delay
