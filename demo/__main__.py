"""``make demo``: run the service, store the sample wire stories, check two articles against them.

With ``--keep`` the service goes on until it is interrupted, so that its pages can be looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from demo.service import call, running_service, send_form
from wirematch.models import Report
from wirematch.presentation.console import print_report

STORIES = Path(__file__).parent / "stories"
SHOWN = "strait-accord"
"""The story whose rewrite and independent report are checked."""


def main() -> None:
    """Everything that is started here is stopped here."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--keep", action="store_true", help="leave the service running until Ctrl-C")
    keep = options.parse_args().keep
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    with running_service() as (url, service):
        _show(console, url)
        console.rule("[bold]On a page", align="left")
        console.print(f"Side by side: {_evidence_page(url)}", soft_wrap=True)
        if keep:
            console.print(f"The desk:     {url}/desk\n\nThe service runs until Ctrl-C.")
            with suppress(KeyboardInterrupt):
                service.wait()
        else:
            console.print("[dim](`make demo KEEP=1` leaves the service running, so that this opens in a browser)[/]")
    console.print("\nThe service and its store are stopped. [bold]make serve[/] runs them for real.")


def _show(console: Console, url: str) -> None:
    wires = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*/wire.json"))]
    console.print(f"A service of its own runs on {url}. Storing {len(wires)} wire stories:")
    for wire in wires:
        call("POST", f"{url}/v1/articles", wire)
        console.print(f"  [dim]{wire['id']}[/]  {wire['source']}: {wire['headline']}")
    bodies = {wire["id"]: wire["body"] for wire in wires}
    _check(console, url, bodies, "rewrite", "1. A web site's version: reworded from end to end")
    _check(console, url, bodies, "independent", "2. Another outlet's own report of the same event")


def _check(console: Console, url: str, bodies: dict[str, str], name: str, heading: str) -> None:
    article = json.loads((STORIES / SHOWN / f"{name}.json").read_text(encoding="utf-8"))
    console.rule(f"[bold]{heading}", align="left")
    console.print(f"POST /v1/check  [dim]{article['source']}: {article['headline']}[/]\n")
    answer = call("POST", f"{url}/v1/check", article | {"include_related": True})
    print_report(console, Report.model_validate(answer), article["body"], bodies)


def _evidence_page(url: str) -> str:
    """The page on which the rewrite stands beside the story."""
    article = json.loads((STORIES / SHOWN / "rewrite.json").read_text(encoding="utf-8"))
    form = {"text": article["body"], "published_at": article["published_at"]}
    form |= {name: article[name] for name in ("headline", "source")}
    return f"{send_form(f'{url}/', form)}/against/{SHOWN}-wire"


if __name__ == "__main__":
    main()
