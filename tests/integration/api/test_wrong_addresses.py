"""Responses to browsers and programs at unknown addresses, over real HTTP."""

from __future__ import annotations

from urllib.parse import quote

import httpx2
import pytest

from support.problem_documents import assert_problem
from support.waiting import PATIENCE_SECONDS

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
"""``Accept`` of Firefox and Chromium."""


def ask(live, path: str, accept: str | None, method: str = "GET") -> httpx2.Response:
    headers = {} if accept is None else {"Accept": accept}
    return httpx2.request(method, live.url + path, headers=headers, timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/artcles", 404), ("/desk/yesterday", 404), ("/v1/chek", 404), ("/v1/check", 405), ("/static/none.css", 404)],
)
def test_a_browser_is_shown_a_page(live, path, status):
    answer = ask(live, path, BROWSER)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "Accept" in answer.headers["vary"]
    assert (">No such page</h1>" in answer.text) is (status == 404)
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert 'href="/articles"' in answer.text


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "application/problem+json, text/html",
        "text/html;q=0.5, application/*",
        "text/html;q=0",
        "text/html;q=nan, */*;q=0.1",
        "text/html;q=loud",
        ",;,=",
    ],
)
def test_a_program_is_told_in_json(live, accept):
    assert_problem(ask(live, "/artcles", accept), 404, "not-found")


def test_what_is_sent_and_what_has_a_route_of_the_interface_stays_json(live):
    assert_problem(ask(live, "/v1/articles/nobody", BROWSER), 404, "article-not-found")
    assert_problem(ask(live, "/v1/artcles", BROWSER, "POST"), 404, "not-found")
    assert ask(live, "/artcles", BROWSER, "HEAD").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
@pytest.mark.parametrize(
    "path", ["/articles", "/desk", "/review", "/sign-in", "/docs", "/livez", "/v1/articles", "/v1/check"]
)
def test_a_slash_too_many_leads_to_the_address_without_it(live, accept, path):
    method = "POST" if path == "/v1/check" else "GET"
    answer = ask(live, f"{path}/?limit=1", accept, method)

    assert (answer.status_code, answer.headers["location"]) == (307, f"{live.url}{path}?limit=1")


def test_a_slash_that_is_an_id_or_its_end_is_not_too_many(live):
    for article_id in ("quay/", "/"):
        address = f"/v1/articles/{quote(article_id, safe='')}"
        body = {"body": "The old quay is closed for eleven months."}
        assert httpx2.put(live.url + address, json=body, timeout=PATIENCE_SECONDS).status_code == 201
        assert ask(live, address, None).json()["id"] == article_id
        assert ask(live, address.removeprefix("/v1"), BROWSER).status_code == 200
        assert httpx2.delete(live.url + address, timeout=PATIENCE_SECONDS).status_code == 204
