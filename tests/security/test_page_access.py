"""Pages: who may see them, whose forms are accepted, and what a browser may load for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from wirematch.access.key import KeyRecord, Scope
from wirematch.access.route_scopes import is_page, needed_scope
from wirematch.api.pages.page_route import PageRoute
from wirematch.app import create_app

HOME = "https://desk.example"
FORM = {"data": {"text": "Four people died when the bridge fell."}}
ROUTES: list[tuple[Scope, str, str, dict[str, Any]]] = [
    (Scope.CHECK, "GET", "/", {}),
    (Scope.CHECK, "POST", "/", FORM),
    (Scope.CHECK, "GET", "/checks/k", {}),
    (Scope.CHECK, "GET", "/checks/k/sources", {}),
    (Scope.CHECK, "GET", "/checks/k/against/y", {}),
    (Scope.STORE, "POST", "/checks/k/against/y", {"data": {}}),
    (Scope.CHECK, "GET", "/articles", {}),
    (Scope.CHECK, "GET", "/articles/x", {}),
    (Scope.CHECK, "GET", "/articles/x/sources", {}),
    (Scope.CHECK, "GET", "/articles/x/event", {}),
    (Scope.CHECK, "GET", "/articles/x/since/y", {}),
    (Scope.CHECK, "GET", "/articles/x/versions/1", {}),
    (Scope.CHECK, "GET", "/articles/x/against/y", {}),
    (Scope.STORE, "POST", "/articles/x/against/y", {"data": {}}),
    (Scope.CHECK, "GET", "/desk", {}),
    (Scope.CHECK, "GET", "/desk/latest", {}),
    (Scope.CHECK, "GET", "/desk/events", {"params": {"seconds": 0}}),
    (Scope.CHECK, "GET", "/review", {}),
    (Scope.STORE, "POST", "/samples", {"data": {}}),
]
PUBLIC = {("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out")}
HOLDERS = [(), (Scope.CHECK,), (Scope.STORE,), (Scope.CHECK, Scope.STORE), (Scope.ADMIN,)]
each_route = pytest.mark.parametrize(
    ("needed", "method", "path", "more"), ROUTES, ids=[f"{method} {path}" for _, method, path, _ in ROUTES]
)


@pytest.fixture
def tokens(store, index_name) -> dict[tuple[Scope, ...], str]:
    """A token for each of HOLDERS."""
    made = {}
    for scopes in HOLDERS:
        record, made[scopes] = KeyRecord.make("-".join(("key", *scopes)), scopes, datetime.now(UTC))
        store.hset(f"{{{index_name}:access}}", record.id, record.model_dump_json())
    return made


@pytest.fixture
def app(lone_settings) -> FastAPI:
    return create_app(lone_settings)


@pytest.fixture
def keyed(tokens, app) -> Iterator[TestClient]:
    """A browser anywhere, before a service that has keys."""
    with TestClient(app, HOME, client=("192.0.2.7", 4711), headers={"origin": HOME}) as client:
        yield client


def sign_in(client: TestClient, token: str, **more: str) -> Any:
    return client.post("/sign-in", data={"key": token} | more, follow_redirects=False)


def page_routes(routes) -> Iterator[PageRoute]:
    """Yield all page routes, including those of included routers."""
    for route in routes:
        if isinstance(route, PageRoute):
            yield route
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from page_routes(included.routes)


def test_the_matrix_has_every_page(app):
    named = {"{article_id:path}": "x", "{story_id:path}": "y", "{earlier_id:path}": "y", "{key}": "k", "{version}": "1"}
    served = set()
    for route in page_routes(app.routes):
        path = route.path
        for placeholder, value in named.items():
            path = path.replace(placeholder, value)
        served |= {(method, path) for method in route.methods or ()}

    assert served == {(method, path) for _, method, path, _ in ROUTES} | PUBLIC
    assert all(is_page(path) for _, path in served)


@each_route
@pytest.mark.parametrize("scopes", HOLDERS, ids=lambda scopes: ",".join(scopes) or "none")
def test_a_session_allows_what_its_key_says_and_no_more(keyed, tokens, scopes, needed, method, path, more):
    assert sign_in(keyed, tokens[scopes]).status_code == 303
    answer = keyed.request(method, path, follow_redirects=False, **more)

    if needed in scopes or Scope.ADMIN in scopes:
        assert answer.status_code in {200, 303, 404}, answer.text
    else:
        assert answer.status_code == 403
        assert f"scope &#39;{needed}&#39;" in answer.text


@each_route
def test_who_is_not_signed_in_sees_the_form_and_nothing_is_done(keyed, keys, needed, method, path, more):
    before = keys()
    answer = keyed.request(method, path, follow_redirects=False, **more)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"].startswith("text/html")
    assert 'name="key"' in answer.text
    wanted = path + ("?seconds=0" if "params" in more else "")
    assert f'name="to" value="{wanted if method == "GET" else "/"}"' in answer.text
    assert keys() == before


def test_who_signs_in_comes_to_the_page_that_was_wanted_and_out_again(keyed, tokens):
    wanted = "/articles?q=bridge&source=A%2FB"
    assert f'value="{wanted.replace("&", "&amp;")}"' in keyed.get(wanted).text
    answer = sign_in(keyed, f" {tokens[Scope.CHECK,]}\n", to=wanted)
    session = keyed.cookies["wirematch_session"]

    assert answer.headers["location"] == wanted
    assert {"HttpOnly", "SameSite=strict", "Secure"} <= set(answer.headers["set-cookie"].split("; "))
    assert keyed.get(wanted).status_code == 200
    assert "key-check" in keyed.get("/sign-in").text
    assert "It allows reading and checking only" in keyed.get("/sign-in").text
    assert keyed.post("/sign-out").status_code == 200
    keyed.cookies.set("wirematch_session", session)
    assert keyed.get("/").status_code == 401


@pytest.mark.parametrize(
    "elsewhere", ["https://other.example/", "//other.example", "/\\other.example", "javascript:alert(1)", "/a b", "/\n"]
)
def test_signing_in_leads_to_no_other_site(keyed, tokens, elsewhere):
    assert sign_in(keyed, tokens[Scope.CHECK,], to=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize("token", ["", "x", "wm_00000000_" + "A" * 43, "é"])
def test_a_wrong_key_opens_nothing(keyed, token):
    answer = sign_in(keyed, token)

    assert answer.status_code == 401
    assert "This key is not valid" in answer.text
    assert "set-cookie" not in answer.headers


FOREIGN = [{"origin": "https://other.example"}, {"origin": "null"}, {"origin": "http://desk.example:8080"}, {}]


@pytest.mark.parametrize("sent", FOREIGN, ids=str)
def test_a_form_of_another_site_changes_nothing(keyed, tokens, keys, sent):
    sign_in(keyed, tokens[Scope.ADMIN,])
    before = keys()
    del keyed.headers["origin"]
    for path in ("/", "/samples", "/articles/x/against/y", "/sign-in", "/sign-out"):
        data = FORM["data"] | {"key": tokens[Scope.ADMIN,]}
        answer = keyed.post(path, data=data, headers=sent, follow_redirects=False)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
    assert keys() == before
    assert keyed.get("/").status_code == 200


@pytest.mark.parametrize("sent", [{"origin": "https://other.example"}, {"origin": "null"}, {}], ids=str)
def test_without_keys_neither(lone, keys, sent):
    for path in ("/", "/samples"):
        answer = lone.post(path, **FORM, headers=sent, follow_redirects=False)
        assert answer.status_code == 403
        assert answer.headers["content-type"].startswith("text/html")
    assert keys() == set()
    assert (
        lone.post("/", **FORM, headers={"origin": "http://127.0.0.1:8000"}, follow_redirects=False).status_code == 303
    )


def test_our_own_origin_lets_no_form_into_the_interface(lone):
    ours = {"origin": "http://127.0.0.1:8000", "content-type": "text/plain"}
    assert lone.post("/v1/articles", content=b"Some text.", headers=ours).json()["type"].endswith("header-needed")


def test_nor_does_it_with_a_session(keyed, tokens):
    sign_in(keyed, tokens[Scope.ADMIN,])
    assert keyed.post("/v1/articles", json={"body": "Some text."}).json()["type"].endswith("csrf-token-needed")


def test_without_keys_there_is_nothing_to_sign_in_with(lone):
    assert "No keys" in lone.get("/sign-in").text
    ours = {"origin": "http://127.0.0.1:8000"}
    assert lone.post("/sign-in", data={"key": "x"}, headers=ours).status_code == 409


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/desk", 200), ("/articles/nobody", 404), ("/articles?kind=poem", 422)]
)
def test_a_browser_loads_for_a_page_what_is_ours_and_nothing_else(lone, path, status):
    answer = lone.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))

    assert answer.status_code == status
    assert policy.pop("default-src") == policy.pop("base-uri") == policy.pop("frame-ancestors") == "'none'"
    assert set(policy) == {"style-src", "script-src", "img-src", "connect-src", "form-action"}
    assert set(policy.values()) == {"'self'"}
    assert answer.headers["referrer-policy"] == "same-origin"  # with no-referrer, our forms have 'Origin: null'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_refused_page_has_the_same_headers(keyed, lone_settings):
    shown = keyed.get("/desk")
    assert shown.status_code == 401
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert shown.headers["referrer-policy"] == "same-origin"
    assert keyed.get("/static/pages.css").status_code == 200
    assert needed_scope("POST", "/static/pages.css") is None


def test_a_wrong_address_is_told_as_one_to_whom_is_known(keyed, tokens):
    as_browser = {"accept": "text/html,*/*;q=0.8"}
    assert 'name="key"' in keyed.get("/artcles", headers=as_browser).text
    assert keyed.get("/artcles").headers["content-type"] == "application/problem+json"
    assert sign_in(keyed, tokens[Scope.CHECK,]).status_code == 303
    answer = keyed.get("/artcles", headers=as_browser)

    assert (answer.status_code, "no page at this address" in answer.text) == (404, True)
    assert keyed.get("/artcles").status_code == 403
    closed = keyed.get("/metrics", headers=as_browser)
    assert (closed.status_code, closed.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert keyed.get("/metrics/").status_code != 200
    assert keyed.get("/metrics").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("scopes", "may"), [((Scope.CHECK,), False), ((Scope.CHECK, Scope.STORE), True)])
def test_forms_are_shown_to_whom_they_are_taken_from(keyed, tokens, stories, scopes, may):
    asking, storing = ({"authorization": f"Bearer {tokens[one]}"} for one in (scopes, (Scope.ADMIN,)))
    assert ("Load the sample stories" in keyed.get("/", headers=asking).text) is may
    for name in ("wire", "rewrite"):
        article = stories["amber-lamps"][name] | {"id": name}
        assert keyed.post("/v1/articles", json=article, headers=storing).status_code == 201
    evidence = keyed.get("/articles/rewrite/against/wire", headers=asking)

    assert evidence.status_code == 200
    assert ('name="verdict"' in evidence.text) is may
    assert ("allows reading only" in evidence.text) is not may


@pytest.mark.parametrize(
    "path", ["/", "/articles", "/articles/x", "/desk", "/desk/latest", "/review", "/sign-in", "/none"]
)
def test_nothing_that_needs_a_key_is_kept_by_a_cache(keyed, tokens, path):
    before = keyed.get(path)
    sign_in(keyed, tokens[(Scope.CHECK,)])
    after = keyed.get(path)

    assert before.headers.get_list("cache-control") == after.headers.get_list("cache-control") == ["no-store"]


def test_only_who_sent_a_key_may_keep_an_answer_of_the_interface_and_asks_again(keyed, tokens):
    by_key = keyed.get("/v1/articles", headers={"authorization": f"Bearer {tokens[(Scope.CHECK,)]}"})
    sign_in(keyed, tokens[(Scope.CHECK,)])

    assert by_key.headers["cache-control"] == "private, no-cache"
    assert keyed.get("/v1/articles").headers["cache-control"] == "no-store"
    style = keyed.get("/static/pages.css")
    assert style.status_code == 200
    assert "cache-control" not in style.headers


def test_a_form_that_was_sent_after_the_session_ended_leads_back_to_itself(keyed, keys):
    page = "/articles/a%2Fb/against/y?own=1"
    sent = keyed.post("/articles/a%2Fb/against/y", data={"verdict": "non_derived"}, headers={"referer": HOME + page})

    assert sent.status_code == 401
    assert "What you sent was not taken." in sent.text
    assert f'name="to" value="{page}"' in sent.text
    assert 'aria-invalid="false"' in sent.text
    assert "What you sent was not taken." not in keyed.get(page).text
    elsewhere = keyed.post("/", headers={"referer": "https://elsewhere.example//evil.example/x"}, **FORM)
    assert 'name="to" value="/"' in elsewhere.text
