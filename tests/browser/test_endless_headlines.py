"""A story with a whole text where its headline belongs: its pages begin with a part of it, and show all if asked."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from support.browser import MISSING
from support.made_up import own, told
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS

skip_without("chromium", MISSING)

HEADLINES = {"one word": "Barge" * 400, "many words": "A headline that does not end, " * 60}
PAGES = ("/articles/filled", "/articles/filled/event", "/articles/filled/sources", "/articles/filled/versions/1")
PHONE = 390
SCREEN = 900
"""Pixels of a window from top to bottom."""


@pytest.fixture(params=HEADLINES)
def headline(request, service) -> Iterator[str]:
    address, headline = f"{service.url}/v1/articles/filled", HEADLINES[request.param]
    for text in (told(own(81)), told(own(82))):
        article = {"headline": headline, "body": text, "source": "Aster"}
        httpx2.put(address, json=article, timeout=PATIENCE_SECONDS).raise_for_status()
    yield headline.strip()
    httpx2.delete(address, timeout=PATIENCE_SECONDS).raise_for_status()


def test_it_leaves_room_for_the_page_on_a_phone_and_can_be_read_as_a_whole(visit, headline):
    for path in PAGES:
        page = visit(path, width=PHONE, script=False).page
        assert page.locator("h1").bounding_box()["height"] < SCREEN / 3
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert len(page.title()) < 250
        whole = page.locator(".whole p")
        assert not whole.is_visible()
        page.get_by_text("The whole headline").click()
        assert whole.inner_text() == headline
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_headline_of_usual_length_has_nothing_to_open(visit):
    page = visit("/articles/harbour-bridge-wire", width=PHONE).page

    assert page.get_by_text("The whole headline").count() == 0
