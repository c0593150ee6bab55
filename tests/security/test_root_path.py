"""Below a path of somebody else's, the same doors stand before the same routes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.routing import Match, Route

from support.problem_documents import assert_problem
from support.tenant_keys import Command, Holder, key
from wirematch.access.route_path import route_path
from wirematch.app import create_app
from wirematch.settings import Settings

PATHS = st.text("/ab", max_size=8).map(lambda text: f"/{text}")
EVERYTHING = Route("/{rest:path}", lambda _: None)


@given(PATHS, st.sampled_from(["", "/", "/a", "/a/b", "/ab", "/a/"]))
@example("/a", "/a")
@example("/ab/b", "/a")
@example("/a/a/b", "/a")
def test_the_path_is_the_one_that_routes_match(path, root):
    match, found = EVERYTHING.matches({"type": "http", "method": "GET", "path": path, "root_path": root})
    matched = "" if match is Match.NONE else "/" + found["path_params"]["rest"]

    assert route_path({"path": path, "root_path": root}) == matched


@pytest.fixture
def below(lone_settings: Settings, command: Command) -> Iterator[Holder]:
    """A service below /news, and somebody with a key that only reads."""
    token = key(command, "reader", None, "check")
    with TestClient(create_app(lone_settings), "http://127.0.0.1:8000", root_path="/news") as client:
        yield Holder(client, token)


def test_a_key_is_needed_for_what_needs_one(below):
    nobody = {"Authorization": ""}

    assert below.get("/news/livez", headers=nobody).status_code == 200
    for path in ("/news/v1/articles", "/news/metrics"):
        assert_problem(below.get(path, headers=nobody), 401, "key-needed")
    page = below.get("/news/articles", headers=nobody)
    assert (page.status_code, page.headers["content-type"]) == (401, "text/html; charset=utf-8")


def test_a_stream_may_be_longer_than_a_body(lone_settings):
    small = lone_settings.model_copy(update={"max_request_bytes": 1_024})
    lines = b'{"body": "Rain fell on Kelder."}\n' * 100
    with TestClient(create_app(small), "http://127.0.0.1:8000", root_path="/news") as client:
        headers = {"content-type": "application/x-ndjson"}
        answer = client.post("/news/v1/articles/bulk?report=false", content=lines, headers=headers)

    assert (answer.status_code, answer.text.count('"status":201')) == (200, 100)


def test_a_key_allows_what_it_allows(below):
    assert below.get("/news/v1/articles").status_code == 200
    assert_problem(below.post("/news/v1/articles", json={"body": "Rain."}), 403, "scope-missing")
    assert_problem(below.get("/news/metrics"), 403, "scope-missing")
