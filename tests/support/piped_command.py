"""The real ``wirematch`` command while it runs, forked if it can be: it is given input, and what it says is kept."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Mapping
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from support.forked_command import COMMAND, ForkedCommand, can_be_forked


class PipedCommand:
    """A part of what ``subprocess.Popen`` has; ``stdin`` is a pipe, or nothing where no input is given."""

    def __init__(
        self,
        *arguments: object,
        env: Mapping[str, str] | None = None,
        given_input: bool = False,
        largest_file: int | None = None,
    ) -> None:
        given, environment = list(map(str, arguments)), dict(os.environ if env is None else env)
        self._said: tuple[IO[bytes], IO[bytes]] = (TemporaryFile(), TemporaryFile())  # noqa: SIM115 - communicate closes
        self.stdin: IO[bytes] | None = None
        if given_input:
            reading, writing = os.pipe()
            self.stdin = os.fdopen(writing, "wb")
        else:
            reading = os.open(os.devnull, os.O_RDONLY)
        out, errors = (file.fileno() for file in self._said)
        with os.fdopen(reading):
            self._process: subprocess.Popen[bytes] | ForkedCommand
            if can_be_forked(given, environment):
                self._process = ForkedCommand(given, environment, reading, out, errors, largest_file=largest_file)
            else:
                limit = largest_file and partial(
                    resource.setrlimit, resource.RLIMIT_FSIZE, (largest_file, largest_file)
                )
                self._process = subprocess.Popen(
                    [COMMAND, *given],
                    stdin=reading,
                    stdout=out,
                    stderr=errors,
                    env=environment,
                    preexec_fn=limit or None,  # noqa: PLW1509 - there are no threads
                )

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()

    def communicate(self, content: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Give the rest of the input, and return what the command said until its end."""
        if self.stdin is not None:
            try:
                self.stdin.write(content)
                self.stdin.close()
            except BrokenPipeError:
                pass  # it has ended
        self._process.wait(timeout)
        out, errors = self._said
        for file in self._said:
            file.seek(0)
        with out, errors:
            return out.read(), errors.read()
