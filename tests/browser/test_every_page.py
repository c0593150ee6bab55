"""Properties of every page: nothing loaded from elsewhere, a clean console, accessibility, no overlaps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.browser import MISSING, OVERLAPS, Watched
from support.live_service import LiveService
from support.required import skip_without

skip_without("chromium", MISSING)

PATHS = {
    "check": "/",
    "sample": "/?sample=strait-accord-rewrite",
    "rewrite": "{strait-accord-rewrite}",
    "partial": "{amber-lamps-excerpt}",
    "composite": "{half-year-roundup}",
    "nothing taken": "{quillern-layoffs-independent}",
    "evidence": "{strait-accord-rewrite}/against/strait-accord-wire",
    "own words": "{strait-accord-rewrite}/against/strait-accord-wire?own=1",
    "stored evidence": "/articles/harbour-bridge-copy/against/harbour-bridge-wire",
    "sources": "{half-year-roundup}/sources",
    "story": "/articles/harbour-bridge-wire",
    "article": "/articles/harbour-bridge-copy",
    "event": "/articles/harbour-bridge-wire/event",
    "event of one": "/articles/lamp-corrected/event",
    "changes": "/articles/harbour-bridge-rewrite/since/harbour-bridge-wire",
    "corrected": "/articles/lamp-corrected",
    "version": "/articles/lamp-corrected/versions/1",
    "browse": "/articles",
    "search": "/articles?q=barge&kind=article",
    "nothing found": "/articles?q=zeppelin",
    "desk": "/desk",
    "narrow desk": "/desk?within=7d&agency=Norwind&credit=no&sort=newest",
    "empty desk": "/desk?outlet=Nobody",
    "review": "/review",
}


@pytest.fixture(scope="module", params=PATHS.values(), ids=PATHS.keys())
def path(request: pytest.FixtureRequest, checks: dict[str, str]) -> str:
    found: str = request.param
    for name, address in checks.items():
        found = found.replace(f"{{{name}}}", address)
    return found


@pytest.fixture(scope="module")
def shown(browser: Browser, service: LiveService, path: str) -> Iterator[Watched]:
    """The page, loaded once; window and colour scheme may change afterwards."""
    context = browser.new_context()
    watched = Watched(context, service.url)
    watched.open(path)
    yield watched
    context.close()
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(shown, scheme):
    shown.page.set_viewport_size({"width": 1280, "height": 900})
    shown.page.emulate_media(color_scheme=scheme)

    assert shown.page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
    assert shown.serious_findings() == []


def test_what_is_printed_can_be_read_whatever_the_screen(shown):
    """Paper is white even if the screen is dark."""
    shown.page.emulate_media(media="print", color_scheme="dark")
    findings = shown.serious_findings()
    shown.page.emulate_media(media="null")

    assert findings == []


@pytest.mark.parametrize("width", [320, 640, 1600])
def test_nothing_overlaps_and_nothing_scrolls_sideways(shown, width):
    shown.page.set_viewport_size({"width": width, "height": 900})

    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.page.evaluate(OVERLAPS) == []


def test_the_page_is_whole_without_a_script(shown, visit, path):
    with_script, without = shown.page, visit(path, script=False).page

    assert without.locator("h1").inner_text() == with_script.locator("h1").inner_text()
    assert without.locator("main a").count() == with_script.locator("main a").count()
    assert without.locator("[data-scripted]:visible").count() == 0
