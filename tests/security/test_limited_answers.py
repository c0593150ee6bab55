"""However much nonsense is sent, little of it is answered and nothing kept."""

from __future__ import annotations

import gzip
import json

import pytest

from support.problem_documents import assert_problem
from wirematch.api.bulk.exchange import MOST_UNREADABLE


def test_names_that_somebody_sent_come_back_shortened(lone):
    answer = lone.post("/v1/articles", json={"body": "x", "y" * 1_900_000: 1})

    document = assert_problem(answer, 422, "invalid-request")
    assert len(answer.content) < 1_000
    assert document["errors"][0]["place"].startswith("body.yyy")


def test_a_stream_of_lines_that_are_no_articles_is_ended(lone):
    headers = {"content-type": "application/x-ndjson"}
    answer = lone.post("/v1/articles/bulk", content=b"1\n" * 1_000_000, headers=headers)
    *results, last = answer.text.splitlines()

    assert MOST_UNREADABLE <= len(results) < MOST_UNREADABLE + 200
    assert len(answer.content) < 4_000_000
    assert json.loads(last)["problem"]["type"] == "urn:wirematch:problem:unreadable-stream"


def test_a_stream_of_blank_lines_is_ended_and_what_came_before_is_stored(lone):
    """A gigabyte of them compresses to a megabyte."""
    article = json.dumps({"id": "before", "body": "Four died when the bridge fell."}).encode()
    blank = gzip.compress(b"\n" * 30_000_000)
    headers = {"content-type": "application/x-ndjson", "content-encoding": "gzip"}
    answer = lone.post("/v1/articles/bulk", content=gzip.compress(article + b"\n") + blank, headers=headers)
    result, last = map(json.loads, answer.text.splitlines())

    assert (result["id"], result["status"]) == ("before", 201)
    assert last["problem"]["title"] == "The stream is blank"


@pytest.mark.parametrize("body", [{"body": 7}, {"body": "x", "id": ""}, []])
def test_nothing_is_kept_of_what_was_refused(lone, store, index_name, body):
    key = {"idempotency-key": "mine"}
    first, again = (lone.post("/v1/articles", json=body, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (422, 422)
    assert "idempotent-replayed" not in again.headers
    assert not list(store.scan_iter(f"{{{index_name}:request:*"))
    assert lone.post("/v1/articles", json={"body": "Four people died."}, headers=key).status_code == 201
    assert list(store.scan_iter(f"{{{index_name}:request:*"))
