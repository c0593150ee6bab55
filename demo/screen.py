"""Output of ``make demo``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from wirematch.models import Article, Report
from wirematch.presentation.reports import print_report


class DemoScreen:
    """Output of the demo; ``width`` in columns, None for the terminal's."""

    def __init__(self, width: int | None) -> None:
        self._console = Console(highlight=False, width=width)

    def introduce(self, url: str, stories: int) -> None:
        """Say that a service was started and what is stored in it."""
        self._console.print(f"A service of its own runs on {url}. Storing {stories} wire stories:")

    def print_story(self, story: Mapping[str, Any]) -> None:
        """Print a line for a stored story."""
        self._console.print(Text.assemble("  ", (story["id"], "dim"), f"  {story['source']}: {story['headline']}"))

    def print_check(self, heading: str, article: Article, answer: object, stories: Mapping[str, Article]) -> None:
        """Print a check of ``article`` and the report in its ``answer``; ``stories`` has what is stored by id."""
        self._console.print()
        self._console.rule(f"[bold]{heading}", align="left")
        self._console.print(Text.assemble("POST /v1/check  ", (f"{article.source}: {article.headline}\n", "dim")))
        print_report(self._console, Report.model_validate(answer), article, stories)

    def print_pages(self, evidence: str, desk: str, *, keep: bool) -> None:
        """Print addresses of pages; with ``keep``, the service keeps running so that they can be opened."""
        self._console.print()
        self._console.rule("[bold]On a page", align="left")
        if keep:
            shown = f"Side by side: {evidence}\nThe desk:     {desk}\n\nThe service runs until Ctrl-C."
        else:
            shown = "`make demo KEEP=1` leaves the service running, so that a browser shows both texts side by side."
        self._console.print(shown, soft_wrap=True, markup=False)

    def conclude(self) -> None:
        """Say what to do next."""
        self._console.print("\nThe service and its store are stopped. Run [bold]make serve[/] to start them for real.")
