"""Progress of a dedupe run on standard error: a bar on a terminal, lines in a log, and each bad row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from wirematch.pipelines.dedupe.checkpoint import RunState
from wirematch.pipelines.dedupe.inputs import Inputs
from wirematch.pipelines.dedupe.run import BadRow

MOST_BAD_ROWS = 20
"""Bad rows printed; all are counted, and written to ``--rejects``."""
LINE_SECONDS = 5.0
"""Interval of lines in a log."""


class ProgressReporter:
    """Shows progress within its context."""

    def __init__(self, inputs: Inputs, *, shown: bool | None, quiet: bool) -> None:
        """``shown`` None shows a bar on a terminal and nothing elsewhere; ``quiet`` prints no bad rows."""
        self._console = Console(stderr=True, soft_wrap=True)
        self._inputs = inputs
        self._quiet = quiet
        wanted = self._console.is_terminal if shown is None else shown
        self._lines = wanted and not self._console.is_terminal
        self._bar = Progress(
            TextColumn("{task.fields[status]}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not wanted or self._lines,
            transient=True,
        )
        self._task = self._bar.add_task("", total=inputs.total_bytes, status="")
        self._bad_rows = 0
        self._last_line = self._started = time.monotonic()
        self._first: tuple[int, int] | None = None
        """Rows and bytes at the first update of this process."""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """Seconds since this process started reading."""
        return time.monotonic() - self._started

    def update(self, state: RunState, bad: Sequence[BadRow]) -> None:
        """Show the progress after a batch, and print its bad rows."""
        for row in bad:
            self._bad_rows += 1
            if self._bad_rows <= MOST_BAD_ROWS and not self._quiet:
                self.print_line(f"{row.place}: {row.reason}")
            elif self._bad_rows == MOST_BAD_ROWS + 1 and not self._quiet:
                self.print_line("further bad rows are only counted")
        done = self._inputs.bytes_read
        if self._first is None:  # the rate is that of this process, not of the interrupted one
            self._first = (max(0, state.counts.read - 1), done)
        rate = (state.counts.read - self._first[0]) / self.seconds if self.seconds else 0.0
        status = f"{state.counts.read:,} articles, {rate:,.0f}/s"
        self._bar.update(self._task, completed=done, status=status)
        if self._lines and time.monotonic() - self._last_line >= LINE_SECONDS:
            self._last_line = time.monotonic()
            self.print_line(status + self._remaining(done))

    def print_line(self, message: str) -> None:
        """Print a line above the bar, without parsing markup."""
        self._console.print(Text(message), highlight=False)

    def _remaining(self, done: int) -> str:
        total = self._inputs.total_bytes
        assert self._first is not None
        if total is None or done <= self._first[1]:
            return ""
        seconds = (total - done) / (done - self._first[1]) * self.seconds
        return f", {timedelta(seconds=round(seconds))} left"
