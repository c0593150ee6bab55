"""What a person is shown in a terminal.

Text that comes from articles is wrapped in ``rich.text.Text`` and never parsed for markup or emoji codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from pydantic import BaseModel
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from wirematch.models import Match, Report
from wirematch.presentation.answers import Answer, describe_answer
from wirematch.presentation.reports import print_match, print_report

WIDEST = 10_000
"""Characters of a line, where the terminal is to wrap it."""


class Screen:
    """Standard output, or another console, for the results of commands."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()

    @classmethod
    def on_standard_error(cls) -> Screen:
        """Standard error, for what is no result."""
        return cls(Console(stderr=True))

    def print_lines(self, lines: Iterable[str]) -> None:
        """Each line as ``print_line`` does."""
        for line in lines:
            self.print_line(line)

    def print_line(self, line: str) -> None:
        """A line as it is, without markup; the terminal wraps it."""
        self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def print_json(self, model: BaseModel) -> None:
        """An indented JSON object."""
        print(model.model_dump_json(indent=2))  # noqa: T201 - Rich would wrap it

    def print_json_line(self, model: BaseModel) -> None:
        """A JSON object on one line."""
        print(model.model_dump_json())  # noqa: T201 - Rich would wrap it

    def print_table(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Rows under the names of the first one's fields. Nothing is cut off, however narrow the terminal is."""
        table = Table(*rows[0], box=None)
        for row in rows:
            table.add_row(*("" if value is None else Text(str(value)) for value in row.values()))
        Console(file=self._console.file, width=WIDEST).print(table)

    def print_answer(self, file: str, answer: Answer) -> None:
        """What became of one document in ``file``."""
        self.print_line(f"{file}: {describe_answer(answer)}")
        self.print_lines(f"  note: {warning}" for warning in answer.warnings)

    def print_report(self, report: Report, submission: str, stories: Mapping[str, str]) -> None:
        """The decision, the matches and the passages of the best one; ``stories`` has bodies of matches by id."""
        print_report(self._console, report, submission, stories)
        self.print_lines(f"note: {warning}" for warning in report.warnings)

    def print_match(self, match: Match, submission: str, story: str) -> None:
        """One comparison of the two bodies and its passages."""
        print_match(self._console, match, submission, story)

    @contextmanager
    def progress_bar(self, description: str) -> Iterator[Callable[[int, int], None]]:
        """A bar while the block runs; call what it gives with the number done and the total."""
        with Progress(console=self._console, transient=True, disable=not self._console.is_terminal) as bar:
            task = bar.add_task(description)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextmanager
    def told_when_interrupted(self, line: str) -> Iterator[None]:
        """Print the line where Ctrl-C ends the block: what became of what was begun."""
        try:
            yield
        except KeyboardInterrupt:
            self.print_line(line)
            raise

    @contextmanager
    def counter(self) -> Iterator[Callable[[str], None]]:
        """A line on standard error that changes while the block runs; call what it gives with its text."""
        console = Console(stderr=True)
        with Progress(
            "{task.description}", console=console, transient=True, disable=not console.is_terminal
        ) as bar:  # elsewhere an empty line would be left of it
            task = bar.add_task("0 stored")
            yield lambda text: bar.update(task, description=text)
