"""What the OpenAPI document shows is what the service takes and answers."""

from __future__ import annotations

import json

import pytest

from support.openapi_document import openapi_document
from wirematch.errors import WirematchError

DESCRIBED = openapi_document()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
}
EXAMPLES = {
    f"{name} {media_type}": (name, media_type, content["example"])
    for name, operation in OPERATIONS.items()
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
    if "example" in content
}


def kinds_of(error: type[WirematchError]) -> set[type[WirematchError]]:
    return {error}.union(*map(kinds_of, error.__subclasses__()))


@pytest.mark.parametrize("operation", [name for name, told in OPERATIONS.items() if "requestBody" in told])
def test_every_body_has_an_example(operation):
    assert any(name == operation for name, _, _ in EXAMPLES.values())


@pytest.mark.parametrize(("operation", "media_type", "example"), EXAMPLES.values(), ids=EXAMPLES)
def test_examples_are_taken(client, operation, media_type, example):
    method, path = operation.split(" ")
    content = example if isinstance(example, str) else json.dumps(example)
    response = client.request(
        method, path.format(article_id="x"), content=content, headers={"content-type": media_type}
    )

    assert response.is_success
    assert str(response.status_code) in OPERATIONS[operation]["responses"]
    for line in response.text.splitlines():
        assert "problem" not in json.loads(line)


def test_the_examples_are_a_rewrite_and_its_story(client):
    [pair] = [example for name, _, example in EXAMPLES.values() if name == "POST /v1/compare"]

    assert client.post("/v1/compare", json=pair).json()["relation"] == "rewrite"


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name.split(" ")[1].startswith("/v1/")])
def test_every_status_of_an_error_is_described_where_it_may_happen(operation):
    """Those that any request may be answered with; the drawn requests of test_openapi tell the others."""
    described = {int(status) for status in OPERATIONS[operation]["responses"]}

    assert {401, 403, 421, 422, 429, 500, 503} <= described
    if "articles" in operation or "check" in operation or "compare" in operation:
        assert {400, 408, 413, 415, 504} <= described


def test_no_status_of_an_error_is_described_nowhere():
    described = {int(status) for operation in OPERATIONS.values() for status in operation["responses"]}

    assert {kind.status for kind in kinds_of(WirematchError)} - described == {501}  # pages alone make PDFs
