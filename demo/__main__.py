"""``make demo``: start a service, store the sample wire stories, check two articles against them, and stop it.

With ``--keep``, the service and its pages stay up until Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from pathlib import Path

from demo.screen import DemoScreen
from demo.service import call, running_service, send_form
from wirematch.models import Article

STORIES = Path(__file__).parent / "stories"
CHECKED = {
    "amber-lamps/rewrite": "A web site's version: reworded from end to end",
    "strait-accord/independent": "Another outlet's own report of the same event: both quote one speech",
}
"""Articles to check, with a description of each."""


def main() -> None:
    """Start a service, show its responses, and stop it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--keep", action="store_true", help="leave the service running until Ctrl-C")
    keep = options.parse_args().keep
    screen = DemoScreen(width=None if sys.stdout.isatty() else 120)
    with running_service() as (url, service):
        _show(screen, url)
        screen.print_pages(_evidence_page(url), f"{url}/desk", keep=keep)
        if keep:
            with suppress(KeyboardInterrupt):
                service.wait()
    screen.conclude()


def _show(screen: DemoScreen, url: str) -> None:
    wires = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*/wire.json"))]
    screen.introduce(url, len(wires))
    for wire in wires:
        call("POST", f"{url}/v1/articles", wire)
        screen.print_story(wire)
    stories = {wire["id"]: Article.model_validate(wire) for wire in wires}
    for number, (name, heading) in enumerate(CHECKED.items(), 1):
        article = json.loads((STORIES / f"{name}.json").read_text(encoding="utf-8"))
        answer = call("POST", f"{url}/v1/check", article | {"include_related": True})
        screen.print_check(f"{number}. {heading}", Article.model_validate(article), answer, stories)


def _evidence_page(url: str) -> str:
    """Return the page that shows the first of CHECKED beside its story."""
    name = next(iter(CHECKED))
    article = json.loads((STORIES / f"{name}.json").read_text(encoding="utf-8"))
    form = {"text": article["body"], "published_at": article["published_at"]}
    form |= {name: article[name] for name in ("headline", "source")}
    return f"{send_form(f'{url}/', form)}/against/{name.partition('/')[0]}-wire"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # before anything is shown; the service has been stopped
        sys.exit(130)
