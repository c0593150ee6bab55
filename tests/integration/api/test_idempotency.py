"""``Idempotency-Key``: a request repeated with its key gets the same response, and nothing is stored twice."""

from __future__ import annotations

import hashlib
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from support.formats_documents import DOCUMENTS
from support.problem_documents import assert_problem
from wirematch.api.idempotency import HEADER, REPLAYED
from wirematch.app import create_app
from wirematch.detection.retrieval.retriever import Retriever
from wirematch.errors import IndexUnavailableError

ARTICLES = "/v1/articles"


def post(client: TestClient, article: dict, key: str | None = None, **parameters):
    headers = {HEADER: key} if key else {}
    return client.post(ARTICLES, json=article, params=parameters, headers=headers)


def stored(client: TestClient, body: str) -> int:
    return client.post("/v1/check", json={"body": body}).json()["index"]["articles"]


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def test_a_request_that_is_sent_again_is_answered_as_before(client, bridge, key):
    article = {"body": bridge["wire"]["body"]}
    first = post(client, article, key)
    again = [post(client, article, form) for form in (key, f'"{key}"')]

    assert first.status_code == 201
    assert REPLAYED not in first.headers
    for answer in again:
        assert (answer.status_code, answer.content) == (201, first.content)
        assert answer.headers["content-type"] == first.headers["content-type"]
        assert answer.headers["location"] == first.headers["location"]
        assert answer.headers[REPLAYED] == "true"
    assert stored(client, article["body"]) == 1


def test_another_request_under_the_key_is_refused(client, bridge, key):
    article = {"body": bridge["wire"]["body"]}
    post(client, article, key)

    assert_problem(post(client, article | {"source": "Norwind"}, key), 422, "idempotency-key-reused")
    assert_problem(post(client, article, key, report="false"), 422, "idempotency-key-reused")
    assert post(client, article, str(uuid.uuid4())).status_code == 201
    assert stored(client, article["body"]) == 2


@pytest.mark.parametrize("bad", ["", '"', "a b", "a\\b", "x" * 256, '""'])
def test_a_key_that_is_none_is_refused(client, bridge, keys, bad):
    response = client.post(ARTICLES, json={"body": bridge["wire"]["body"]}, headers={HEADER: bad})

    assert_problem(response, 400, "invalid-idempotency-key")
    assert keys() == set()


def test_a_refusal_is_answered_again_too(client, bridge, key):
    post(client, bridge["wire"])
    article = {"id": bridge["wire"]["id"], "body": "Another text."}
    first = post(client, article, key)
    client.delete(f"{ARTICLES}/{bridge['wire']['id']}")
    again = post(client, article, key)

    assert_problem(first, 409, "article-exists")
    assert_problem(again, 409, "article-exists")
    assert again.headers[REPLAYED] == "true"
    assert_problem(post(client, {"body": 1}, str(uuid.uuid4())), 422, "invalid-request")


def test_of_many_at_once_one_stores_and_the_others_are_told_to_wait(settings, bridge, key):
    article = {"body": bridge["wire"]["body"]}
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda number: post((one, other)[number % 2], article, key), range(16)))
        done = [answer for answer in answers if answer.status_code == 201]
        for answer in answers:
            if answer not in done:
                assert_problem(answer, 409, "request-in-flight")
                assert answer.headers["retry-after"] == "1"

        assert len({answer.content for answer in done}) == 1
        assert post(other, article, key).content == done[0].content
        assert stored(one, article["body"]) == 1


