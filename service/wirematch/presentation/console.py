"""Terminal output.

Text from articles is wrapped in ``rich.text.Text`` and never parsed for markup or emoji codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from pydantic import BaseModel
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from wirematch.detection.documents.intake import Withdrawal
from wirematch.errors import IndexUnavailableError, NotFlushedError, NotReplicatedError
from wirematch.models import Article, Decision, Match, Receipt, Report
from wirematch.presentation.reports import print_match, print_report
from wirematch.presentation.standard_output import write_data

Answer = Receipt | Withdrawal


def describe_answer(answer: Answer) -> str:
    """For example ``stored as n-81, rewrite of n-12``; the receipt of a stored article must have a report."""
    if isinstance(answer, Withdrawal):
        return _describe_withdrawal(answer)
    if not answer.stored:
        if answer.version is None:
            return f"{answer.id} is not stored: this version or a newer one of it was withdrawn"
        return f"{answer.id} is unchanged: this version or a newer one is stored"
    assert answer.report is not None
    told = f"; not translated yet: {answer.untranslated}" if answer.untranslated else ""
    return f"stored as {answer.id}, {_describe_decision(answer.report)}{told}"


def _describe_decision(report: Report) -> str:
    if report.decision is Decision.UNDECIDED:
        return f"undecided ({report.why})"
    return "new" if report.decision is Decision.NEW else f"{report.decision} of {report.original_id}"


def _describe_withdrawal(withdrawal: Withdrawal) -> str:
    if withdrawal.withdrawn:
        pickups = ", ".join(f"{pickup.id} ({pickup.source or 'unknown'})" for pickup in withdrawal.pickups)
        more = "; there may be more" if withdrawal.incomplete else ""
        return f"{withdrawal.id} withdrawn ({withdrawal.status}), pickups: {pickups or 'none'}{more}"
    if withdrawal.outdated:
        return f"{withdrawal.id} is unchanged: this version or a newer one is stored"
    return f"{withdrawal.id} withdrawn ({withdrawal.status}), but it was not stored"


WIDEST = 10_000
"""Console width in characters at which Rich wraps nothing, so that the terminal does."""


class Screen:
    """Output of a command's results, on standard output or another console."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()

    @classmethod
    def on_standard_error(cls) -> Screen:
        """Return a screen on standard error, for everything but results."""
        return cls(Console(stderr=True))

    def print_lines(self, lines: Iterable[str]) -> None:
        """Print each line as ``print_line`` does."""
        for line in lines:
            self.print_line(line)

    def print_line(self, line: str) -> None:
        """Print a line without parsing markup; the terminal wraps it."""
        self._console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def print_json(self, model: BaseModel) -> None:
        """Print an indented JSON object."""
        write_data(f"{model.model_dump_json(indent=2)}\n")

    def print_json_line(self, model: BaseModel) -> None:
        """Print a JSON object on one line."""
        write_data(f"{model.model_dump_json()}\n")

    def print_table(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Print rows under the field names of the first. Nothing is cut off, however narrow the terminal is."""
        table = Table(*rows[0], box=None)
        for row in rows:
            table.add_row(*("" if value is None else Text(str(value)) for value in row.values()))
        Console(file=self._console.file, width=WIDEST).print(table)

    def print_answer(self, file: str, answer: Answer) -> None:
        """Print what storing one document in ``file`` did."""
        self.print_line(f"{file}: {describe_answer(answer)}")
        self.print_lines(f"  note: {warning}" for warning in answer.warnings)

    def print_report(self, report: Report, submission: Article, stories: Mapping[str, Article]) -> None:
        """Print a report, with the passages of the best match; ``stories`` has stories of matches by id."""
        print_report(self._console, report, submission, stories)
        self.print_lines(f"note: {warning}" for warning in report.warnings)

    def print_match(self, match: Match, submission: Article, story: Article) -> None:
        """Print the comparison of two articles, with its passages."""
        print_match(self._console, match, submission, story)

    @contextmanager
    def progress_bar(self, description: str) -> Iterator[Callable[[int, int], None]]:
        """Show a progress bar within the context; call the yielded function with the number done and the total."""
        with Progress(console=self._console, transient=True, disable=not self._console.is_terminal) as bar:
            task = bar.add_task(description)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextmanager
    def told_when_cut_short(self, told: Callable[[str, bool], str | None]) -> Iterator[None]:
        """Print what became of work in progress, and what to do, if Ctrl-C or a failure of Redis ends the context.

        ``told`` is called with "Interrupted" or "Stopped", with which the line begins, and whether Redis failed. It
        returns None if there is nothing to say, as nothing was begun.
        """
        try:
            yield
        except (KeyboardInterrupt, IndexUnavailableError, NotReplicatedError, NotFlushedError) as error:
            failed = not isinstance(error, KeyboardInterrupt)
            if line := told("Stopped" if failed else "Interrupted", failed):
                self.print_line(line)
            raise

    @contextmanager
    def counter(self) -> Iterator[Callable[[str], None]]:
        """Show a changing line on standard error within the context; call the yielded function with its text."""
        console = Console(stderr=True)
        with Progress(
            "{task.description}", console=console, transient=True, disable=not console.is_terminal
        ) as bar:  # without a terminal, an empty line would remain
            task = bar.add_task("0 stored")
            yield lambda text: bar.update(task, description=text)
