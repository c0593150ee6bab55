"""News documents over HTTP: stored and checked like articles, or refused with the place of the fault."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from support.api_calls import ARTICLES
from support.document_calls import MEDIA_TYPES, URI, content_of, ninjs, send, stored
from support.formats_documents import HEADLINE, STORY
from support.problem_documents import assert_problem
from wirematch.formats.registry import MEDIA_TYPES as ACCEPTED
from wirematch.formats.registry import Format


def plain_text(charset: str) -> dict[str, str]:
    return {"content-type": f"text/plain; charset={charset}", "x-requested-with": "tests"}


COPY = {"id": "courier-copy", "source": "Tolvane Courier", "kind": "article", "body": STORY}


@pytest.mark.parametrize("name", MEDIA_TYPES)
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


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_document_is_checked_as_an_article_would_be(client, name):
    client.post(ARTICLES, json=COPY)

    response = client.post("/v1/check", content=content_of(name), headers={"content-type": MEDIA_TYPES[name]})

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
        client.post(ARTICLES, content=STORY.encode(charset), headers=plain_text(charset)).json()["id"]
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


def test_put_stores_a_document_under_the_paths_id(client):
    headers = {"content-type": "text/plain"}
    first = client.put(f"{ARTICLES}/mine", content=STORY, headers=headers)
    second = client.put(f"{ARTICLES}/mine", content=STORY + " More.", headers=headers)

    assert (first.status_code, second.status_code) == (201, 200)
    assert stored(client, "mine")["version"] == 2


def test_put_does_not_contradict_the_document(client):
    response = client.put(f"{ARTICLES}/other", content=ninjs(), headers={"content-type": "application/ninjs+json"})

    assert URI in assert_problem(response, 422, "invalid-article")["detail"]


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
    media_type = next(name for name, other in ACCEPTED.items() if other is format_)
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
    response = client.post(ARTICLES, content=b"x", headers=plain_text("klingon"))

    assert_problem(response, 422, "invalid-document")


def test_too_large_a_document_is_refused_as_any_body(client):
    response = client.post(ARTICLES, content=b"x" * 9_000_000, headers=plain_text("utf-8"))

    assert_problem(response, 413, "content-too-large")


def test_the_description_names_every_media_type_where_it_is_read(client):
    paths = client.get("/openapi.json").json()["paths"]

    for path, method in ((ARTICLES, "post"), ("/v1/articles/{article_id}", "put"), ("/v1/check", "post")):
        assert set(paths[path][method]["requestBody"]["content"]) == set(ACCEPTED)
    assert list(paths["/v1/compare"]["post"]["requestBody"]["content"]) == ["application/json"]
