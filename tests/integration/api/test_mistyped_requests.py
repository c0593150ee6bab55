"""What would change nothing is refused: unknown parameters and fields, with the name that was meant; repeated names."""

from __future__ import annotations

import json
import re

import pytest

from support.api_calls import ARTICLES
from support.document_calls import ninjs
from support.openapi_document import openapi_document
from support.problem_documents import assert_problem

JSON = {"content-type": "application/json"}
NDJSON = {"content-type": "application/x-ndjson"}
NINJS = {"content-type": "application/ninjs+json"}
BULK = f"{ARTICLES}/bulk"
BODY = "A gravel barge struck the harbour bridge in Averland."
LINE = json.dumps({"id": "x", "body": BODY}) + "\n"
ARTICLE = json.dumps({"id": "x", "body": BODY})
PAIR = json.dumps({"submission": {"body": BODY}, "story": {"body": BODY}})
REQUESTS = {
    "POST /v1/articles": (ARTICLE, JSON),
    "PUT /v1/articles/{article_id}": (ARTICLE, JSON),
    "POST /v1/articles/bulk": (LINE, NDJSON),
    "POST /v1/check": (ARTICLE, JSON),
    "POST /v1/compare": (PAIR, JSON),
}
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in openapi_document()["paths"].items()
    if path.startswith("/v1/")
    for method, operation in operations.items()
}


def send(client, operation: str, query: str, document: bool = False):
    method, path = operation.split(" ")
    content, headers = REQUESTS.get(operation, (None, {}))
    if document:
        content, headers = ninjs(), NINJS
    address = f"{path.format(article_id='x')}?{query}"
    return client.request(method, address, content=content, headers=headers)


def told_of(response) -> dict[str, str]:
    document = assert_problem(response, 422, "invalid-request")
    return {error["place"]: error["message"] for error in document["errors"]}


@pytest.fixture
def stored(client):
    client.put(f"{ARTICLES}/x", content=ARTICLE, headers=JSON)
    return client


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_unknown_parameter_is_refused_everywhere(stored, keys, operation):
    before = keys()
    told = told_of(send(stored, operation, "colour=red"))

    assert told["query.colour"].startswith("there is no such parameter; this address accepts ")
    assert keys() == before


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_parameter_is_known_by_its_neighbours(stored, operation):
    """Each parameter of the description is suggested for a slip of its own name, and refused twice unless a list."""
    for parameter in OPERATIONS[operation].get("parameters", []):
        name = parameter["name"]
        if parameter["in"] != "query":
            continue
        for slip in (name.upper(), name[:-1] + "e" + name[-1], re.sub("_(.)", lambda at: at[1].upper(), name) + "s"):
            assert told_of(send(stored, operation, f"{slip}=1"))[f"query.{slip}"].endswith(f"did you mean {name!r}?")
        twice = send(stored, operation, f"{name}=1&{name}=2")
        lists = name in {"source", "kind", "sources", "kinds"}
        said = told_of(twice).get(f"query.{name}") if twice.status_code == 422 else None
        assert (said == "it is given more than once") is not lists


@pytest.mark.parametrize("operation", ["POST /v1/articles", "PUT /v1/articles/{article_id}", "POST /v1/check"])
def test_documents_are_no_exception(client, keys, operation):
    told = told_of(send(client, operation, "stict=true&strict=1&strict=1", document=True))

    assert told == {
        "query.stict": "there is no such parameter; did you mean 'strict'?",
        "query.strict": "it is given more than once",
    }
    assert keys() == set()


def test_of_thousands_of_parameters_some_are_told(client):
    query = "&".join(f"limt{number}=1" for number in range(3_000))
    response = client.get(f"{ARTICLES}?{query}")

    assert len(told_of(response)) == 20
    assert told_of(client.get(f"{ARTICLES}?{'limit' * 1_000}=1&=2&&")).keys() == {
        "query." + ("limit" * 16)[:79] + "…",
        "query.",
    }


def test_a_parameter_of_documents_may_stand_beside_json_and_must_make_sense(client):
    assert client.post("/v1/check?strict=true", content=ARTICLE, headers=JSON).status_code == 200
    assert set(told_of(client.post("/v1/check?strict=perhaps", content=ARTICLE, headers=JSON))) == {"query.strict"}


def test_a_feed_in_bulk_may_be_read_strictly(client):
    odd = json.loads(ninjs()) | {"versioncreated": "next week"}
    headers = NINJS
    lenient = client.post(BULK, content=json.dumps(odd), headers=headers)

    assert json.loads(lenient.text.splitlines()[0])["warnings"]
    assert_problem(
        client.post(f"{BULK}?strict=true", content=json.dumps(odd), headers=headers), 422, "invalid-document"
    )


