"""A desk's whole job with the keyboard alone: sign in, find a story, open a pickup, judge it, take it along."""

from __future__ import annotations

import subprocess

from playwright.sync_api import Locator, Page, expect

from support.browser import MISSING, Watched
from support.live_service import COMMAND
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS, wait_for

skip_without("chromium", MISSING)

MOST_STOPS = 150
HAS_FOCUS = "(one) => one === document.activeElement"
IS_SEEN = """(one) => {
  const box = one.getBoundingClientRect();
  const ring = getComputedStyle(one).outlineStyle !== 'none' || one.matches('input[type=radio]');
  return ring && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def go_to(page: Page, target: Locator) -> Locator:
    """Press Tab until the target has the focus, which must then be visible and on the screen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            assert target.evaluate(IS_SEEN)
            return target
    raise AssertionError(f"{target} is not reached by keyboard")


def follow(page: Page, target: Locator) -> None:
    go_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_desk_does_its_job_by_keyboard(browser, serve, stories):
    running = serve()
    for kind in ("wire", "rewrite", "copy"):
        assert running.post("/v1/articles", stories["amber-lamps"][kind]).status_code == 201
    options = ["--name", "desk", "--scopes", "check,store", "--data-dir", str(running.data_dir)]
    token = subprocess.check_output([COMMAND, "keys", "create", *options], text=True, timeout=PATIENCE_SECONDS).strip()
    watched = Watched(browser.new_context(accept_downloads=True), running.url)
    page = watched.page
    wait_for(lambda: page.goto(f"{running.url}/articles").status == 401, "a service that asks for keys")

    go_to(page, page.get_by_label("Key"))
    page.keyboard.type(token)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    go_to(page, page.get_by_label("Words of the headline"))
    page.keyboard.type("amber night lamps")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, page.locator("ol.rows a[href='/articles/amber-lamps-wire']"))

    follow(page, page.get_by_role("link", name="The event, from first to last"))
    expect(page.get_by_role("list", name="Articles on the event").get_by_role("listitem")).to_have_count(3)
    follow(page, page.get_by_role("link", name="Back to the article"))

    with page.expect_download() as table:
        go_to(page, page.get_by_role("link", name="Pickups as CSV"))
        page.keyboard.press("Enter")
    assert table.value.suggested_filename == "pickups-amber-lamps-wire.csv"

    page.reload()  # begins again at the top
    follow(page, page.get_by_role("link", name="Evidence against The Isles Tribune"))
    with page.expect_download() as evidence:
        go_to(page, page.get_by_role("link", name="Download as HTML"))
        page.keyboard.press("Enter")
    assert evidence.value.suggested_filename.endswith(".html")

    go_to(page, page.get_by_label("Wholly derived"))
    page.keyboard.press("Space")
    go_to(page, page.get_by_label("Note"))
    page.keyboard.type("Paragraph by paragraph.")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.locator("#review .hint")).to_contain_text("Wholly derived")

    page.reload()
    follow(page, page.get_by_role("navigation", name="Pages").get_by_role("link", name="Review"))
    expect(page.locator("ol.judged")).to_contain_text("Paragraph by paragraph.")
    assert [one for one in watched.complaints if "401" not in one] == []  # the browser itself logs the status
    page.context.close()
