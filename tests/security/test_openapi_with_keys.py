"""Requests generated from the OpenAPI document, without a valid key and with one of each scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis
import requests
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from support.drawn_requests import LONGEST_URL, drawn_requests
from wirematch.access.key import KeyRecord, Scope
from wirematch.app import create_app
from wirematch.settings import Settings

pytestmark = pytest.mark.slow

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


schema = drawn_requests()
# Keys are checked before a body is read, so bodies and parameters are left to test_openapi.py.
schema.config.phases.coverage.enabled = False


@pytest.fixture
def tokens(store: redis.Redis, index_name: str) -> dict[Scope | None, str]:
    """A token of each scope, and an unknown one."""
    made: dict[Scope | None, str] = {None: KeyRecord.make("nobody", (), datetime.now(UTC))[1]}
    for scope in Scope:
        record, made[scope] = KeyRecord.make(scope, (scope,), datetime.now(UTC))
        store.hset(f"{{{index_name}:access}}", record.id, record.model_dump_json())
    return made


@pytest.fixture
def keyed(tokens: dict, lone_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(lone_settings), "https://desk.example") as client:
        yield client


@schema.parametrize()
@settings(
    max_examples=10,  # each is sent with every key
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_every_answer_is_described(case, keyed, tokens):
    wanted = requests.Request(**case.as_transport_kwargs(base_url="https://desk.example")).prepare()
    assume(len(wanted.url) <= LONGEST_URL)
    kept = {name: value for name, value in wanted.headers.items() if name not in {"Transfer-Encoding", "Authorization"}}
    open_to_all = case.operation.path in {"/livez", "/readyz"}
    keyed.cookies.clear()
    for scope, token in tokens.items():
        headers = kept | {"Authorization": f"Bearer {token}"}
        response = keyed.request(wanted.method, wanted.url, content=wanted.body, headers=headers)
        case.validate_response(response, checks=CHECKS)
        keyed.cookies.clear()
        if scope is None:
            assert (response.status_code == 401) != open_to_all
