"""Chromium for tests of pages: where it is, how it is started, and what no page may do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import httpx2
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from support.waiting import PATIENCE_SECONDS

EXECUTABLE = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = None if EXECUTABLE else "needs Chromium (apt-get install chromium)"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}

# Finds texts, fields and badges that cover each other in part, ignoring scrollable elements, nested ones and those for
# screen readers.
OVERLAPS = """() => {
  const kinds = 'h1, h2, h3, p, dt, dd, label, input, select, textarea, button, .button, .badge, .credit, .share';
  const shown = [...document.querySelectorAll(kinds + ', nav a, time, svg')]
    .filter((one) => !one.closest('[data-pane], .unseen, .skip') && one.checkVisibility());
  const boxes = shown.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  const found = [];
  for (const [a, one] of boxes) for (const [b, other] of boxes) {
    if (a === b || a.contains(b) || b.contains(a)) continue;
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (wide > 2 && high > 2) found.push(`${a.outerHTML.slice(0, 90)} | ${b.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""


PATIENCE_MILLISECONDS = PATIENCE_SECONDS * 1000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def patient(context: BrowserContext) -> BrowserContext:
    """Let pages of a context take as long as a busy machine needs."""
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that page is loaded.

    Playwright's click returns once it is made; until the next page comes, ``count`` and ``is_visible`` tell of the
    old one.
    """
    with link.page.expect_navigation():
        link.click()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS, timeout=PATIENCE_MILLISECONDS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page whose console and requests are watched."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []
        self.page: Page = patient(context).new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._requested)

    def open(self, path: str) -> Page:
        """Open a path, which must succeed."""
        answer = self.page.goto(path if path.startswith("http") else self.home + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.page

    def serious_findings(self) -> list[str]:
        """Return axe's findings that exclude somebody."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith(self.home + "/"):
            self.complaints.append(f"a request to {request.url}")


def check(url: str, article: dict[str, Any]) -> str:
    """Check an article and return the path of its report."""
    form = {
        "text": article["body"],
        "headline": article.get("headline") or "",
        "source": article.get("source") or "",
        "published_at": article.get("published_at") or "",
    }
    answer = httpx2.post(f"{url}/", data=form, headers={"Origin": url}, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
