"""HTTP itself: methods, validators, links, compressed bodies, and ids that look like paths."""

from __future__ import annotations

import gzip
import json
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from support.formats_documents import DOCUMENTS, STORY
from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.formats.packing import zstd

ARTICLES = "/v1/articles"


def path_of(article_id: str) -> str:
    return f"{ARTICLES}/{quote(article_id, safe='')}"


@pytest.mark.parametrize("part", ["cluster", "pickups", "event"])
def test_an_id_that_ends_like_a_path_is_an_id(client, part):
    ids = ["https://norwind.example/star", f"https://norwind.example/star/{part}", part, f"/{part}"]
    for number, article_id in enumerate(ids):
        assert client.put(path_of(article_id), json={"body": f"{STORY} {number}"}).status_code == 201

    for number, article_id in enumerate(ids):
        article = client.get(path_of(article_id)).json()
        assert (article["id"], article["body"]) == (article_id, f"{STORY} {number}")
        assert client.get(f"{path_of(article_id)}/{part}").json()["id"] == article_id
    assert client.delete(path_of(ids[1])).status_code == 204
    assert client.get(path_of(ids[0])).status_code == 200


def encoded(path: str) -> str:
    """The same path with all unreserved characters percent-encoded (RFC 3986, 6.2.2.2)."""
    return "/".join("".join(f"%{ord(one):02x}" for one in part) for part in path.split("/"))


def test_a_path_whose_plain_characters_are_encoded_is_the_same_path(client):
    for article_id in ("quay-7", "quay-7/cluster"):
        stored = client.put(path_of(article_id), json={"body": f"{STORY} {article_id}"})
        assert stored.status_code == 201
    for path in ("", "/cluster", "/pickups", "/event"):
        assert client.get(encoded(f"{ARTICLES}/quay-7{path}")).json()["id"] == "quay-7"
    within = encoded(f"{ARTICLES}/quay-7") + "%2f" + encoded("cluster")
    assert client.get(within).json()["id"] == "quay-7/cluster"
    assert client.get(f"{within}/%63luster").json()["id"] == "quay-7/cluster"
    page = client.get(encoded("/articles/quay-7"))
    assert (page.status_code, page.text) == (200, client.get("/articles/quay-7").text)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", f"{ARTICLES}/a", "DELETE, GET, HEAD, PUT"),
        ("PATCH", ARTICLES, "GET, HEAD, POST"),
        ("DELETE", f"{ARTICLES}/a/cluster", "GET, HEAD"),
        ("PUT", f"{ARTICLES}/a/event", "GET, HEAD"),
        ("PUT", f"{ARTICLES}/a/b/pickups", "GET, HEAD"),
        ("POST", "/livez", "GET, HEAD"),
        ("GET", "/v1/check", "POST"),
    ],
)
def test_a_method_that_is_not_there_names_those_that_are(client, method, path, allowed):
    response = client.request(method, path)
    if method == "PUT":  # nor is there one for documents
        document = client.put(path, content=b"<nitf/>", headers={"Content-Type": "application/nitf+xml"})
        assert document.status_code == 405

    assert response.headers["allow"] == allowed
    assert_problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/openapi.json", "/docs", path_of("a"), f"{path_of('a')}/cluster"]
)
def test_what_can_be_read_has_a_head(client, path):
    client.put(path_of("a"), json={"body": STORY})
    get, head = client.get(path), client.head(path)

    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_an_etag_names_the_state_that_was_read(client):
    client.put(path_of("a"), json={"body": STORY})
    tag = client.get(path_of("a")).headers["etag"]

    assert client.get(path_of("a"), headers={"if-none-match": tag}).status_code == 304
    assert client.get(path_of("a"), headers={"if-none-match": '"other"'}).status_code == 200
    changed = client.put(path_of("a"), json={"body": STORY + " More."}, headers={"if-match": f'"x", {tag}'})
    assert changed.status_code == 200
    assert client.get(path_of("a")).headers["etag"] != tag
    late = client.put(path_of("a"), json={"body": STORY + " Late."}, headers={"if-match": tag})
    assert_problem(late, 412, "precondition-failed")
    assert_problem(client.delete(path_of("a"), headers={"if-match": tag}), 412, "precondition-failed")
    assert client.get(path_of("a")).json()["body"] == STORY + " More."
    gone = client.delete(path_of("a"), headers={"if-match": "*"})
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers


