from __future__ import annotations

import json
from typing import Any

import pytest

from wirematch.formats.registry import Format
from wirematch.formats.web.json_ld import parse

ARTICLE = {"@type": "NewsArticle", "headline": "Fire", "articleBody": "Four died."}


def one(**fields: Any):
    (document,) = parse(json.dumps(ARTICLE | fields).encode())
    return document


def test_a_list_brings_every_article_of_it(documents):
    first, second = documents("article-list.jsonld")

    assert (first.id, first.article.source, first.article.published_at) == ("c-1", "Tolvane Courier", None)
    assert first.article.metadata["published_local"] == "2026-03-03"
    assert second.article.headline == "Ferries deserve better"
    assert second.article.body == "The line should say when it knew.\n\nIt has not."
    assert second.id == second.article.url == "https://courier.example/opinion"
    assert second.article.metadata["byline"] == "Oswin Pell"


@pytest.mark.parametrize(
    "kind", ["NewsArticle", "schema:NewsArticle", "https://schema.org/NewsArticle", ["Thing", "ReportageNewsArticle"]]
)
def test_the_type_may_be_written_in_many_ways(kind):
    assert one(**{"@type": kind}).article.body == "Four died."


def test_it_is_found_wherever_it_stands():
    inside = {"@context": "https://schema.org", "@type": "WebPage", "mainEntity": {"item": [None, {"x": ARTICLE}]}}

    assert parse(json.dumps(inside).encode())[0].article.headline == "Fire"


def test_an_article_within_an_article_is_no_other():
    assert one(isPartOf=ARTICLE, citation=[ARTICLE]).article.body == "Four died."


def test_a_publisher_may_be_pointed_to():
    graph = {
        "@graph": [ARTICLE | {"publisher": {"@id": "#org"}}, {"@id": "#org", "@type": "Organization", "name": "C"}]
    }

    assert parse(json.dumps(graph).encode())[0].article.source == "C"
    assert one(publisher={"@id": "#nobody"}).article.source is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"@id": "https://c.example/a#article"}, "https://c.example/a#article"),
        ({"@id": "#article", "identifier": "c-1"}, "c-1"),
        ({"@id": "_:b0", "url": "https://c.example/a"}, "https://c.example/a"),
        ({"mainEntityOfPage": "https://c.example/a"}, "https://c.example/a"),
        ({"identifier": {"@type": "PropertyValue", "name": "cms", "value": "7"}}, "7"),
        ({"url": "/a"}, None),
        ({}, None),
    ],
    ids=range(7),
)
def test_the_id_means_the_same_outside_of_the_page(fields, expected):
    assert one(**fields).id == expected


@pytest.mark.parametrize(
    ("value", "status"),
    [("Canceled", "canceled"), ("retracted", "canceled"), ("Withheld", "withheld"), ("Published", "usable")],
)
def test_a_work_that_was_taken_back(value, status):
    assert one(identifier="c-1", creativeWorkStatus=value).status == status


def test_a_version_may_be_a_number():
    assert one(version=3).version == "3"
    assert one(version="3.1").version == "3.1"
    assert one(version=True).version is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"@graph": [{"@type": "NewsArticle"}]}, "/@graph/0: it contains no text"),
        ([ARTICLE, ARTICLE | {"articleBody": " "}], "/1: "),
        (ARTICLE | {"headline": "x" * 2_001}, "/headline: String should have at most 2000"),
        (ARTICLE | {"author": ["y", "z"], "inLanguage": ["e" * 36]}, "/inLanguage/0: String should have at most 35"),
        ({"@type": "WebPage"}, "the document: there is no object with the @type NewsArticle"),
        ([], "the document: there is no object"),
        ("text", "the document: there is no object"),
    ],
    ids=range(7),
)
def test_what_is_wrong_is_named_by_its_pointer(refused, content, said):
    assert said in str(refused(json.dumps(content), Format.JSON_LD))


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], {"name": 7}, {"@value": None}, [None, {}]])
def test_values_of_other_types_count_for_nothing(value):
    names = ("headline", "publisher", "inLanguage", "url", "datePublished", "author", "version", "@id", "identifier")
    document = one(**dict.fromkeys(names, value))

    assert document.article.body == "Four died."
    assert document.article.source is None


def test_entities_and_markup_in_texts_are_read():
    document = one(
        articleBody="A c&acirc;mara decidiu.\r\n\r\nOs &quot;pescadores&quot;.", headline="Cais &amp; mar&eacute;"
    )

    assert document.article.body == 'A câmara decidiu.\r\n\r\nOs "pescadores".'
    assert document.article.headline == "Cais & maré"
    assert one(articleBody="&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;").article.body == "One\n\nTwo"


def test_raw_line_ends_in_texts_are_read_and_told():
    (document,) = parse(b'{"@type": "NewsArticle", "articleBody": "One.\n\nTwo."}')

    assert document.article.body == "One.\n\nTwo."
    assert document.told == ["the document: raw control characters in its texts"]


@pytest.mark.parametrize("kind", ["newsarticle", "http://schema.org/newsArticle", "schema:NEWSARTICLE"])
def test_types_are_read_in_any_letters(kind):
    (document,) = parse(json.dumps({"@type": kind, "articleBody": "Four died."}).encode())

    assert document.article.body == "Four died."
