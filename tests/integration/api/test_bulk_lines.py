"""Lines of a bulk stream: invalid ones, ids that are taken, copies, feeds and documents."""

from __future__ import annotations

import json

import pytest

from support.bulk_stream import BULK, NDJSON, as_lines, text
from support.problem_documents import assert_problem
from wirematch.detection.deciding.decision import SubmissionDecider

ARTICLES = "/v1/articles"
MEGABYTE = 1024 * 1024


BROKEN = [
    (b"{", 400, "malformed-json"),
    (b'{"body": "caf\xe9"}', 400, "malformed-json"),
    (b'{"body": "\\ud800"}', 400, "malformed-json"),
    (b"[]", 422, "invalid-request"),
    (b'"a text"', 422, "invalid-request"),
    (b"null", 422, "invalid-request"),
    (b'{"headline": "no body"}', 422, "invalid-request"),
    (b'{"body": "  "}', 422, "invalid-request"),
    (b'{"body": "fine", "unknown": 1}', 422, "invalid-request"),
    (b'{"body": "fine", "published_at": "yesterday"}', 422, "invalid-request"),
    (b'{"body": "fine", "id": ""}', 422, "invalid-request"),
]


def test_broken_lines_get_their_own_problems_and_the_stream_goes_on(client):
    good = [json.dumps({"id": f"good-{number}", "body": text(number)}).encode() for number in range(len(BROKEN))]
    lines = [line for pair in zip(BROKEN, good, strict=True) for line in (pair[0][0], pair[1])]
    blank = b"\n \r\n\t\n"
    answer = client.post(BULK, content=blank + (b"\r\n" + blank).join(lines), headers={"content-type": NDJSON})
    *results, last = map(json.loads, answer.text.splitlines())

    assert [result["index"] for result in results] == list(range(len(lines)))
    assert [result["status"] for result in results[1::2]] == [201] * len(good)
    for result, (line, status, kind) in zip(results[::2], BROKEN, strict=True):
        assert (result["status"], result["problem"]["status"]) == (status, status), line
        assert result["problem"]["type"] == f"urn:wirematch:problem:{kind}"
        assert result["problem"]["detail"]
        assert "decision" not in result
    assert last["summary"]["problems"] == len(BROKEN)


def test_a_refused_line_has_the_id_that_it_brought(client):
    long_ago = "2001-01-01T00:00:00Z"
    refused = [
        ("a", b'{"id": "a", "headline": "no body"}'),
        ("b", b'{"id": "b", "body": 7, "unknown": [1]}'),
        ("c", json.dumps({"id": "c", "body": text(1), "expires_at": long_ago}).encode()),
        ("d", b'\xef\xbb\xbf{"id": "d", "body": " "}'),
        (None, b'{"id": "", "body": "fine"}'),
        (None, b'{"id": ["e"], "body": "fine"}'),
        (None, b'{"id": "' + b"f" * 201 + b'", "body": "fine"}'),
        (None, b'{"id": "g", "body": "cut'),
        (None, b'["id"]'),
        (None, b'{"id": "h", "body": "' + b"x" * 9 * MEGABYTE + b'"}'),
    ]
    answer = client.post(BULK, content=b"\n".join(line for _, line in refused), headers={"content-type": NDJSON})
    *results, _ = map(json.loads, answer.text.splitlines())

    assert [result.get("id") for result in results] == [article_id for article_id, _ in refused]
    assert all(result["status"] >= 400 for result in results)


def test_a_defect_with_one_article_does_not_cut_off_the_stream(client, monkeypatch):
    decide_batch = SubmissionDecider.decide_batch

    def fails(self, batch, *args, **kwargs):
        if any("poison" in retrieved.submission.article.body for retrieved in batch):
            raise ZeroDivisionError
        return decide_batch(self, batch, *args, **kwargs)

    monkeypatch.setattr(SubmissionDecider, "decide_batch", fails)
    bodies = [text(number) for number in range(130)]
    bodies[70] += " poison"
    articles = [{"id": f"defect-{number}", "body": body} for number, body in enumerate(bodies)]
    answer = client.post(BULK, content=b"".join(as_lines(articles)), headers={"content-type": NDJSON})
    *results, last = map(json.loads, answer.text.splitlines())

    statuses = [result["status"] for result in results]
    assert (statuses[:64], statuses[64:128], statuses[128:]) == ([201] * 64, [500] * 64, [201] * 2)
    assert results[64]["problem"]["type"] == "urn:wirematch:problem:internal-error"
    assert last["summary"]["problems"] == 64
    assert client.put(f"{ARTICLES}/defect-64", json=articles[64]).status_code == 200


def test_nothing_said_is_nothing_done(client):
    answer = client.post(BULK, content=b"", headers={"content-type": NDJSON})

    assert [*json.loads(answer.text)] == ["summary"]
    assert json.loads(answer.text)["summary"]["lines"] == 0


def test_another_content_type_is_refused(client, bridge):
    assert_problem(client.post(BULK, json=bridge["wire"]), 415, "unsupported-media-type")


def test_ids_that_are_taken_are_conflicts_also_within_the_stream(client):
    client.post(ARTICLES, json={"id": "taken", "body": text(1)})
    articles = [
        {"id": name, "body": text(number)} for number, name in enumerate(("taken", "twice", "twice", "free"), 2)
    ]
    answer = client.post(BULK, content=b"".join(as_lines(articles)), headers={"content-type": NDJSON})
    *results, _ = map(json.loads, answer.text.splitlines())

    assert [result["status"] for result in results] == [409, 201, 409, 201]
    assert results[0]["problem"]["type"] == "urn:wirematch:problem:article-exists"
    assert client.get(f"{ARTICLES}/twice").json()["body"] == articles[1]["body"]


