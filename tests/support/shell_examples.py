"""Run the commands of a document verbatim, and compare their output with the document.

In a ``console`` block, a line that begins with ``$ `` is a command, lines with ``> `` continue it, and the others are
its output: ``…`` stands for any characters, and alone on a line for any lines. A block with a title is a file of that
name.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_END = "end-of-what-it-printed"


class Example(NamedTuple):
    command: str
    printed: str


class NamedFile(NamedTuple):
    name: str
    content: str


def examples(document: str) -> Iterator[Example | NamedFile]:
    """Yield examples and files in the order of the document."""
    for language, title, content in _BLOCK.findall(document):
        if title:
            yield NamedFile(title, content)
        elif language == "console":
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                first, *others = part.splitlines()
                more = [line[2:] for line in others if line.startswith("> ")]
                printed = [line for line in others if not line.startswith("> ")]
                yield Example("\n".join([first, *more]), "\n".join(printed).strip())


def agrees(printed: str, told: str) -> bool:
    """Whether a command printed what a document shows."""
    lines = ("(?s:.*?)" if line == "…" else re.escape(line).replace("…", ".*") for line in told.splitlines())
    return re.fullmatch("\n".join(lines), printed.strip()) is not None


class Shell:
    """A bash in its own folder, with the programs of this environment."""

    def __init__(self, folder: Path, **environment: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env=inherited | {"PATH": path, "COLUMNS": "80"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, command: str) -> str:
        """Return what a command prints, on standard output and standard error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"set -m; {command}\nprintf '\\n%s\\n' {_END}\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.rstrip("\n") == _END:
                break
            lines.append(line)
        return "".join(lines).strip()

    def close(self) -> None:
        """End everything that it started and that still runs."""
        assert self._process.stdin is not None
        self._process.stdin.write("kill $(jobs -p) 2>/dev/null; wait\n")
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
