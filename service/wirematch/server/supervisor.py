"""The process that starts workers, and replaces those that end."""

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
"""Seconds before another worker is started in the place of one that did not start, doubled each time."""
MOST_FAILURES = 8
"""More starts that failed in a row, while no worker serves, do not help."""


class WorkerSupervisor(Multiprocess):
    """Uvicorn's, but for two things.

    Uvicorn keeps the worker's end of their pipe open, too, so the pipe of a worker that has ended stays silent for all
    of ``timeout_worker_healthcheck``, and neither its replacement nor SIGTERM gets a turn.

    Uvicorn ends all workers when one did not start, as it takes the application for broken. Here the index was open
    when the first ones were started, so it is likelier that the store is away for a moment, and the others serve on.
    """

    def __init__(
        self, config: Config, sockets: list[socket.socket], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(config, sockets)
        self.gave_up = False
        """Whether the service ends as no worker starts."""
        self._clock = clock
        self._failures = 0
        """Starts that failed since a worker was last seen to serve."""
        self._due: dict[Process, float] = {}
        """When another is started in the place of one that did not start, by the one."""

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have ended or say nothing."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker in self._due:
                if self._clock() >= self._due[worker]:
                    del self._due[worker]
                    self._start(place)
                continue
            worker.child_conn.close()  # a spawned worker has a descriptor of its own
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