def test_of_equal_lines_the_first_is_new_and_the_others_its_copies(client, bridge):
    lines = b"".join(as_lines([{"body": bridge["wire"]["body"]}] * 100))
    answer = client.post(BULK, content=lines, headers={"content-type": NDJSON})
    first, *others, last = map(json.loads, answer.text.splitlines())

    assert first["decision"] == "new"
    assert {(other["decision"], other["original_id"]) for other in others} == {("duplicate", first["id"])}
    assert last["summary"]["decisions"] == {"new": 1, "duplicate": 99}


def test_copies_are_not_stored_where_only_one_is_wanted(client, bridge):
    lines = b"".join(as_lines([{"id": f"e{number}", "body": bridge["wire"]["body"]} for number in range(150)]))
    answer = client.post(BULK, content=lines, params={"store": "unless_duplicate"}, headers={"content-type": NDJSON})
    *results, last = map(json.loads, answer.text.splitlines())

    assert [result["status"] for result in results] == [201] + [200] * 149
    assert {result.get("original_id") for result in results[1:]} == {"e0"}
    assert (last["summary"]["stored"], last["summary"]["copies"]) == (1, 149)
    assert client.post("/v1/check", json={"body": text(1)}).json()["index"]["articles"] == 1


def test_without_a_report_nothing_is_decided(client, bridge):
    lines = b"".join(as_lines([bridge["wire"], bridge["copy"]]))
    answer = client.post(BULK, content=lines, params={"report": "false"}, headers={"content-type": NDJSON})
    *results, last = map(json.loads, answer.text.splitlines())

    assert [result["status"] for result in results] == [201, 201]
    assert not any("decision" in result for result in results)
    assert last["summary"]["decisions"] == {}


@pytest.mark.parametrize("path", ["/v1/articles/bulk", "/v1/articles/bulk/"])
def test_an_article_may_still_be_called_bulk(client, path):
    if path.endswith("bulk"):
        assert client.put(path, json={"body": text(1)}).status_code == 201
        assert client.get(path).json()["id"] == "bulk"
        assert_problem(client.put(path, json={"body": "a" * 9 * MEGABYTE}), 413, "content-too-large")


def test_a_feed_is_answered_a_line_an_entry_and_its_bad_ones_are_told(client):
    item = "<item><guid>{0}</guid><title>{0}</title>{1}<pubDate>Tue, 03 Mar 2026 11:40:00</pubDate></item>"
    entries = [item.format(name, f"<description>{text(number)}</description>") for number, name in enumerate("ab")]
    feed = f"<rss version='2.0'><channel><title>C</title>{entries[0]}{item.format('x', '')}{entries[1]}</channel></rss>"
    response = client.post("/v1/articles/bulk", content=feed, headers={"content-type": "application/rss+xml"})
    *lines, end = map(json.loads, response.text.splitlines())

    assert response.headers["content-type"].startswith("application/x-ndjson")
    assert [(line.get("id"), line["status"]) for line in lines] == [("a", 201), ("b", 201), (None, 422)]
    assert lines[0]["warnings"] == ["entry 1, published: no time zone: read as UTC"]
    assert lines[2]["problem"]["errors"] == [{"place": "entry 2", "message": "it contains no text"}]
    assert (end["summary"]["stored"], end["summary"]["problems"]) == (2, 1)
    again = client.post("/v1/articles/bulk", content=feed, headers={"content-type": "application/rss+xml"})
    assert [json.loads(line)["status"] for line in again.text.splitlines()[:2]] == [200, 200]


def test_a_document_in_a_stream_is_bounded_and_refused_as_ever(client):
    headers = {"content-type": "application/rss+xml"}

    assert_problem(
        client.post("/v1/articles/bulk", content=b"x" * 9_000_000, headers=headers), 413, "content-too-large"
    )
    assert_problem(client.post("/v1/articles/bulk", content=b"<rss/>", headers=headers), 422, "invalid-document")


@pytest.mark.parametrize("path", [ARTICLES, "/v1/check", BULK])
def test_who_sends_an_array_is_told_what_to_send(client, path):
    articles = [{"id": f"in-array-{number}", "body": text(number)} for number in range(2)]
    media = NDJSON if path == BULK else "application/json"
    answer = client.post(path, content=json.dumps(articles), headers={"content-type": media})
    found = json.loads(answer.text.splitlines()[0]).get("problem") if path == BULK else answer.json()

    assert found["status"] == 422
    assert "this is an array; send articles each by itself, or one a line to POST /v1/articles/bulk" in found["detail"]
    assert client.get(f"{ARTICLES}/in-array-0").status_code == 404


def test_who_sends_an_array_over_several_lines_is_told_at_the_first(client):
    answer = client.post(BULK, content=json.dumps([{"body": text(1)}], indent=1), headers={"content-type": NDJSON})
    first, *_ = map(json.loads, answer.text.splitlines())

    assert (first["status"], first["problem"]["type"]) == (400, "urn:wirematch:problem:malformed-json")
    assert "begins an array: send one article a line" in first["problem"]["detail"]


def test_arrays_within_an_article_keep_their_own_messages(client):
    answer = client.post(ARTICLES, json={"body": ["a", "list"]})

    assert answer.status_code == 422
    assert "array" not in answer.json()["detail"]
