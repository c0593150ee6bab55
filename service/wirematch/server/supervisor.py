"""The process that starts workers, and replaces those that end."""

from __future__ import annotations

from uvicorn.supervisors import Multiprocess


class WorkerSupervisor(Multiprocess):
    """Uvicorn's, which sees at once that a worker has ended while it waits for its sign of life.

    Uvicorn keeps the worker's end of their pipe open, too, so the pipe of a worker that has ended stays silent for all
    of ``timeout_worker_healthcheck``, and neither its replacement nor SIGTERM gets a turn.
    """

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have ended or say nothing."""
        for worker in self.processes:
            worker.child_conn.close()  # a spawned worker has a descriptor of its own
        super().keep_subprocess_alive()
