"""Keys: what each allows on every route, and sessions of pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from support.access_keys import KeyMaker, bearer
from support.problem_documents import assert_problem
from wirematch.access.key import KeyRecord, Scope
from wirematch.access.route_scopes import needed_scope
from wirematch.app import create_app
from wirematch.observability import metrics
from wirematch.observability.logs import ACCESS, FIELDS
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
STORY = {"id": "x", "body": "Four people died when the bridge fell."}
NDJSON = {"content-type": "application/x-ndjson"}
PUBLIC: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/livez", {}),
    ("GET", "/readyz", {}),
    ("GET", "/docs", {}),
    ("GET", "/openapi.json", {}),
    ("GET", "/docs/files/swagger-ui.css", {}),
]
ROUTES: list[tuple[Scope, str, str, dict[str, Any]]] = [
    (Scope.CHECK, "POST", "/v1/check", {"json": {"body": STORY["body"]}}),
    (Scope.CHECK, "POST", "/v1/compare", {"json": {"submission": STORY, "story": STORY}}),
    (Scope.CHECK, "GET", ARTICLES, {}),
    (Scope.CHECK, "GET", f"{ARTICLES}/x", {}),
    (Scope.CHECK, "GET", f"{ARTICLES}/x/pickups", {}),
    (Scope.CHECK, "GET", f"{ARTICLES}/x/cluster", {}),
    (Scope.CHECK, "GET", f"{ARTICLES}/x/event", {}),
    (Scope.CHECK, "GET", "/v1/session", {}),
    (Scope.CHECK, "POST", "/v1/session", {}),
    (Scope.CHECK, "DELETE", "/v1/session", {}),
    (Scope.STORE, "POST", ARTICLES, {"json": STORY}),
    (Scope.STORE, "POST", f"{ARTICLES}/bulk", {"content": json.dumps(STORY), "headers": NDJSON}),
    (Scope.STORE, "PUT", f"{ARTICLES}/x", {"json": {"body": STORY["body"]}}),
    (Scope.STORE, "DELETE", f"{ARTICLES}/x", {}),
    (Scope.ADMIN, "GET", "/metrics", {}),
    (Scope.ADMIN, "GET", "/v1/nothing", {}),
    (Scope.ADMIN, "PATCH", "/v2/articles", {}),
]
HOLDERS = [(), (Scope.CHECK,), (Scope.STORE,), (Scope.CHECK, Scope.STORE), (Scope.ADMIN,)]


@pytest.fixture
def tokens(key_maker: KeyMaker) -> dict[tuple[Scope, ...], str]:
    """A token for each of HOLDERS."""
    return {scopes: key_maker.make("-".join(("key", *scopes)), *scopes) for scopes in HOLDERS}


@pytest.fixture
def keyed(tokens: dict, lone_settings: Settings) -> Iterator[TestClient]:
    """A client from anywhere, of a service that has keys."""
    with TestClient(create_app(lone_settings), "https://desk.example", client=("192.0.2.7", 4711)) as client:
        yield client


def test_the_matrix_has_every_route_of_the_service(keyed):
    listed = {(method, path.replace("/x", "/{article_id}")) for _, method, path, _ in ROUTES}
    listed |= {(method, path) for method, path, _ in PUBLIC}
    described = {
        (method.upper(), path)
        for path, operations in keyed.get("/openapi.json").json()["paths"].items()
        for method in operations
    }

    assert described <= listed


@pytest.mark.parametrize(("method", "path", "more"), PUBLIC, ids=lambda part: part if isinstance(part, str) else "")
def test_some_routes_need_no_key(keyed, method, path, more):
    assert keyed.request(method, path, **more).status_code == 200


@pytest.mark.parametrize(("needed", "method", "path", "more"), ROUTES, ids=[f"{m} {p}" for _, m, p, _ in ROUTES])
@pytest.mark.parametrize("scopes", HOLDERS, ids=lambda scopes: ",".join(scopes) or "none")
def test_a_key_allows_what_its_scopes_say_and_no_more(keyed, tokens, scopes, needed, method, path, more):
    more = {**more, "headers": more.get("headers", {}) | bearer(tokens[scopes])}
    response = keyed.request(method, path, **more)

    if needed in scopes or Scope.ADMIN in scopes:
        assert response.status_code not in {401, 403, 421}, response.text
    else:
        assert needed in assert_problem(response, 403, "scope-missing")["detail"]
        assert f'scope="{needed}"' in response.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for _, m, p, _ in ROUTES], ids=[f"{m} {p}" for _, m, p, _ in ROUTES]
)
def test_a_refused_request_is_logged_and_counted_with_the_route_that_it_asked_for(keyed, caplog, method, path):
    def counted() -> float:
        labels = {"method": method, "route": route, "status": "401"}
        return metrics.REGISTRY.get_sample_value("wirematch_requests_total", labels) or 0.0

    route = path.replace("/x", "/{article_id:path}") if path.startswith("/v1/") and "nothing" not in path else "(none)"
    route = path if path == "/metrics" else route
    before = counted()
    with caplog.at_level(logging.INFO, ACCESS):
        assert keyed.request(method, f"{path}?q=secret").status_code == 401
    [told] = [getattr(record, FIELDS) for record in caplog.records if record.name == ACCESS]

    assert (told["method"], told["route"], told["status"]) == (method, route, 401)
    assert "secret" not in str(told)
    assert counted() == before + 1


BAD = ["", "Bearer", "Bearer ", "Bearer x", "Bearer wm_00000000_" + "A" * 43, "Basic eDp5", "wm_x", "Bearer é"]


@pytest.mark.parametrize(("needed", "method", "path", "more"), ROUTES, ids=[f"{m} {p}" for _, m, p, _ in ROUTES])
def test_without_a_key_that_counts_nothing_is_done(keyed, key_maker, keys, needed, method, path, more):
    past, now = datetime.now(UTC) - timedelta(seconds=1), datetime.now(UTC)
    ended = [key_maker.make("old", Scope.ADMIN, expires_at=past)]
    good = key_maker.make("good", Scope.ADMIN)
    wrong = [good[:-1] + ("A" if good[-1] != "A" else "B"), good.upper(), good + "A", good.replace("wm_", "mw_")]
    record, token = KeyRecord.make("revoked", (Scope.ADMIN,), now)
    key_maker.store.hset(key_maker.name, record.id, record.model_copy(update={"revoked_at": past}).model_dump_json())
    before = keys()
    for value in [*BAD, *map("Bearer {}".format, [*ended, *wrong, token])]:
        headers = more.get("headers", {}) | {"authorization": value.encode()}
        response = keyed.request(method, path, **{**more, "headers": headers})
        assert_problem(response, 401, "key-needed")
        assert response.headers["www-authenticate"] == "Bearer"
    assert keys() == before


def test_the_description_says_which_scope_each_operation_needs(keyed):
    document = keyed.get("/openapi.json").json()

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            needed = needed_scope(method.upper(), path)
            assert operation["security"] == ([] if needed is None else [{"key": [needed]}, {"session": [needed]}])
            assert ("401" in operation["responses"]) == (needed is not None)


def test_with_keys_a_page_of_another_site_has_none(keyed, tokens):
    headers = {"origin": "https://other.example"}

    assert_problem(keyed.post(ARTICLES, json=STORY, headers=headers), 401, "key-needed")
    plain = {"content-type": "text/plain"} | bearer(tokens[Scope.STORE,])
    assert keyed.post(ARTICLES, content=b"Some text of a story.", headers=plain).status_code == 201


def test_names_that_are_served_may_be_chosen_with_keys_too(tokens, lone_settings):
    chosen = lone_settings.model_copy(update={"allowed_hosts": frozenset({"desk.example"})})
    with TestClient(create_app(chosen), "https://desk.example") as client:
        allowed = bearer(tokens[Scope.CHECK,])
        assert client.get("/v1/session", headers=allowed).status_code == 200
        assert_problem(client.get("/v1/session", headers=allowed | {"host": "other.example"}), 421, "unknown-host")


# Pages


def signed_in(client: TestClient, token: str) -> dict[str, Any]:
    answer = client.post("/v1/session", headers=bearer(token))
    assert answer.status_code == 201
    return answer.json()


def test_a_page_signs_in_with_a_key_and_out_again(keyed, tokens, store, index_name):
    answer = keyed.post("/v1/session", headers=bearer(tokens[Scope.CHECK, Scope.STORE]))
    cookie = answer.headers["set-cookie"].lower()
    session = keyed.cookies["wirematch_session"]

    assert {"httponly", "samesite=strict", "secure", "path=/"} <= set(cookie.split("; "))
    assert keyed.get("/v1/session").json() == {
        "name": "key-check-store",
        "scopes": ["check", "store"],
        "tenant": None,
        "csrf_token": answer.json()["csrf_token"],
        "expires_at": None,
    }
    [kept] = store.scan_iter(f"{{{index_name}:session:*")
    assert session.encode() not in kept
    assert store.pttl(kept) > 11 * 3600 * 1000

    assert keyed.delete("/v1/session", headers={"x-csrf-token": answer.json()["csrf_token"]}).status_code == 204
    keyed.cookies.set("wirematch_session", session)
    assert_problem(keyed.get("/v1/session"), 401, "key-needed")


@pytest.mark.parametrize("other", ['prefs={"dark": true}', "a[b]=1", "seen"])
def test_a_cookie_of_another_service_on_this_host_does_not_end_a_session(keyed, tokens, other):
    signed_in(keyed, tokens[Scope.CHECK,])
    session = keyed.cookies["wirematch_session"]
    keyed.cookies.clear()

    answer = keyed.get("/v1/session", headers={"cookie": f"{other}; wirematch_session={session}"})

    assert answer.json()["name"] == "key-check"


@pytest.mark.parametrize("sent", [None, "", "0" * 64, "é"])
def test_what_a_session_changes_needs_the_token_of_a_page_of_ours(keyed, tokens, keys, sent):
    token = signed_in(keyed, tokens[Scope.CHECK, Scope.STORE])["csrf_token"]
    before = keys()
    headers = {} if sent is None else {"x-csrf-token": sent.encode()}

    assert_problem(keyed.post(ARTICLES, json=STORY, headers=headers), 403, "csrf-token-needed")
    assert keys() == before
    assert keyed.get("/v1/session").status_code == 200
    assert keyed.post(ARTICLES, json=STORY, headers={"x-csrf-token": token}).status_code == 201


def test_a_session_is_of_no_use_to_another_site(keyed, tokens):
    token = signed_in(keyed, tokens[Scope.CHECK, Scope.STORE])["csrf_token"]
    headers = {"x-csrf-token": token, "origin": "https://other.example"}

    assert_problem(keyed.post(ARTICLES, json=STORY, headers=headers), 403, "foreign-origin")
    assert_problem(keyed.get("/v1/session", headers=headers), 403, "foreign-origin")


def test_a_session_ends_with_its_key(keyed, key_maker, tokens, monkeypatch):
    monkeypatch.setattr("wirematch.access.gate.FRESH_SECONDS", 0.0)
    signed_in(keyed, tokens[Scope.CHECK,])
    assert keyed.get("/v1/session").status_code == 200
    for key_id, raw in key_maker.store.hgetall(key_maker.name).items():
        record = KeyRecord.model_validate_json(raw).model_copy(update={"revoked_at": datetime.now(UTC)})
        key_maker.store.hset(key_maker.name, key_id, record.model_dump_json())

    assert_problem(keyed.get("/v1/session"), 401, "key-needed")


def test_without_keys_there_is_nothing_to_sign_in_with(lone):
    assert_problem(lone.post("/v1/session"), 409, "no-keys")
    assert lone.get("/v1/session").json()["name"] is None