@pytest.mark.parametrize("store_policy", ["always", "unless_duplicate"])
def test_a_request_that_failed_after_storing_stores_nothing_again(client, bridge, key, monkeypatch, store_policy):
    body = bridge["copy"]["body"]
    post(client, bridge["wire"])
    retrieve = Retriever.retrieve

    async def fail(*_, **__):
        raise IndexUnavailableError("Redis failed.")

    monkeypatch.setattr(Retriever, "retrieve", fail)
    assert_problem(post(client, {"body": body}, key, store=store_policy), 503, "index-unavailable")
    assert post(client, {"body": body}, key, store=store_policy).status_code == 503
    monkeypatch.setattr(Retriever, "retrieve", retrieve)
    answer = post(client, {"body": body}, key, store=store_policy)

    assert answer.json()["report"]["decision"] == "duplicate"
    assert answer.json()["report"]["original_id"] == bridge["wire"]["id"]
    if store_policy == "always":
        assert (answer.status_code, answer.json()["version"]) == (201, 1)
        assert client.get(f"{ARTICLES}/{answer.json()['id']}").json()["body"] == body
    else:
        assert (answer.status_code, answer.json()["id"]) == (200, None)
    assert stored(client, body) == 1 + (store_policy == "always")
    assert post(client, {"body": body}, key, store=store_policy).content == answer.content


def test_what_a_dead_process_left_is_worked_on_again_after_a_while(client, bridge, key, store, index_name):
    article = {"body": bridge["wire"]["body"]}
    # The process died while it processed the request, before and after storing.
    asked = json.dumps(["POST", ARTICLES, "", "application/json"]).encode()
    response = post(client, article, "other")
    digest = store.hget(f"{{{index_name}:request:other}}", "digest")
    made_id = response.json()["id"]
    fields = {"digest": digest, "id": made_id, "worker": "dead", "till": store.time()[0] * 1000 + 25_000}
    store.hset(f"{{{index_name}:request:{key}}}", mapping=fields)

    assert len(digest) == hashlib.sha256(asked).digest_size * 2
    assert_problem(post(client, article, key), 409, "request-in-flight")
    store.hset(f"{{{index_name}:request:{key}}}", "till", 0)
    answer = post(client, article, key)
    assert (answer.status_code, answer.json()["id"]) == (201, made_id)
    assert stored(client, article["body"]) == 1


def test_a_lease_does_not_outlast_a_clock_that_is_set_back(client, bridge, key, store, index_name):
    later = store.time()[0] * 1000 + 3_600_000
    store.hset(f"{{{index_name}:request:{key}}}", mapping={"id": "left", "worker": "dead", "till": later})

    answer = post(client, {"body": bridge["wire"]["body"]}, key)

    assert (answer.status_code, answer.json()["id"]) == (201, "left")


def test_a_clients_own_id_stays_taken_for_others(client, bridge, key):
    """An article that another client stored under the id is not taken for that of an interrupted attempt."""
    article = {"id": "a", "body": bridge["wire"]["body"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wirematch.index.redis_index.RedisIndex.create_drafted", _away)
        assert post(client, article, key).status_code == 503
    post(client, {"id": "a", "body": "Another text."})

    assert_problem(post(client, article, key), 409, "article-exists")
    assert client.get(f"{ARTICLES}/a").json()["body"] == "Another text."


async def _away(*_, **__):
    raise IndexUnavailableError("Redis failed.")


def test_answers_are_kept_for_the_window_and_no_longer(settings, bridge, key, store, index_name):
    with TestClient(create_app(settings.model_copy(update={"idempotency_window": timedelta(hours=2)}))) as client:
        post(client, {"body": bridge["wire"]["body"]}, key)

        assert 7_100 < store.ttl(f"{{{index_name}:request:{key}}}") <= 7_200


def test_documents_are_sent_again_too(client, key):
    content = (DOCUMENTS / "ninjs-3.2.json").read_bytes()
    text = (DOCUMENTS / "story.txt").read_bytes()
    for body, media_type in ((content, "application/ninjs+json"), (text, "text/plain")):
        headers = {"content-type": media_type, HEADER: f"{key}-{media_type}"}
        first, again = (client.post(ARTICLES, content=body, headers=headers) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
    assert stored(client, text.decode()) == 2


def test_the_header_is_described(client):
    [header] = [
        parameter
        for parameter in client.get("/openapi.json").json()["paths"][ARTICLES]["post"]["parameters"]
        if parameter["in"] == "header"
    ]
    assert (header["name"], header["required"]) == ("Idempotency-Key", False)
