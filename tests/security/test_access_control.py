"""Without keys, programs on this machine are served, but no page of another site, by whatever host name."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re

import pytest
from fastapi.testclient import TestClient

from support.live_service import run_serve
from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.commands.serve import open_index
from wirematch.errors import InvalidSettingError
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
STORY = {"id": "x", "body": "Four people died when the bridge fell."}
PUBLIC = ("/livez", "/readyz", "/openapi.json", "/docs")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.8.8.8:8000", "[::1]:8000", "[::1]"])
def test_a_program_of_this_machine_is_served(lone, host):
    assert lone.get("/readyz", headers={"host": host}).status_code == 200
    assert lone.post(ARTICLES, json=STORY, headers={"host": host}).status_code == 201


@pytest.mark.parametrize(
    "host",
    ["other.example", "other.example:8000", "127.0.0.1.other.example", "localhost.other.example", "10.0.0.1",
     "other.example@localhost", "localhost/", "localhost:port", "", "[::1", "0.0.0.0", "localhost."],
)  # fmt: skip
def test_another_name_that_leads_here_is_not(lone, keys, host):
    for method, path in [("GET", path) for path in PUBLIC] + [("GET", f"{ARTICLES}/x"), ("DELETE", f"{ARTICLES}/x")]:
        assert_problem(lone.request(method, path, headers={"host": host}), 421, "unknown-host")
    assert_problem(lone.post(ARTICLES, json=STORY, headers={"host": host}), 421, "unknown-host")
    assert keys() == set()


def test_names_that_are_allowed_are_served(lone_settings):
    allowed = lone_settings.model_copy(update={"allowed_hosts": frozenset({"desk.example"})})
    with TestClient(create_app(allowed), "http://desk.example") as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/readyz", headers={"host": "DESK.example:8443"}).status_code == 200
        assert client.get("/readyz", headers={"host": "localhost"}).status_code == 200
        assert_problem(client.get("/readyz", headers={"host": "a.desk.example"}), 421, "unknown-host")


@pytest.mark.parametrize(
    "origin",
    ["https://other.example", "null", "http://127.0.0.1", "http://127.0.0.1:9000", "http://localhost:8000",
     "http://127.0.0.1:8000.other.example", "file://", "127.0.0.1:8000", "", "http://other.example/127.0.0.1:8000"],
)  # fmt: skip
def test_a_page_of_another_site_is_not_served(lone, keys, origin):
    assert_problem(lone.post(ARTICLES, json=STORY, headers={"origin": origin}), 403, "foreign-origin")
    assert_problem(lone.get("/readyz", headers={"origin": origin}), 403, "foreign-origin")
    assert keys() == set()


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "HTTP://127.0.0.1:8000"])
def test_a_page_of_ours_is(lone, origin):
    assert lone.post(ARTICLES, json=STORY, headers={"origin": origin}).status_code == 201


def test_the_port_that_a_scheme_has_anyway_may_be_left_out(lone):
    assert lone.get("/readyz", headers={"host": "localhost", "origin": "http://localhost"}).status_code == 200
    assert lone.get("/readyz", headers={"host": "localhost:443", "origin": "https://localhost"}).status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "TEXT/PLAIN; charset=utf-8", "multipart/form-data; boundary=x",
                                        "application/x-www-form-urlencoded"])  # fmt: skip
def test_what_a_browser_sends_without_asking_needs_a_header(lone, keys, media_type):
    for path in (ARTICLES, "/v1/check", f"{ARTICLES}/bulk", "/v1/compare"):
        response = lone.post(path, content=b"Some text of a story.", headers={"content-type": media_type})
        assert_problem(response, 403, "header-needed")
    assert keys() == set()


@pytest.mark.parametrize("header", ["X-Requested-With", "Idempotency-Key", "Authorization"])
def test_a_header_that_it_asks_about_lets_plain_text_in(lone, header):
    headers = {"content-type": "text/plain", header: "desk"}

    assert lone.post(ARTICLES, content=b"Some text of a story.", headers=headers).status_code == 201


def test_a_browser_that_asks_is_told_no(lone):
    asked = {"origin": "https://other.example", "access-control-request-method": "PUT"}
    response = lone.options(f"{ARTICLES}/x", headers=asked)

    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("peer", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("2001:db8::7", 403)]
)
def test_only_this_machine_is_served_wherever_the_port_is_open(lone_settings, peer, status):
    with TestClient(create_app(lone_settings), "http://localhost", client=(peer, 4711)) as client:
        assert client.get("/readyz").status_code == status
    insecure = lone_settings.model_copy(update={"insecure_open": True})
    with TestClient(create_app(insecure), "http://any.example", client=(peer, 4711)) as client:
        assert client.get("/readyz").status_code == 200
        assert client.post(ARTICLES, json=STORY, headers={"origin": "https://other.example"}).status_code == 403


def test_where_the_network_is_trusted_names_may_still_be_chosen(lone_settings):
    chosen = lone_settings.model_copy(update={"insecure_open": True, "allowed_hosts": frozenset({"desk.example"})})
    with TestClient(create_app(chosen), "http://desk.example") as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/readyz", headers={"host": "other.example"}).status_code == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])
def test_without_keys_it_listens_on_this_machine_only(lone_settings, host):
    def start(at: str, settings: Settings) -> None:
        asyncio.run(open_index(at, settings.redis_url or "", settings))

    with pytest.raises(InvalidSettingError, match="--insecure-open"):
        start(host, lone_settings)
    for ours in ("127.0.0.1", "localhost", "::1"):
        start(ours, lone_settings)
    start(host, lone_settings.model_copy(update={"insecure_open": True}))


def test_what_to_do_is_one_line(tmp_path):
    ended = run_serve("--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path / "data"))

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("wirematch: There are no keys")


@pytest.mark.parametrize("port", ["-1", "65536", "99999"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    ended = run_serve("--port", port, "--data-dir", str(tmp_path))

    assert ended.returncode == 2
    assert "--port" in ended.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["desk.example:80", "Desk.example", "https://desk.example", ""])
def test_a_name_that_no_request_can_have_is_refused(host):
    with pytest.raises(ValueError, match="not a lower-case host name"):
        Settings(allowed_hosts=frozenset({host}))


ANSWERS = {
    "read": ("GET", "/readyz", {}),
    "not found": ("GET", f"{ARTICLES}/nothing", {}),
    "no such route": ("GET", "/nothing", {}),
    "wrong method": ("DELETE", "/readyz", {}),
    "not JSON": ("POST", ARTICLES, {"content": b"{", "headers": {"content-type": "application/json"}}),
    "too large": ("POST", ARTICLES, {"content": b"x" * 3_000_000, "headers": {"content-type": "application/json"}}),
    "refused host": ("GET", "/readyz", {"headers": {"host": "other.example"}}),
    "bulk": ("POST", f"{ARTICLES}/bulk", {"content": b"{}\n", "headers": {"content-type": "application/x-ndjson"}}),
    "page": ("GET", "/docs", {}),
    "file": ("GET", "/docs/files/swagger-ui.css", {}),
}


@pytest.mark.parametrize(("method", "path", "more"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_tells_browsers_what_not_to_do(lone, method, path, more):
    headers = lone.request(method, path, **more).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])


def test_a_defect_of_ours_has_the_headers_too(lone_settings, monkeypatch):
    app = create_app(lone_settings)
    app.add_api_route("/defect", lambda: 1 / 0)
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        response = client.get("/defect", headers={"x-request-id": "mine"})

    assert_problem(response, 500, "internal-error")
    assert response.headers["x-request-id"] == "mine"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("sent", ["mine-1.2_3", "a" * 64])
def test_a_senders_request_id_is_kept(lone, sent):
    assert lone.get("/livez", headers={"x-request-id": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "a" * 65, "a\tb", "é"])
def test_one_that_a_log_cannot_hold_is_not(lone, sent):
    answered = lone.get("/livez", headers={"x-request-id": sent.encode()}).headers["x-request-id"]

    assert re.fullmatch("[0-9a-f]{16}", answered)


def test_the_page_of_the_description_runs_its_own_scripts_only(lone):
    page = lone.get("/docs")
    policy = page.headers["content-security-policy"]
    [script] = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("content-security-policy") == 0
    assert page.headers.get_list("content-security-policy") == [policy]
