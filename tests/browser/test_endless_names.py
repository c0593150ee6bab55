"""Headlines and names without end or read from the right, in lists and in sentences."""

from __future__ import annotations

import httpx2
from playwright.sync_api import Page

from support.browser import MISSING
from support.made_up import own, told
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS

skip_without("chromium", MISSING)

PAPER = 688
"""Width of a sheet of A4 between its margins, in CSS pixels."""


def boxes(page: Page, selector: str, side: str) -> list[float]:
    """One side of the box of each element; all at once, as the desk may be shown anew meanwhile."""
    found: list[float] = page.locator(selector).evaluate_all(
        "(all, side) => all.map((one) => one.getBoundingClientRect()[side])", side
    )
    return found


def test_what_has_no_end_or_is_read_from_the_right_keeps_lists_and_sentences_in_order(visit, service):
    text, right = told(own(71)), "صحيفة الجزيرة (2)"
    for name, kind, source in (("wire", "wire", "Agency" * 60), ("copy", "article", right)):
        article = {"kind": kind, "source": source, "headline": f"{name}Headline" * 80, "body": text}
        put = httpx2.put(f"{service.url}/v1/articles/endless-{name}", json=article, timeout=PATIENCE_SECONDS)
        put.raise_for_status()
    for path in ("/articles/endless-wire", "/articles/endless-wire/event", "/desk"):
        page = visit(path, width=320).page
        assert max(boxes(page, ".timeline .headline, .of", "height")) < 150
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    desk = visit("/desk", width=PAPER).page
    desk.emulate_media(media="print")
    assert max(boxes(desk, ".timeline .headline, .of, .bars th", "height")) < 90
    assert len(set(boxes(desk, ".plot", "top"))) == 1
    page = visit("/articles/endless-copy/against/endless-wire", width=320).page
    heading = page.locator("h1")
    assert len(heading.inner_text()) < 200
    assert f"\u2068{right}\u2069" in heading.inner_text()
    for name in ("wire", "copy"):
        httpx2.delete(f"{service.url}/v1/articles/endless-{name}", timeout=PATIENCE_SECONDS).raise_for_status()
