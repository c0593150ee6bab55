"""``wirematch dedupe`` as a process, and the results of a run."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from support.forked_command import COMMAND, run_command


class Outcome(NamedTuple):
    status: int
    records: list[dict[str, Any]]
    err: str

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.records]


def process(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    command = [COMMAND, "dedupe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def ended(*arguments: object, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Return the status, output and errors of a run."""
    done = run_command(["dedupe", *arguments], os.environ, stdin)
    return done.returncode, done.stdout, done.stderr


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]
