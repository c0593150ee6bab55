"""A pair's programs as a chain of processes connected by pipes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence

MOST_MEMORY = 1 << 30
"""Memory limit of each program in bytes; the largest takes a tenth of it."""
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
"""Only what the programs need: no key or address of the service."""
WAIT_SECONDS = 5.0


class ProcessRow:
    """Processes that run until their input ends. Only `end` blocks."""

    def __init__(self, stages: Sequence[Sequence[str]]) -> None:
        """Start them.

        Raises:
            OSError: a program is missing, or the machine has no resources left.
        """
        self._processes: list[subprocess.Popen[bytes]] = []
        read, self.input = os.pipe()
        self.output = read
        """File descriptors: what is written to ``input`` comes out of ``output``."""
        try:
            for stage in stages:
                self._start(stage)
        except BaseException:
            self.kill()
            self.end()
            os.close(self.input)
            os.close(self.output)
            raise

    def _start(self, stage: Sequence[str]) -> None:
        read, write = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - a program of the installed mode, without a shell
                stage,
                stdin=self.output,
                stdout=write,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the service, which ends them
            )
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
        os.close(self.output)
        self.output = read
        self._processes.append(process)
        if sys.platform == "linux":
            import resource  # noqa: PLC0415 - not on Windows

            with contextlib.suppress(OSError):  # already ended, or may not be limited
                resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    @property
    def ids(self) -> tuple[int, ...]:
        """Process ids, in the order of the chain."""
        return tuple(process.pid for process in self._processes)

    def kill(self) -> None:
        """Kill all at once."""
        for process in self._processes:
            process.kill()

    def end(self) -> None:
        """Wait for processes that were killed or whose input has ended. Blocks for a few seconds at most."""
        for process in self._processes:
            try:
                process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
