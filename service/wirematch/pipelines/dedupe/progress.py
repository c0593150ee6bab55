"""How far a run is, on standard error: a bar for a person, lines for a log, and each bad line as it is met."""

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

MOST_TOLD = 20
"""Bad lines that are told one by one; all of them are counted, and go to ``--rejects``."""
LINE_SECONDS = 5.0


class Meter:
    """Shows progress while its block runs."""

    def __init__(self, inputs: Inputs, *, shown: bool | None, quiet: bool) -> None:
        """``shown`` None shows a bar on a terminal and nothing elsewhere; ``quiet`` leaves out bad lines, too."""
        self._console = Console(stderr=True, soft_wrap=True)
        self._inputs = inputs
        self._quiet = quiet
        wanted = self._console.is_terminal if shown is None else shown
        self._lines = wanted and not self._console.is_terminal
        self._bar = Progress(
            TextColumn("{task.fields[told]}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not wanted or self._lines,
            transient=True,
        )
        self._task = self._bar.add_task("", total=inputs.bytes_in_all, told="")
        self._told = 0
        self._last_line = self._started = time.monotonic()
        self._first: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since this process began with the inputs."""
        return time.monotonic() - self._started

    def tell(self, state: RunState, bad: Sequence[BadRow]) -> None:
        """Show where it is."""
        for item in bad:
            self._told += 1
            if self._told <= MOST_TOLD and not self._quiet:
                self.say(f"{item.place}: {item.reason}")
            elif self._told == MOST_TOLD + 1 and not self._quiet:
                self.say("further bad lines are only counted")
        done = self._inputs.bytes_read
        if self._first is None:  # what an earlier process did is no measure of this one
            self._first = (max(0, state.counts.read - 1), done)
        rate = (state.counts.read - self._first[0]) / self.seconds if self.seconds else 0.0
        told = f"{state.counts.read:,} articles, {rate:,.0f}/s"
        self._bar.update(self._task, completed=done, told=told)
        if self._lines and time.monotonic() - self._last_line >= LINE_SECONDS:
            self._last_line = time.monotonic()
            self.say(told + self._remaining(done))

    def say(self, message: str) -> None:
        """One line, above the bar; what comes from articles is no markup."""
        self._console.print(Text(message), highlight=False)

    def _remaining(self, done: int) -> str:
        total = self._inputs.bytes_in_all
        assert self._first is not None
        if total is None or done <= self._first[1]:
            return ""
        seconds = (total - done) / (done - self._first[1]) * self.seconds
        return f", {timedelta(seconds=round(seconds))} left"
