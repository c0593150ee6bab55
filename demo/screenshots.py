"""``make screenshots``: the pages with the sample stories in them, as Chromium draws them.

Two go to ``docs/screenshots`` for the README; with ``--all FOLDER``, every page goes there, light and dark, narrow and
wide, to be looked at.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from demo.service import call, running_service, send_form
from wirematch.presentation.pages.samples import KEPT_BACK, samples

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).parents[1] / "docs" / "screenshots"
README_HEIGHT = 900
LIGHTHOUSE = (
    "The lighthouse at Kelder Point was dark for eleven nights before anybody ashore noticed, its keepers said.\n\n"
    "Ferries had kept to the outer channel since the storm, and the harbour office took the silence for calm weather. "
    "Divers then found a fault forty metres below the mole.\n\n"
    "Nobody was hurt. The lamp was lit again on Tuesday, and the office will now telephone every evening at six."
)
FLAGS: tuple[str, ...] = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
)
FLAGS += ("--disable-background-networking", "--disable-component-update")


def main() -> None:
    """Needs Playwright, a development dependency, and Chromium."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", type=Path, metavar="FOLDER", help="draw every page into this folder instead")
    folder = options.parse_args().all
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        sys.exit("Chromium is missing (apt-get install chromium, or name one in CHROMIUM).")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a dependency of development only

    with running_service() as (url, _), sync_playwright() as playwright:
        send_form(f"{url}/samples", {})
        pages = dict(_pages(url))
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        if folder is None:
            _draw(browser, pages["evidence"], DOCS / "evidence.png", 1400, "light", whole=False)
            _draw(browser, pages["desk"], DOCS / "desk.png", 1400, "dark", whole=False)
        else:
            for name, address in pages.items():
                for scheme in ("light", "dark"):
                    for width in (390, 1280, 1600):
                        _draw(browser, address, folder / f"{name}-{width}-{scheme}.png", width, scheme, whole=True)
        browser.close()


def _pages(url: str) -> Iterator[tuple[str, str]]:
    checks = {name: _check(url, name) for name, _ in KEPT_BACK}
    yield "check", f"{url}/?sample={KEPT_BACK[0][0]}"
    for (name, _), shown in zip(KEPT_BACK, ("rewrite", "passages", "composite", "own-work"), strict=True):
        yield f"result-{shown}", checks[name]
    yield "evidence", f"{checks['strait-accord-rewrite']}/against/strait-accord-wire"
    yield "evidence-own-words", f"{checks['strait-accord-rewrite']}/against/strait-accord-wire?own=1"
    yield "sources", f"{checks['half-year-roundup']}/sources"
    yield "story", f"{url}/articles/harbour-bridge-wire"
    yield "event", f"{url}/articles/harbour-bridge-wire/event"
    corrected = _corrected(url)
    yield "versions", corrected
    yield "version", f"{corrected}/versions/1"
    yield "stories", f"{url}/articles"
    send_form(f"{url}/articles/amber-lamps-rewrite/against/amber-lamps-wire", {"verdict": "wholly_derived"})
    yield "review", f"{url}/review"
    yield "desk", f"{url}/desk"
    yield "missing", f"{url}/articles/nobody"


def _corrected(url: str) -> str:
    """Store an article and then a corrected version of it, which nobody took from; return its page."""
    article = {"headline": "Kelder Point lighthouse goes dark", "source": "The Isles Tribune", "kind": "article"}
    for body in (LIGHTHOUSE, LIGHTHOUSE.replace("eleven", "twelve").replace("a fault", "a flooded cable")):
        call("PUT", f"{url}/v1/articles/kelder-point", article | {"body": body, "published_at": "2026-02-11T09:30:00Z"})
    return f"{url}/articles/kelder-point"


def _check(url: str, name: str) -> str:
    article = samples()[name]
    published = article.published_at.isoformat() if article.published_at else ""
    form = {"text": article.body, "headline": article.headline or "", "source": article.source or ""}
    return send_form(f"{url}/", form | {"published_at": published})


def _draw(  # noqa: PLR0913 - how a picture is to be
    browser: Browser, address: str, file: Path, width: int, scheme: str, *, whole: bool
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": README_HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Vienna",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(address)
    while page.locator("[data-pending]").count():  # a desk that has not looked at everything yet
        page.reload()
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=whole)
    context.close()


if __name__ == "__main__":
    main()
