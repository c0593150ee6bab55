"""What holds for every page: nothing from elsewhere, nothing in the console, room for everybody."""

from __future__ import annotations

import pytest

from support.browser import MISSING, OVERLAPS
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


@pytest.fixture(params=PATHS.values(), ids=PATHS.keys())
def path(request, checks):
    found = request.param
    for name, address in checks.items():
        found = found.replace(f"{{{name}}}", address)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit, path, scheme):
    assert visit(path, scheme=scheme).serious_findings() == []


@pytest.mark.parametrize("width", [360, 1600])
def test_nothing_overlaps_and_nothing_scrolls_sideways(visit, path, width):
    page = visit(path, width=width).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERLAPS) == []


def test_the_page_is_whole_without_a_script(visit, path):
    with_script, without = visit(path).page, visit(path, script=False).page

    assert without.locator("h1").inner_text() == with_script.locator("h1").inner_text()
    assert without.locator("main a").count() == with_script.locator("main a").count()
    assert without.locator("[data-scripted]:visible").count() == 0
