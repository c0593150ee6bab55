"""Headlines and names without end or read from the right, in lists and in sentences."""

from __future__ import annotations

import httpx2

from support.browser import MISSING
from support.made_up import own, told
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS

skip_without("chromium", MISSING)


def test_what_has_no_end_or_is_read_from_the_right_keeps_lists_and_sentences_in_order(visit, service):
    text, right = told(own(71)), "صحيفة الجزيرة (2)"
    for name, kind, source in (("wire", "wire", "Agency" * 60), ("copy", "article", right)):
        article = {"kind": kind, "source": source, "headline": f"{name}Headline" * 80, "body": text}
        put = httpx2.put(f"{service.url}/v1/articles/endless-{name}", json=article, timeout=PATIENCE_SECONDS)
        put.raise_for_status()
    for path in ("/articles/endless-wire", "/articles/endless-wire/event", "/desk"):
        page = visit(path, width=320).page
        for one in page.locator(".timeline .headline, .of").all():
            assert one.bounding_box()["height"] < 150
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page = visit("/articles/endless-copy/against/endless-wire", width=320).page
    heading = page.locator("h1")
    assert len(heading.inner_text()) < 200
    assert f"\u2068{right}\u2069" in heading.inner_text()
    for name in ("wire", "copy"):
        httpx2.delete(f"{service.url}/v1/articles/endless-{name}", timeout=PATIENCE_SECONDS).raise_for_status()
