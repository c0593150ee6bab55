"""Valid and invalid requests generated from the OpenAPI document: every response is one that it describes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.drawn_requests import LONGEST_URL, drawn_requests

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schema = drawn_requests()


@schema.parametrize()
@settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_every_answer_is_described(case, client):
    article_id = str(case.path_parameters.get("article_id", ""))
    if len(article_id) % 2:  # no generated id would ever be a stored one
        client.put(f"/v1/articles/{quote(article_id)}", json={"body": "Four people died when the bridge fell."})
    wanted = requests.Request(**case.as_transport_kwargs(base_url=str(client.base_url))).prepare()
    assume(len(wanted.url) <= LONGEST_URL)
    headers = {name: value for name, value in wanted.headers.items() if name != "Transfer-Encoding"}
    response = client.request(wanted.method, wanted.url, content=wanted.body, headers=headers)

    case.validate_response(response, checks=CHECKS)