def test_a_refused_parameter_is_forgotten_under_an_idempotency_key(client):
    headers = JSON | {"Idempotency-Key": "a"}

    assert client.post(f"{ARTICLES}?reprot=false", content=ARTICLE, headers=headers).status_code == 422
    assert client.post(f"{ARTICLES}?report=false", content=ARTICLE, headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/", "/articles", "/desk", "/livez", "/readyz", "/metrics"])
def test_what_people_and_probes_open_may_carry_anything(client, path):
    assert client.get(f"{path}?utm_source=mail&utm_source=mail").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields", "place", "message"),
    [
        (ARTICLES, {"publishedAt": None}, "body.publishedAt", "there is no such field; did you mean 'published_at'?"),
        (ARTICLES, {"limt": 3}, "body.limt", "there is no such field"),
        ("/v1/check", {"limt": 3}, "body.limt", "there is no such field; did you mean 'limit'?"),
        ("/v1/check", {"text": "x"}, "body.text", "there is no such field; did you mean 'body'?"),
        (ARTICLES, {"Title": "x"}, "body.Title", "there is no such field; did you mean 'headline'?"),
    ],
)
def test_a_mistyped_field_is_told_what_was_meant(client, path, fields, place, message):
    assert told_of(client.post(path, json={"body": BODY} | fields)) == {place: message}


def test_a_mistyped_name_is_told_before_the_field_that_is_missing_for_it(client):
    refused = client.post("/v1/check", json={"text": BODY}).json()

    assert refused["detail"] == "body.text: there is no such field; did you mean 'body'? (and 1 more)."


def test_a_mistyped_field_of_a_pair_and_of_a_line_too(client):
    pair = {"submission": {"body": BODY, "soruce": "x"}, "story": {"body": BODY}, "explain": True}
    [result, _] = client.post(BULK, content=LINE.replace('"id"', '"ID"'), headers=NDJSON).text.splitlines()

    assert told_of(client.post("/v1/compare", json=pair)) == {
        "body.submission.soruce": "there is no such field; did you mean 'source'?",
        "body.explain": "there is no such field",
    }
    assert json.loads(result)["problem"]["detail"] == "ID: there is no such field; did you mean 'id'?"


REPEATED = {
    "body": ('{"body": "One fell.", "body": "Two fell."}', "body"),
    "the same": ('{"body": "One fell.", "id": "x", "id": "x"}', "id"),
    "escaped": ('{"body": "One fell.", "b\\u006fdy": "Two fell."}', "body"),
    "metadata": ('{"body": "One fell.", "metadata": {"a": 1, "b": "\\":{", "a": 2}}', "metadata.a"),
    "whole metadata": ('{"body": "One fell.", "metadata": {"a": 1}, "metadata": null}', "metadata"),
}


@pytest.mark.parametrize(("content", "place"), REPEATED.values(), ids=REPEATED)
def test_a_name_that_is_given_twice_is_refused(client, keys, content, place):
    wanted = {f"body.{place}": "it is given more than once"}

    assert told_of(client.post(ARTICLES, content=content, headers=JSON)) == wanted
    assert told_of(client.put(f"{ARTICLES}/x", content=content, headers=JSON)) == wanted
    assert told_of(client.post("/v1/check", content=content, headers=JSON)) == wanted
    assert told_of(client.post("/v1/check?explain=1", content=content, headers=JSON)) == wanted
    pair = f'{{"story": {{"body": "x"}}, "submission": {content}}}'
    assert told_of(client.post("/v1/compare", content=pair, headers=JSON)) == {
        f"body.submission.{place}": "it is given more than once"
    }
    result, _ = client.post(BULK, content=content, headers=NDJSON).text.splitlines()
    assert json.loads(result)["problem"]["errors"] == [{"place": place, "message": "it is given more than once"}]
    assert keys() == set()


def test_names_within_texts_are_no_names(client):
    body = '\\" \\\\": "body": {"id": "id", "id"} \\'
    fields = {"id": "x", "body": body, "metadata": {"\\": 1, '": ': 2, "body": 3, "id": body}, "headline": '":'}
    for headers, path in ((JSON, ARTICLES), (NDJSON, BULK)):
        response = client.post(path, content=json.dumps(fields) + "\n", headers=headers)
        assert response.status_code in {200, 201}
        assert client.get(f"{ARTICLES}/x").json()["metadata"] == fields["metadata"]
        client.delete(f"{ARTICLES}/x")


def test_documents_of_others_may_repeat_names(client):
    content = ninjs().replace(b"{", b'{"version": "1", ', 1)

    assert client.post(ARTICLES, content=content, headers=NINJS).status_code == 201


def test_an_empty_source_stands_for_none(client):
    for article_id, source in (("named", "Norwind"), ("nameless", None), ("empty", "")):
        client.post(ARTICLES, json={"id": article_id, "body": f"{article_id}. {BODY}", "source": source})

    def listed(query: str) -> set[str]:
        return {article["id"] for article in client.get(f"{ARTICLES}?{query}").json()["articles"]}

    assert listed("source=") == {"nameless", "empty"}
    assert listed("source=&source=Norwind") == {"named", "nameless", "empty"}
    found = client.post("/v1/check", json={"body": BODY, "sources": [""], "include_related": True}).json()["matches"]
    assert {match["id"] for match in found} <= {"nameless", "empty"}


def test_a_long_source_can_be_asked_for(client):
    source = "Nord" * 500
    client.post(ARTICLES, json={"id": "x", "body": BODY, "source": source})

    assert [one["id"] for one in client.get(ARTICLES, params={"source": source}).json()["articles"]] == ["x"]