def test_a_condition_may_ask_for_no_article(client):
    first = client.put(path_of("a"), json={"body": STORY}, headers={"if-none-match": "*"})
    second = client.put(path_of("a"), json={"body": STORY}, headers={"if-none-match": "*"})
    third = client.put(path_of("b"), json={"body": STORY}, headers={"if-match": "*"})

    assert first.status_code == 201
    assert_problem(second, 412, "precondition-failed")
    assert_problem(third, 412, "precondition-failed")


def test_pages_are_linked(client):
    for number in range(5):
        client.put(path_of(f"c{number}"), json={"body": STORY, "source": "Norwind"})
    links = client.get(f"{path_of('c0')}/cluster?limit=2&offset=2").links

    assert "offset=0" in links["prev"]["url"]
    assert "offset=4" in links["next"]["url"]
    assert "next" not in client.get(f"{path_of('c0')}/cluster?limit=2&offset=4").links
    assert client.get(f"{path_of('c0')}/cluster").links == {}


@pytest.mark.parametrize("article_id", ["größe 1", "a/cluster/b", "a?b#c", 'a"b>c'])
def test_a_link_leads_to_the_same_article_whatever_its_id(client, article_id):
    for place in (article_id, "b", "c"):
        client.put(path_of(place), json={"body": STORY})
    response = client.get(f"{path_of(article_id)}/cluster?limit=1")
    following = client.get(response.links["next"]["url"])

    assert response.headers["link"].isascii()
    assert (following.json()["id"], following.json()["offset"]) == (article_id, 1)


def test_an_article_that_has_expired_is_refused(client):
    body = {"body": STORY, "expires_at": "2020-01-01T00:00:00Z"}

    for response in (client.post(ARTICLES, json=body), client.put(path_of("a"), json=body)):
        assert "in the past" in assert_problem(response, 422, "invalid-article")["detail"]
    lines = client.post(
        f"{ARTICLES}/bulk", content=json.dumps(body) + "\n", headers={"content-type": "application/x-ndjson"}
    )
    assert json.loads(lines.text.splitlines()[0])["status"] == 422


# The list of all articles


def all_listed(client, **query):
    found, path, params = [], ARTICLES, query
    while path:
        response = client.get(path, params=params)
        assert response.status_code == 200, response.text
        found += [article["id"] for article in response.json()["articles"]]
        path, params = response.links.get("next", {}).get("url"), None
        assert bool(path) == bool(response.json()["next"])
    return found


@pytest.mark.parametrize("shards", [1, 3])
def test_all_articles_are_listed_a_page_at_a_time(settings, shards):
    with TestClient(create_app(settings.model_copy(update={"shards": shards}))) as client:
        for number in range(25):
            fields = {"source": "Norwind" if number % 2 else "Halden", "kind": "wire" if number < 20 else "article"}
            fields["published_at"] = f"2026-03-{number + 1:02}T10:00:00Z"
            client.put(path_of(f"a{number}") + "?report=false", json={"body": f"{STORY} {number}"} | fields)
        client.put(path_of("a3") + "?report=false", json={"body": STORY, "source": "Norwind"})
        client.delete(path_of("a4"))

        expected = {f"a{number}" for number in range(25)} - {"a4"}
        for limit in (1, 7, 24, 1_000):
            found = all_listed(client, limit=limit)
            assert sorted(found) == sorted(expected)
        assert len(all_listed(client, source="Halden", limit=3)) == 12
        assert len(all_listed(client, kind="article")) == 5
        assert set(all_listed(client, published_after="2026-03-21T00:00:00Z", limit=2)) == {
            f"a{number}" for number in range(20, 25)
        }
        assert all_listed(client, source="nobody") == []


def test_a_list_that_cannot_be_gone_on_with_says_so(client):
    assert_problem(client.get(ARTICLES, params={"after": str(77 << 48)}), 410, "stale-listing")
    assert_problem(client.get(ARTICLES, params={"after": "x"}), 422, "invalid-request")


# Compressed bodies

PACKINGS = {"gzip": gzip.compress, "zstd": zstd.compress}


@pytest.mark.parametrize("encoding", PACKINGS)
def test_a_packed_request_is_read(client, encoding):
    pack = PACKINGS[encoding]
    headers = {"content-encoding": encoding, "content-type": "application/json"}
    content = json.dumps({"id": "a", "body": STORY}).encode()

    stored = client.post(ARTICLES, content=pack(content[:20]) + pack(content[20:]), headers=headers)
    document = client.post(
        "/v1/check",
        content=pack((DOCUMENTS / "nitf-3.5.xml").read_bytes()),
        headers=headers | {"content-type": "application/nitf+xml"},
    )

    assert stored.status_code == 201, stored.text
    assert document.json()["original_id"] == "a"


