"""News documents over HTTP: stored, replaced in the order of their versions, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.formats.registry import MEDIA_TYPES, Format

ARTICLES = "/v1/articles"
URI = "urn:newsml:norwind.example:20260303:ferry:3"
COPY = {"id": "courier-copy", "source": "Tolvane Courier", "kind": "article", "body": STORY}

SENT = {
    "ninjs-1.3.json": "application/ninjs+json",
    "ninjs-2.1.json": "application/ninjs+json; charset=utf-8",
    "ninjs-3.2.json": "application/ninjs+json",
    "newsml-g2-item.xml": "application/vnd.iptc.g2.newsitem+xml",
    "newsml-g2-nitf.xml": "application/xml",
    "nitf-3.5.xml": "application/nitf+xml",
    "nitf-3.6.xml": "text/xml",
    "article-graph.jsonld": "application/ld+json",
    "feed-atom.xml": "application/atom+xml",
    "page.html": "text/html; charset=utf-8",
}


def content_of(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def send(client, name: str, **more: Any):
    return client.post(ARTICLES, content=content_of(name), headers={"content-type": SENT[name]}, **more)


def ninjs(**fields: Any) -> bytes:
    return json.dumps(json.loads(content_of("ninjs-3.2.json")) | fields).encode()


def send_ninjs(client, **fields: Any):
    return client.post(ARTICLES, content=ninjs(**fields), headers={"content-type": "application/ninjs+json"})


def stored(client, article_id: str = URI) -> dict[str, Any]:
    return client.get(f"{ARTICLES}/{quote(article_id)}").json()


@pytest.mark.parametrize("name", SENT)
def test_a_document_is_stored_as_an_article_would_be(client, name):
    response = send(client, name)
    receipt = response.json()

    assert response.status_code == 201, response.text
    assert (receipt["stored"], receipt["version"], receipt["report"]["decision"]) == (True, 1, "new")
    article = stored(client, receipt["id"])
    assert article["body"][:60].replace("—", "–") == STORY[:60]
    assert article["headline"] == HEADLINE
    assert article["metadata"]["format"]
    assert client.post("/v1/check", json={"body": STORY}).json()["original_id"] == receipt["id"]


@pytest.mark.parametrize("name", SENT)
def test_a_document_is_checked_as_an_article_would_be(client, name):
    client.post(ARTICLES, json=COPY)

    response = client.post("/v1/check", content=content_of(name), headers={"content-type": SENT[name]})

    assert response.json()["original_id"] == "courier-copy"
    assert client.get(f"{ARTICLES}/courier-copy/pickups").json()["total"] == 0  # nothing was stored


def test_an_embargoed_story_is_stored_with_all_that_was_said_of_it(client):
    send(client, "ninjs-3.2.json")
    article = stored(client)

    assert article["published_at"] == "2026-03-03T05:10:00Z"
    assert article["metadata"] == {
        "format": "ninjs 3.2",
        "version": "1.10",
        "version_created": "2026-03-03T06:45:30.250000+00:00",
        "embargoed": True,
        "embargoed_until": "2026-03-03T08:00:00+00:00",
        "urgency": 1,
        "edit_note": "Third lead.",
        "byline": "Ada Lund",
        "slugline": "ferry-aground",
    }


def test_the_same_document_again_changes_nothing(client):
    first, second = send(client, "ninjs-3.2.json"), send(client, "ninjs-3.2.json")

    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json()["stored"], second.json()["version"]) == (True, 1)


def test_a_plain_text_gets_an_id_each_time(client):
    ids = {
        client.post(
            ARTICLES, content=STORY.encode(charset), headers={"content-type": f"text/plain; charset={charset}"}
        ).json()["id"]
        for charset in ("utf-8", "windows-1252", "utf-16")
    }

    assert len(ids) == 3
    assert {stored(client, article_id)["body"] for article_id in ids} == {STORY}


def test_a_copy_is_not_kept_when_none_is_wanted(client):
    client.post(ARTICLES, json=COPY)

    response = send(client, "newsml-g2-item.xml", params={"store": "unless_duplicate"})

    assert response.status_code == 200
    assert (response.json()["stored"], response.json()["report"]["original_id"]) == (False, "courier-copy")
    assert client.get(f"{ARTICLES}/{quote('urn:newsml:norwind.example:20260303:g2ferry')}").status_code == 404


# Versions


@pytest.mark.parametrize(
    ("before", "after"),
    [("9", "10"), ("1.9", "1.10"), ("1", "1.1"), ("007", "8")],
)
def test_a_newer_version_replaces_and_an_older_one_changes_nothing(client, before, after):
    send_ninjs(client, version=before, edNote="first")
    newer = send_ninjs(client, version=after, edNote="second")
    older = send_ninjs(client, version=before, edNote="late")

    assert (newer.status_code, newer.json()["version"]) == (200, 2)
    assert older.status_code == 200
    assert older.json() == {"id": URI, "stored": False, "version": 2, "report": None}
    assert stored(client)["metadata"]["edit_note"] == "second"
    assert stored(client)["version"] == 2


def test_versions_without_a_number_go_by_their_time(client):
    times = {name: f"2026-03-03T{hour}:00:00Z" for name, hour in (("first", "07"), ("second", "08"), ("late", "06"))}
    for name in ("first", "second", "late"):
        send_ninjs(client, version=f"lead {name}", versionCreated=times[name], edNote=name)

    assert stored(client)["metadata"]["edit_note"] == "second"


def test_an_equal_number_goes_by_its_time_and_then_by_arrival(client):
    for note, time in (("a", "07"), ("b", "08"), ("c", "06"), ("d", "08")):
        send_ninjs(client, version="2", versionCreated=f"2026-03-03T{time}:00:00Z", edNote=note)

    assert stored(client)["metadata"]["edit_note"] == "d"


def test_versions_that_come_at_once_leave_the_newest(client):
    versions = [str(number) for number in range(1, 13)]
    with ThreadPoolExecutor(12) as threads:
        responses = list(threads.map(lambda version: send_ninjs(client, version=version), versions))

    assert {response.status_code for response in responses} <= {200, 201}
    assert [response.status_code for response in responses].count(201) == 1
    assert stored(client)["metadata"]["version"] == "12"


def test_an_article_that_came_as_json_is_replaced_by_its_document(client):
    client.post(ARTICLES, json=COPY | {"id": URI})

    assert send_ninjs(client).status_code == 200
    assert stored(client)["metadata"]["version"] == "1.10"


def test_an_id_in_json_is_taken_as_ever(client):
    send_ninjs(client)

    assert_problem(client.post(ARTICLES, json=COPY | {"id": URI}), 409, "article-exists")


# Withdrawals


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_kill_removes_the_story_and_tells_whom_to_warn(client, keys, status):
    empty = keys()
    send_ninjs(client)
    client.post(ARTICLES, json=COPY | {"published_at": "2026-03-03T12:00:00Z"})

    kill = send_ninjs(client, version="1.11", pubStatus=status, edNote="KILL", bodies=[])

    assert kill.status_code == 200
    answer = kill.json()
    assert (answer["id"], answer["status"], answer["withdrawn"], answer["outdated"]) == (URI, status, True, False)
    assert answer["edit_note"] == "KILL"
    assert [(pickup["id"], pickup["source"]) for pickup in answer["pickups"]] == [("courier-copy", "Tolvane Courier")]
    assert answer["pickups"][0]["passages"]
    assert_problem(client.get(f"{ARTICLES}/{quote(URI)}"), 404, "article-not-found")
    assert client.post("/v1/check", json={"body": STORY}).json()["original_id"] == "courier-copy"
    client.delete(f"{ARTICLES}/courier-copy")
    assert keys() == empty | {f":kill:{URI}}}"}  # so that no older version is stored again


def test_a_kill_with_a_text_stores_nothing_either(client):
    send(client, "newsml-g2-item.xml")
    response = client.post(
        ARTICLES,
        content=content_of("newsml-g2-kill.xml"),
        headers={"content-type": "application/vnd.iptc.g2.newsitem+xml"},
    )

    assert (response.json()["withdrawn"], response.json()["pickups"]) == (True, [])
    assert client.post("/v1/check", json={"body": STORY}).json()["index"]["articles"] == 0


def test_a_kill_by_another_document_names_its_target(client):
    send(client, "nitf-3.5.xml")
    response = client.post(
        ARTICLES, content=content_of("nitf-kill.xml"), headers={"content-type": "application/nitf+xml"}
    )

    assert (response.json()["id"], response.json()["withdrawn"]) == ("NW0303-ferry", True)


def test_a_kill_of_what_is_not_stored_says_so(client):
    response = send_ninjs(client, pubStatus="canceled")

    assert response.status_code == 200
    assert (response.json()["withdrawn"], response.json()["outdated"], response.json()["pickups"]) == (False, False, [])


def test_a_kill_of_an_older_version_changes_nothing(client):
    send_ninjs(client, version="3")

    response = send_ninjs(client, version="2", pubStatus="canceled")

    assert (response.json()["withdrawn"], response.json()["outdated"]) == (False, True)
    assert stored(client)["metadata"]["version"] == "3"


def test_a_withdrawal_cannot_be_checked_without_a_text(client):
    response = client.post(
        "/v1/check", content=content_of("ninjs-3-kill.json"), headers={"content-type": "application/ninjs+json"}
    )

    assert "withdrawal without a text" in assert_problem(response, 422, "invalid-article")["detail"]


# Under an id of the sender's choice


def test_put_stores_a_document_under_the_paths_id(client):
    headers = {"content-type": "text/plain"}
    first = client.put(f"{ARTICLES}/mine", content=STORY, headers=headers)
    second = client.put(f"{ARTICLES}/mine", content=STORY + " More.", headers=headers)

    assert (first.status_code, second.status_code) == (201, 200)
    assert stored(client, "mine")["version"] == 2


def test_put_minds_versions_and_kills_too(client):
    def put(**fields: Any):
        return client.put(
            f"{ARTICLES}/{quote(URI)}", content=ninjs(**fields), headers={"content-type": "application/ninjs+json"}
        )

    assert put(version="2").status_code == 201
    assert put(version="1").json()["stored"] is False
    assert put(version="3", pubStatus="withheld").json()["withdrawn"] is True


def test_put_does_not_contradict_the_document(client):
    response = client.put(f"{ARTICLES}/other", content=ninjs(), headers={"content-type": "application/ninjs+json"})

    assert URI in assert_problem(response, 422, "invalid-article")["detail"]


# What is refused

BAD = {
    "ninjs": (Format.NINJS, b'{"uri": "urn:x:1", "pubstatus": "gone", "body_text": "a"}', "/pubstatus"),
    "NewsML-G2": (Format.NEWSML_G2, b"<newsItem version='1'/>", "/newsItem/@guid (line 1)"),
    "NITF": (Format.NITF, b"<nitf>\n<body>\n</nitf>", "line 3, column 8"),
    "JSON-LD": (Format.JSON_LD, b'[{"@type": "NewsArticle"}]', "/0"),
    "feed": (Format.FEED, b"<rss version='2.0'><channel><item/></channel></rss>", "entry 1"),
    "page": (Format.HTML, b"<html></html>", "the page"),
    "any XML": (Format.XML, b"<story/>", "/story (line 1)"),
}


@pytest.mark.parametrize(("format_", "content", "place"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("path", [ARTICLES, "/v1/check"])
def test_a_bad_document_is_refused_with_its_place(client, keys, path, format_, content, place):
    before = keys()
    media_type = next(name for name, other in MEDIA_TYPES.items() if other is format_)
    document = assert_problem(
        client.post(path, content=content, headers={"content-type": media_type}), 422, "invalid-document"
    )

    assert document["errors"][0]["place"] == place
    assert place in document["detail"]
    assert keys() == before


def test_several_articles_in_one_document_are_refused_with_a_way_out(client):
    response = client.post(
        ARTICLES, content=content_of("feed-rss.xml"), headers={"content-type": "application/rss+xml"}
    )

    document = assert_problem(response, 422, "several-articles")
    assert "holds 2 articles" in document["detail"]
    assert "wirematch add" in document["detail"]


def test_a_package_is_refused_with_a_way_out(client):
    response = client.post(
        ARTICLES,
        content=content_of("newsml-g2-package.xml"),
        headers={"content-type": "application/vnd.iptc.g2.packageitem+xml"},
    )

    assert "send its news items" in assert_problem(response, 422, "invalid-document")["detail"]


def test_a_charset_that_is_not_read_is_refused(client):
    response = client.post(ARTICLES, content=b"x", headers={"content-type": "text/plain; charset=klingon"})

    assert_problem(response, 422, "invalid-document")


def test_too_large_a_document_is_refused_as_any_body(client):
    response = client.post(ARTICLES, content=b"x" * 9_000_000, headers={"content-type": "text/plain"})

    assert_problem(response, 413, "content-too-large")


def test_the_description_names_every_media_type_where_it_is_read(client):
    paths = client.get("/openapi.json").json()["paths"]

    for path, method in ((ARTICLES, "post"), ("/v1/articles/{article_id}", "put"), ("/v1/check", "post")):
        assert set(paths[path][method]["requestBody"]["content"]) == set(MEDIA_TYPES)
    assert list(paths["/v1/compare"]["post"]["requestBody"]["content"]) == ["application/json"]


# Kills and late versions, in one process and between two


@pytest.fixture(params=["one process", "two processes"])
def doors(request: pytest.FixtureRequest, settings) -> Iterator[tuple[TestClient, TestClient]]:
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        yield one, (one if request.param == "one process" else other)


def test_an_older_version_does_not_come_back_after_a_kill(doors):
    one, other = doors
    send_ninjs(one, version="2")
    assert send_ninjs(other, version="4", pubStatus="canceled").json()["withdrawn"] is True

    for version in ("1", "2", "3", "4"):
        late = send_ninjs(one, version=version)
        assert late.status_code == 200
        assert late.json() == {"id": URI, "stored": False, "version": None, "report": None}
        assert one.get(f"{ARTICLES}/{quote(URI)}").status_code == 404
    assert send_ninjs(one, version="5").status_code == 201
    assert stored(other)["metadata"]["version"] == "5"


def test_a_kill_that_comes_first_keeps_out_what_it_means(doors):
    one, other = doors
    assert send_ninjs(one, version="3", pubStatus="canceled").json()["withdrawn"] is False

    assert send_ninjs(other, version="2").json()["stored"] is False
    assert send_ninjs(other, version="3.1").json()["stored"] is True
    assert send_ninjs(one, version="1", pubStatus="canceled").json()["outdated"] is True  # lowers nothing
    assert send_ninjs(other, version="3").json()["stored"] is False


def test_kills_without_versions_go_by_time_and_then_by_arrival(client):
    def put(status: str | None = None, hour: str | None = None) -> dict[str, Any]:
        created = {"versionCreated": f"2026-03-03T{hour}:00:00Z"} if hour else {}
        document = json.loads(ninjs())
        del document["version"], document["versionCreated"]
        content = json.dumps(document | created | ({"pubStatus": status} if status else {}))
        headers = {"content-type": "application/ninjs+json"}
        return client.post(ARTICLES, content=content, headers=headers).json()

    put(hour="07")
    assert put("canceled", "08")["withdrawn"] is True
    assert put(hour="08")["stored"] is False
    assert put(hour="09")["stored"] is True
    assert put("canceled")["withdrawn"] is True
    assert put()["stored"] is True  # nobody can say which came first


def test_versions_and_kills_at_once_between_processes_leave_what_is_newest(settings, store, index_name):
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        for round_ in range(4):
            uri = f"{URI}:{round_}"
            sent = [{"version": str(number)} for number in range(1, 13)]
            sent[6] |= {"pubStatus": "canceled"}
            if round_ % 2:  # the kill is the newest
                sent = sent[:7]
            work = [(door, fields | {"uri": uri}) for fields in sent for door in (one, other)]
            with ThreadPoolExecutor(12) as threads:
                answers = list(threads.map(lambda item: send_ninjs(item[0], **item[1]), work))

            assert {answer.status_code for answer in answers} <= {200, 201}
            left = one.get(f"{ARTICLES}/{quote(uri)}")
            if round_ % 2:
                assert left.status_code == 404
            else:
                assert left.json()["metadata"]["version"] == "12"


def test_kills_are_remembered_for_the_window(settings, store, index_name):
    with TestClient(create_app(settings.model_copy(update={"kill_window": timedelta(hours=1)}))) as client:
        send_ninjs(client, version="3", pubStatus="canceled")

        assert 3_500 < store.ttl(f"{{{index_name}:kill:{URI}}}") <= 3_600
