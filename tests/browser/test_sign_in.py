"""With keys, a browser signs in by a form, and its requests are then accepted."""

from __future__ import annotations

import subprocess

import pytest

from support.browser import MISSING, Watched, follow
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