@pytest.mark.parametrize("encoding", PACKINGS)
def test_a_packed_stream_is_read_and_answered(client, encoding):
    lines = b"".join(json.dumps({"id": f"b{n}", "body": f"{STORY} {n}"}).encode() + b"\n" for n in range(200))
    response = client.post(
        f"{ARTICLES}/bulk?report=false",
        content=PACKINGS[encoding](lines),
        headers={"content-encoding": encoding, "content-type": "application/x-ndjson"},
    )

    assert json.loads(response.text.splitlines()[-1])["summary"]["stored"] == 200


@pytest.mark.parametrize("encoding", PACKINGS)
def test_what_is_wrong_with_a_packed_body_is_told(client, encoding):
    """A stream is answered up to the damage, and says last why it was read no further."""
    pack = PACKINGS[encoding]
    short = b"".join(pack(json.dumps({"id": f"s{n}", "body": "Rain."}).encode() + b"\n") for n in range(4_000))
    story = pack(json.dumps({"id": "t", "body": STORY}).encode() + b"\n")
    kind = {"content-encoding": encoding, "content-type": "application/x-ndjson"}
    for broken, said in ((short, "Compress the body as a whole"), (story + b"nothing packed", "not valid")):
        *stored, last = client.post(f"{ARTICLES}/bulk?report=false", content=broken, headers=kind).text.splitlines()
        told = json.loads(last)["problem"]
        assert (told["type"], said in told["detail"]) == ("urn:wirematch:problem:unreadable-stream", True)
        assert all(json.loads(line)["status"] == 201 for line in stored)

    response = client.put(f"{ARTICLES}/t", content=short, headers=kind | {"content-type": "application/json"})
    detail = assert_problem(response, 400, "bad-request")["detail"]
    assert "beyond 1,000, they must have 128 packed bytes on average. Compress the body as a whole" in detail
    assert "not valid" not in detail  # it may well be sound


@pytest.mark.parametrize("encoding", PACKINGS)
def test_what_a_request_expands_to_is_limited(client, encoding):
    bomb = PACKINGS[encoding](b" " * 50_000_000)
    response = client.post(
        ARTICLES, content=bomb, headers={"content-encoding": encoding, "content-type": "application/json"}
    )

    assert len(bomb) < 100_000
    assert_problem(response, 413, "content-too-large")


@pytest.mark.parametrize("encoding", PACKINGS)
def test_a_damaged_request_is_refused(client, encoding):
    content = PACKINGS[encoding](json.dumps({"body": STORY}).encode())
    for broken in (content[:-5], content[:30], b"nothing packed", b""):
        response = client.post(
            ARTICLES, content=broken, headers={"content-encoding": encoding, "content-type": "application/json"}
        )
        assert response.status_code == 400, broken[:20]


def test_another_encoding_is_refused_with_those_that_are_read(client):
    response = client.post(
        ARTICLES, content=b"x", headers={"content-encoding": "br", "content-type": "application/json"}
    )

    assert "gzip, zstd" in assert_problem(response, 415, "unsupported-media-type")["detail"].replace("x-gzip, ", "")
    assert "gzip" in response.headers["accept-encoding"]


# The OpenAPI document


def test_errors_are_described_as_problem_documents(client):
    described = client.get("/openapi.json").json()
    seen = 0
    for path in described["paths"].values():
        for operation in path.values():
            for status, told in operation["responses"].items():
                if int(status) >= 400:
                    seen += 1
                    schema = {"$ref": "#/components/schemas/Problem"}
                    assert told["content"] == {"application/problem+json": {"schema": schema}}
    assert seen > 20
    body = described["paths"][ARTICLES]["post"]["requestBody"]["content"]
    assert body["application/ninjs+json"]["schema"]["type"] == "object"
    assert body["application/nitf+xml"]["schema"] == {"type": "string"}


def test_a_time_in_an_address_is_no_number(client):
    assert_problem(client.get(ARTICLES, params={"published_before": "0.5"}), 422, "invalid-request")
    assert client.get(ARTICLES, params={"published_before": "2026-03-03T11:40:00+01:00"}).status_code == 200
