"""Log lines of a command are held back at first: if it fails soon, its error already says what they would say.

If a command takes longer, its lines are printed as they come, and so are all if WIREMATCH_LOG_LEVEL is set. ``serve``
configures its own.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wirematch.errors import WirematchError
from wirematch.observability.logs import ConsoleFormatter, LogLevel

WANTED = "WIREMATCH_LOG_LEVEL"
HELD_SECONDS = 10.0
"""How long lines are held: by then, a command that cannot start has failed."""
MOST_HELD = 50
FAILED = 2
"""Status of a command that cannot do what it was asked; typer prints why."""


@contextmanager
def lines_held() -> Iterator[None]:
    """Hold warnings back.

    Print each on a line, without its traceback, unless the command soon fails by one of our errors.
    """
    root = logging.getLogger()
    before = root.level
    level = os.environ.get(WANTED, "").lower()
    if level in set(LogLevel):  # another one is refused when the settings are read
        handler: logging.Handler = logging.StreamHandler()
        handler.setFormatter(ConsoleFormatter())
        root.setLevel(level.upper())
    else:
        handler = _HeldLines()
    root.addHandler(handler)
    try:
        yield
    except BaseException as end:
        in_order = isinstance(end, SystemExit) and end.code != FAILED  # or it was interrupted
        defect = isinstance(end, Exception) and not isinstance(end, WirematchError)
        if isinstance(handler, _HeldLines) and (in_order or defect or handler.overdue):
            handler.print_all()
        raise
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _HeldLines(logging.Handler):
    """Keeps the first messages, each once, and the number of others; later ones are printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: dict[str, None] = {}
        self._further = 0
        self._began = time.monotonic()

    @property
    def overdue(self) -> bool:
        """Whether lines are no longer held."""
        return time.monotonic() >= self._began + HELD_SECONDS

    def emit(self, record: logging.LogRecord) -> None:
        line = " ".join(record.getMessage().split())
        if self.overdue:
            self.print_all()
            _print(line)
        elif line in self._lines:
            return
        elif len(self._lines) < MOST_HELD:
            self._lines[line] = None
        else:
            self._further += 1

    def print_all(self) -> None:
        further = [f"further log lines: {self._further:,}; {WANTED}=warning shows all."] if self._further else []
        for line in [*self._lines, *further]:
            _print(line)
        self._lines, self._further = {}, 0


def _print(line: str) -> None:
    print(f"wirematch: {line}", file=sys.stderr, flush=True)  # noqa: T201 - where the command's errors go
