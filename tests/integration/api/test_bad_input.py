"""Whatever is sent, the status is right, the service keeps running, and nothing is left half stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx2
import pytest
from fastapi.testclient import TestClient

from support.live_service import client_of
from support.problem_documents import assert_problem
from support.waiting import PATIENCE_SECONDS
from wirematch.index.embedded.store import EmbeddedStore

ARTICLES = "/v1/articles"
JSON = {"content-type": "application/json"}
NINE_MEGABYTES = b'{"body": "' + b"a" * 9_000_000 + b'"}'


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"body": " "}, "body.body: it contains no text."),
        (
            {"body": "Rain fell.", "metadata": {"tags": ["storm"]}},
            "body.metadata.tags: must be a text of at most 2000 characters, a finite number, true, false or null.",
        ),
        ({"body": "Rain fell.", "metadata": {"tags": float("nan")}}, "body.metadata.tags: must be a text"),
        (
            {"body": "Rain fell.", "published_at": "2026-03-03"},
            "body.published_at: a time zone is missing; write it as",
        ),
        ({"body": "Rain fell.", "published_at": "noon"}, "body.published_at: it is not a time; write it as"),
        (
            {"body": "Rain fell.", "published_at": "2026-02-30T10:00:00Z"},
            "body.published_at: it is not a time; write it",
        ),
        ({"body": "Rain fell.", "published_at": "2026"}, "body.published_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "published_at": "1.5e9"}, "body.published_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "published_at": "1772534400"}, "body.published_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "published_at": 20260303}, "body.published_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "expires_at": 2027}, "body.expires_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "revised_at": float("inf")}, "body.revised_at: a time is written as in RFC 3339"),
        ({"body": "Rain fell.", "published_at": [1]}, "body.published_at: it is not a time; write it as"),
        (None, "body: an object is expected."),
    ],
)
def test_what_is_wrong_is_said_in_words_and_once(client, fields, detail):
    told = assert_problem(client.post(ARTICLES, content=json.dumps(fields), headers=JSON), 422, "invalid-request")

    assert told["detail"].startswith(detail)
    assert len(told["errors"]) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [("[" * 200_000, "nested too deeply"), ('{"a":' * 100_000, "nested too deeply"), ("9" * 5_000, "too many digits")],
)
def test_json_that_cannot_be_read_is_said_to_be_so(client, content, why):
    told = assert_problem(client.post(ARTICLES, content=content, headers=JSON), 400, "malformed-json")

    assert why in told["detail"]


def body(**fields) -> bytes:
    return json.dumps({"id": "x", "body": "Four died."} | fields).encode()


REFUSED = {
    "nothing": (b"", 422, "invalid-request"),
    "empty body": (body(body=""), 422, "invalid-request"),
    "blank body": (body(body=" \n\t\u2003"), 422, "invalid-request"),
    "no body": (b'{"id": "x"}', 422, "invalid-request"),
    "body of another type": (body(body=7), 422, "invalid-request"),
    "body of too many characters": (body(body="a" * 200_001), 422, "invalid-request"),
    "unknown field": (body(text="x"), 422, "invalid-request"),
    "empty id": (body(id=""), 422, "invalid-request"),
    "id with a line end": (body(id="a\nb"), 422, "invalid-request"),
    "id of another type": (body(id=7), 422, "invalid-request"),
    "time without an offset": (body(published_at="2026-03-03T11:40:00"), 422, "invalid-request"),
    "unknown kind": (body(kind="blog"), 422, "invalid-request"),
    "nested metadata": (body(metadata={"a": {"b": 1}}), 422, "invalid-request"),
    "too many metadata": (body(metadata={f"k{number}": 1 for number in range(33)}), 422, "invalid-request"),
    "too long metadata": (body(metadata={"a": "x" * 2_001}), 422, "invalid-request"),
    "a list": (b'["Four died."]', 422, "invalid-request"),
    "a string": (b'"Four died."', 422, "invalid-request"),
    "null": (b"null", 422, "invalid-request"),
    "lone surrogate": (b'{"id": "x", "body": "a \\ud800 b"}', 422, "invalid-request"),
    "lone surrogate in a name": (b'{"id": "x", "body": "a", "metadata": {"\\udfff": 1}}', 422, "invalid-request"),
    "lone surrogate in a field": (b'{"id": "x", "body": "a", "\\ud800": 1}', 422, "invalid-request"),
    "not a number": (b'{"id": "x", "body": "a", "metadata": {"a": NaN}}', 422, "invalid-request"),
    "infinity": (b'{"id": "x", "body": "a", "metadata": {"a": 1e999}}', 422, "invalid-request"),
    "cut off": (b'{"id": "x", "body": "Four di', 400, "malformed-json"),
    "not JSON": (b"Four died.", 400, "malformed-json"),
    "binary": (bytes(range(256)) * 16, 400, "malformed-json"),
    "invalid UTF-8": (b'{"id": "x", "body": "\xff\xfe"}', 400, "malformed-json"),
    "half a character": (b'{"id": "x", "body": "caf\xc3"}', 400, "malformed-json"),
    "deep JSON": (b'{"id": "x", "body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "malformed-json"),
    "endless number": (b'{"id": "x", "body": "a", "metadata": {"a": ' + b"9" * 5_000 + b"}}", 400, "malformed-json"),
    "nine megabytes": (NINE_MEGABYTES, 413, "content-too-large"),
}


@pytest.fixture
def unharmed(client: TestClient, bridge: dict, keys: Callable[[], set[str]]) -> Iterator[None]:
    """Check that the index is unchanged and still finds stories, whatever the test sent."""
    client.post(ARTICLES, json=bridge["wire"])
    before = keys()
    yield
    assert keys() == before
    assert client.get("/readyz").status_code == 200
    assert client.post("/v1/check", json={"body": bridge["copy"]["body"]}).json()["original_id"] == bridge["wire"]["id"]


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(("content", "status", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_article_is_refused(client, content, status, kind):
    assert_problem(client.post(ARTICLES, content=content, headers=JSON), status, kind)
    assert_problem(client.put(f"{ARTICLES}/x", content=content, headers=JSON), status, kind)
    assert_problem(client.post("/v1/check", content=content, headers=JSON), status, kind)


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("content_type", ["image/png", "text/csv", None])
def test_another_media_type_is_refused(client, content_type):
    headers = {} if content_type is None else {"content-type": content_type}

    assert_problem(client.post(ARTICLES, content=body(), headers=headers), 415, "unsupported-media-type")
    assert_problem(client.post("/v1/check", content=b"Four died.", headers=headers), 415, "unsupported-media-type")


@pytest.mark.usefixtures("unharmed")
def test_every_fault_is_named_with_its_place(client):
    response = client.post(ARTICLES, json={"id": "", "headline": 7, "text": "x"})

    document = assert_problem(response, 422, "invalid-request")
    assert {error["place"] for error in document["errors"]} == {"body.id", "body.headline", "body.text", "body.body"}
    assert document["detail"].endswith("(and 3 more).")


@pytest.mark.usefixtures("unharmed")
def test_nine_megabytes_in_pieces_without_a_length_are_refused_alike(client):
    pieces = (NINE_MEGABYTES[at : at + 65_536] for at in range(0, len(NINE_MEGABYTES), 65_536))

    response = client.post(ARTICLES, content=pieces, headers=JSON)

    assert "content-length" not in response.request.headers
    assert_problem(response, 413, "content-too-large")


@pytest.mark.usefixtures("unharmed")
def test_a_million_unknown_fields_are_not_all_told_of(client):
    many = json.dumps({f"field-{number}": 0 for number in range(50_000)}).encode()

    response = client.post(ARTICLES, content=many, headers=JSON)

    assert_problem(response, 422, "invalid-request")
    assert len(response.content) < 100_000


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("article_id", ["%00", "%0A", "a%7Fb", "x" * 201])
def test_an_id_that_cannot_be_is_refused(client, article_id):
    for method in ("GET", "DELETE"):
        assert_problem(client.request(method, f"{ARTICLES}/{article_id}"), 422, "invalid-request")
    assert_problem(client.put(f"{ARTICLES}/{article_id}", json={"body": "Four died."}), 422, "invalid-request")


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize("parameters", [{"report": "perhaps"}, {"store": "never"}])
def test_parameters_that_make_no_sense_are_refused(client, parameters):
    response = client.post(ARTICLES, json={"id": "x", "body": "Four died."}, params=parameters)

    assert assert_problem(response, 422, "invalid-request")["errors"][0]["place"] == f"query.{next(iter(parameters))}"


@pytest.mark.parametrize(
    "text",
    [
        "Fire",
        "Fire \x00 in Tolvane",
        "\x00",
        "\x01\x02\x7f",
        "😀",
        "...",
        "\u200b",
        "\u202e\u2066",
        "e" + "\u0301" * 10_000,
        "\U0010ffff",
        "A" * 200_000,
        "A. " * 15_000,
        "\n".join("By Ada Lund" for _ in range(2_000)),
    ],
    ids=range(13),
)
def test_strange_text_is_stored_and_given_back_as_it_was(client, keys, text):
    response = client.post(ARTICLES, json={"id": "x", "body": text})

    assert response.status_code == 201
    report = response.json()["report"]
    assert report["decision"] in {"new", "undecided"}  # most are too short to decide
    assert (report["original_id"], report["matches"]) == (None, [])
    assert client.get(f"{ARTICLES}/x").json()["body"] == text
    assert client.get(f"{ARTICLES}/x/pickups").json()["total"] == 0
    assert client.post("/v1/check", json={"body": text}).status_code == 200
    assert client.delete(f"{ARTICLES}/x").status_code == 204
    assert keys() == set()


@pytest.mark.parametrize("text", ["Fire", "Fire in Tolvane"])
def test_the_same_few_words_again_are_a_duplicate(client, text):
    client.post(ARTICLES, json={"id": "x", "body": text})

    assert client.post("/v1/check", json={"body": text}).json()["decision"] == "duplicate"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v1", 404, "not-found"),
        ("GET", "/v2/articles", 404, "not-found"),
        ("DELETE", "/v1/articles", 405, "method-not-allowed"),
        ("PATCH", "/v1/articles/a", 405, "method-not-allowed"),
        ("GET", "/v1/check", 405, "method-not-allowed"),
        ("POST", "/livez", 405, "method-not-allowed"),
    ],
)
def test_what_does_not_exist_is_a_problem_too(client, method, path, status, kind):
    response = client.request(method, path)

    assert_problem(response, status, kind)
    assert ("allow" in response.headers) == (status == 405)


def test_a_real_server_answers_a_client_that_sends_too_much(live):
    with (
        client_of(EmbeddedStore(live.data_dir).url) as store,
        httpx2.Client(base_url=live.url, timeout=PATIENCE_SECONDS) as client,
    ):
        before = set(store.keys())
        assert_problem(client.post(ARTICLES, content=NINE_MEGABYTES, headers=JSON), 413, "content-too-large")
        pieces = (NINE_MEGABYTES[at : at + 65_536] for at in range(0, len(NINE_MEGABYTES), 65_536))
        assert_problem(client.post(ARTICLES, content=pieces, headers=JSON), 413, "content-too-large")

        assert client.get("/readyz").status_code == 200
        assert set(store.keys()) == before


def test_a_wrong_address_or_method_is_told_what_is_right(client):
    assert "/docs" in client.get("/v1/article").json()["detail"]
    refused = client.patch("/v1/articles/x", json={})
    assert refused.status_code == 405
    assert "'Allow'" in refused.json()["detail"]
    assert refused.headers["allow"] == "DELETE, GET, HEAD, PUT"


def test_one_word_is_counted_as_one(client):
    assert client.post("/v1/check", json={"body": "Rain."}).json()["why"].startswith("The text has 1 word; ")
