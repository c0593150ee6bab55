"""The client where the environment names a proxy, which may be closed, answer with pages, or cut connections."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from support.dedupe_runs import ended
from support.stub_server import STORED, StubServer, breaks_off, says
from wirematch_client import ClientError, ConnectionFailedError

ARTICLE = {"body": "The tide turned."}
CALLS: dict[str, Callable[[Any], Any]] = {
    "check": lambda client: client.check(ARTICLE),
    "bulk": lambda client: list(client.bulk([ARTICLE])),
    "ready": lambda client: client.ensure_ready(),
}


@pytest.fixture(autouse=True)
def no_other_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def gateway_page(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(502)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (gateway_page, "Bad Gateway"),
        (says(407), "Proxy Authentication Required"),
        (says(200, "Welcome to our network"), "did not answer with"),
        (breaks_off, "disconnected"),
    ],
    ids=["bad gateway", "sign in", "captive", "cuts"],
)
@pytest.mark.parametrize("call", sorted(CALLS))
def test_what_a_proxy_says_is_no_answer_of_the_service(connect, stub: StubServer, monkeypatch, answer, error, call):
    stub.answers = [answer]
    monkeypatch.setenv("HTTP_PROXY", stub.url)
    with pytest.raises(ClientError, match=error):
        CALLS[call](connect("http://wirematch.example:8000"))

    assert stub.requests[0][1].startswith("http://wirematch.example:8000/")


def test_what_no_proxy_names_is_asked_directly(connect, stub: StubServer, monkeypatch):
    stub.answers = [STORED]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    assert connect(stub.url).put("a", {"body": "The tide turned."}).stored


def test_a_proxy_that_cannot_be_used_is_told(connect, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "foo://127.0.0.1:1")
    with pytest.raises(ConnectionFailedError, match="The proxy that HTTP_PROXY"):
        connect("http://wirematch.example:8000")
    status, _, said = ended("-", "--url", "http://wirematch.example:8000")

    assert status == 2
    assert said.startswith(b"wirematch: The proxy that HTTP_PROXY")
