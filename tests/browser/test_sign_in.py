"""With keys, a browser signs in by a form, and its requests are then accepted."""

from __future__ import annotations

import subprocess

import pytest
from playwright.sync_api import expect

from support.browser import MISSING, Watched, follow, patient
from support.live_service import COMMAND
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS, wait_for

skip_without("chromium", MISSING)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_reader_signs_in_judges_and_signs_out(browser, serve, stories, script):
    running = serve()
    for kind in ("wire", "rewrite"):
        assert running.post("/v1/articles", stories["amber-lamps"][kind]).status_code == 201
    options = ["--name", "desk", "--scopes", "check,store", "--data-dir", str(running.data_dir)]
    token = subprocess.check_output([COMMAND, "keys", "create", *options], text=True, timeout=PATIENCE_SECONDS).strip()
    watched = Watched(browser.new_context(java_script_enabled=script), running.url)
    page = watched.page
    wanted = f"{running.url}/articles/amber-lamps-rewrite/against/amber-lamps-wire?own=1"
    wait_for(lambda: page.goto(wanted).status == 401, "a service that asks for keys")
    if script:
        assert watched.serious_findings() == []
    page.get_by_label("Key").fill(token)
    follow(page.get_by_role("button", name="Sign in"))

    assert page.url == wanted
    page.locator("label.choice").first.click()
    follow(page.get_by_role("button", name="Save"))
    assert page.url.endswith("#review")
    follow(page.get_by_role("link", name="Signing in and out"))
    assert "desk" in page.locator("main").inner_text()
    follow(page.get_by_role("button", name="Sign out"))
    assert page.get_by_label("Key").is_visible()
    assert page.goto(wanted).status == 401
    assert [one for one in watched.complaints if "401" not in one] == []  # the browser itself logs the status
    page.context.close()


@pytest.fixture
def signed_in(browser, serve, stories):
    """A page of a service with a story and a key, and what revokes the key."""
    running = serve()
    assert running.post("/v1/articles", stories["amber-lamps"]["wire"]).status_code == 201
    folder = ["--data-dir", str(running.data_dir)]

    def keys(*arguments: str) -> str:
        command = [COMMAND, "keys", *arguments, *folder]
        return subprocess.check_output(command, text=True, timeout=PATIENCE_SECONDS).strip()

    token = keys("create", "--name", "desk", "--scopes", "check,store")
    page = patient(browser.new_context()).new_page()
    wait_for(lambda: page.goto(f"{running.url}/").status == 401, "a service that asks for keys")
    page.get_by_label("Key").fill(token)
    follow(page.get_by_role("button", name="Sign in"))

    def revoke() -> None:
        keys("revoke", "desk")
        gone = f"{running.url}/desk/latest"
        wait_for(lambda: page.context.request.get(gone).status == 401, "a key that is refused")

    yield page, revoke
    page.context.close()


def test_what_was_typed_is_kept_when_the_session_has_ended(signed_in):
    page, revoke = signed_in
    page.get_by_label("The article").fill("A text that took long to type.")
    revoke()
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.get_by_label("The article").input_value() == "A text that took long to type."
    assert page.get_by_role("link", name="sign in in another tab").get_attribute("target") == "_blank"


def test_a_desk_says_that_it_is_not_kept_up_to_date_any_more(signed_in):
    page, revoke = signed_in
    page.goto(page.url + "desk")
    stale = page.locator("[data-stale]")
    expect(stale.first).to_be_hidden()
    revoke()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # or it is asked ten seconds later
    expect(page.get_by_text("because you are signed out")).to_be_visible()

    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("because the service does not answer")).to_be_visible()
    expect(page.get_by_text("because you are signed out")).to_be_hidden()
