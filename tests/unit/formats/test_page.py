from __future__ import annotations

import json

import pytest

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from wirematch.formats.page import parse
from wirematch.formats.registry import Format, read

PAGE = (DOCUMENTS / "page.html").read_text(encoding="utf-8")


def without_linked_data() -> str:
    start = PAGE.index('<script type="application/ld+json">')
    return PAGE[:start] + PAGE[PAGE.index("</script>", start) + len("</script>") :]


def test_without_json_ld_the_page_itself_says_what_it_is():
    (document,) = parse(without_linked_data().encode())
    article = document.article

    assert article.body == STORY
    assert (article.headline, article.source) == ("Ferry aground", "Courier site name")
    assert article.id == article.url == "https://courier.example/2026/03/ferry"
    assert article.published_at.isoformat() == "2026-03-03T07:00:00+00:00"
    assert article.metadata["byline"] == "Somebody Else"


def test_broken_json_ld_counts_for_nothing():
    broken = PAGE.replace('{"@context"', '{"@context', 1)

    assert parse(broken.encode())[0].article.headline == "Ferry aground"


def test_the_article_of_the_json_ld_stands_in_where_the_page_has_none():
    said = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": STORY}
    page = f'<html><body><script type="application/ld+json">{json.dumps(said)}</script></body></html>'

    assert parse(page.encode())[0].article.body == STORY


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "windows-1252"])
def test_the_encoding_is_a_mark_or_a_meta_element_or_what_it_must_be(encoding):
    page = PAGE.replace('<meta charset="utf-8">', f'<meta charset="{encoding.removesuffix("-sig")}">')

    assert parse(page.encode(encoding))[0].article.body == STORY
    assert parse(PAGE.replace('<meta charset="utf-8">', "").encode(encoding))[0].article.body == STORY


def test_the_senders_charset_goes_before_the_pages():
    (document,) = read(PAGE.encode("windows-1252"), Format.HTML, "windows-1252")

    assert document.article.body == STORY


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        ("<!-- nothing -->", "it is empty"),
        ("<html><body></body></html>", "no text of an article was found"),
        (f"<p {' '.join(f'a{n}=1' for n in range(1_001))}>x</p>", "more than 1,000 attributes"),
        ("<p>x" * 50_001, "more than 50,000 elements"),
        ("<div>" * 300 + "x", "nested too deeply"),
        (PAGE.replace(HEADLINE, "x" * 2_001), "headline: String should have at most 2000"),
    ],
    ids=range(7),
)
def test_what_cannot_be_compared_is_refused(refused, content, said):
    assert said in str(refused(content, Format.HTML))
