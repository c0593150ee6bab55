"""Times are shown and entered in the reader's zone, and sent in UTC."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from support.browser import MISSING, follow, patient
from support.required import skip_without

skip_without("chromium", MISSING)


def test_times_are_in_the_readers_zone(browser, service):
    context = patient(browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB"))
    page = context.new_page()
    page.goto(f"{service.url}/articles/harbour-bridge-wire")
    shown = page.locator("main time").first

    assert "19:40" in shown.inner_text()  # 11:40 at UTC+1
    assert "UTC" in (shown.get_attribute("title") or "")
    context.close()


@pytest.mark.parametrize(("entered", "later"), [(None, "1 hour 35 minutes"), ("2026-04-14T21:20", "10 minutes")])
def test_a_time_is_entered_in_the_readers_zone(browser, service, entered, later):
    """The sample is of 13:45 UTC, and its story of 12:10."""
    context = patient(browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB"))
    page = context.new_page()
    page.goto(f"{service.url}/?sample=strait-accord-rewrite")
    field = page.get_by_label("Published (your time)")
    assert field.input_value() == "2026-04-14T22:45"
    if entered:
        field.fill(entered)
    follow(page.get_by_role("button", name="Check"))

    assert f"this came {later} later" in page.locator("main").inner_text()
    context.close()


@pytest.fixture
def berlin(browser, service):
    """A reader's page, and the times that it sends."""
    context = patient(browser.new_context(timezone_id="Europe/Berlin", locale="en-GB"))
    page, sent = context.new_page(), []
    page.on(
        "request", lambda request: sent.extend(re.findall(r'"published_at"\r\n\r\n(.+)\r', request.post_data or ""))
    )
    page.goto(f"{service.url}/")
    yield page, sent
    context.close()


def check(page: Page) -> None:
    page.get_by_label("The article").fill("The quay was closed at dawn, the harbour master said.")
    follow(page.get_by_role("button", name="Check"))
    assert "/checks/" in page.url


def test_a_time_that_was_entered_is_the_same_after_going_back(berlin):
    page, sent = berlin
    page.locator("summary").click()
    page.get_by_label("Published (your time)").fill("2026-07-01T12:00")
    check(page)
    page.go_back()
    check(page)

    assert sent == ["2026-07-01T10:00:00"] * 2


@pytest.mark.parametrize("given", ["2026-10-25T00:30", "2026-10-25T01:30", "2026-07-01T10:00:30"])
def test_a_time_that_nobody_changed_stays_the_same(berlin, given):
    """In the hour that comes twice, too; the page has it because it said what is wrong with the text."""
    page, sent = berlin
    with page.expect_navigation():
        page.evaluate(
            """(given) => {
              const form = document.querySelector("form.check-form");
              form.replaceWith(form.cloneNode(true));
              document.getElementById("published").outerHTML = `<input name="published_at" value="${given}">`;
              document.querySelector("form.check-form").submit();
            }""",
            given,
        )
    assert page.get_by_role("alert").is_visible()
    check(page)

    assert sent == [given] * 2
