"""Log lines of a command: they wait for its end, as what it fails with says what they foretell.

``serve`` is the exception, which configures its own. Whoever sets WIREMATCH_LOG_LEVEL sees lines as they come.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from wirematch.errors import WirematchError
from wirematch.observability.logs import ConsoleFormatter, LogLevel

WANTED = "WIREMATCH_LOG_LEVEL"
MOST_HELD = 50


@contextmanager
def lines_held() -> Iterator[None]:
    """Hold warnings; print each on one line, without its traceback, unless the command fails with an error of ours."""
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
        in_order = isinstance(end, SystemExit) and end.code in {None, 0, 1}
        defect = isinstance(end, Exception) and not isinstance(end, WirematchError)
        if isinstance(handler, _HeldLines) and (in_order or defect):
            handler.print_all()
        raise
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _HeldLines(logging.Handler):
    """Keeps the first messages."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._lines: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._lines) < MOST_HELD:
            self._lines[" ".join(record.getMessage().split())] = None

    def print_all(self) -> None:
        for line in self._lines:
            print(f"wirematch: {line}", file=sys.stderr)  # noqa: T201 - where the command's errors go
