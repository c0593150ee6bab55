from __future__ import annotations

import json

import pytest

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from wirematch.formats.registry import Format, read
from wirematch.formats.web.page import parse

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


# What real pages do

PARAGRAPHS = [
    "The harbour board of Lindholm voted on Tuesday evening to close the old timber quay for eleven months at least.",
    "Chairwoman Petra Salonen said the board had no choice, as the engineers had warned twice since the spring.",
    "Fishermen who land their catch at the quay will be moved to the northern basin by the first week of May.",
    "A group of boat owners has announced that it will challenge the decision before the regional court in Varnes.",
    "The town council paid for the slates and the lead, while the oak came from a wood near the river Aune.",
    "Insurance for boats that are moved is to be settled by the end of the month, a letter to all owners says.",
]
OTHERS = [
    f"Comment number {n}: somebody is of the opinion that the board of the harbour has slept for {n} years and more."
    for n in range(2, 60)
]


def paged(inner: str, head: str = "") -> bytes:
    return f"<!doctype html><html lang='en'><head><title>Quay</title>{head}</head><body>{inner}</body></html>".encode()


def marked(paragraphs: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


@pytest.mark.parametrize(
    "around",
    [
        f'<section id="comments"><h3>58 comments</h3>{marked(OTHERS)}</section>',
        f'<div class="comments-area"><ol class="comment-list"><li class="comment">{marked(OTHERS)}</li></ol></div>',
        f'<div id="disqus_thread">{marked(OTHERS)}</div>',
        f'<div class="more-from-us"><h2>More from us</h2>{marked(OTHERS[:3])}</div>',
        f'<aside class="related-articles">{marked(OTHERS[:3])}</aside>',
        f'<div class="newsletter-signup">{marked(OTHERS[:2])}</div>',
    ],
    ids=["section", "list", "disqus", "more", "related", "newsletter"],
)
@pytest.mark.parametrize("inside", [True, False])
def test_comments_and_teasers_are_no_part_of_the_article(around, inside):
    story = f"<h1>Quay closes</h1>{marked(PARAGRAPHS)}"
    inner = f"<article>{story}{around}</article>" if inside else f"<article>{story}</article>{around}"

    assert parse(paged(inner))[0].article.body == "\n\n".join(PARAGRAPHS)


def test_characters_that_no_document_may_have_stop_nothing():
    """In what is removed; lxml reads them, but refuses to write them."""
    around = f'<div class="more-from-us"><h2>More from us</h2>{marked(OTHERS[:3])}</div>\x03 \x02'
    inner = f"{around}<article><h1>Quay closes</h1>{marked(PARAGRAPHS)}{around}</article>"

    assert "\n\n".join(PARAGRAPHS) in parse(paged(inner))[0].article.body


def test_an_article_about_comments_is_kept():
    inner = f'<div class="related"><h1>Quay</h1><article class="teaser">{marked(PARAGRAPHS)}</article></div>'

    assert parse(paged(inner))[0].article.body == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("parts", [2, 3, 6])
def test_an_article_in_several_containers_is_whole(parts):
    size = len(PARAGRAPHS) // parts
    boxes = [PARAGRAPHS[first : first + size] for first in range(0, len(PARAGRAPHS), size)]
    advertisement = '<div class="row"><aside class="ad"><div class="ad-slot"></div></aside></div>'
    inner = advertisement.join(
        f'<div class="grid"><div class="article-body"><div class="body__inner">{marked(box)}</div></div></div>'
        for box in boxes
    )
    page = paged(f'<nav><a href="/">Home</a></nav><article><h1>Quay</h1><div class="chunks">{inner}</div></article>')

    assert parse(page)[0].article.body == "\n\n".join(PARAGRAPHS)


def test_the_json_lds_text_is_taken_where_the_page_shows_a_teaser():
    said = {"@type": "newsarticle", "headline": "Quay", "articleBody": "\n\n".join(PARAGRAPHS).replace("é", "&eacute;")}
    head = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    teaser = (
        f'<div class="article__content">{marked(PARAGRAPHS[:1])}<p>Subscribe to read the whole story today.</p></div>'
    )

    assert parse(paged(f"<h1>Quay</h1>{teaser}", head))[0].article.body == "\n\n".join(PARAGRAPHS)
    short = said | {"articleBody": PARAGRAPHS[0]}
    head = f'<script type="application/ld+json">{json.dumps(short)}</script>'
    whole = f"<h1>Quay</h1><article>{marked(PARAGRAPHS)}</article>"
    assert parse(paged(whole, head))[0].article.body == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("charset", ["gb2312", "windows-1252", "shift_jis", "klingon-no"])
def test_bytes_that_are_utf_8_are_read_as_that_whatever_is_said(charset):
    text = "La bahía de Núñez está cerrada — dijo la presidenta — durante once meses. " * 4
    page = f'<html><head><meta charset="{charset}"></head><body><article><p>{text}</p></article></body></html>'

    assert parse(page.encode())[0].article.body == text.strip()


HOME = "https://courier.example"


@pytest.mark.parametrize("site", [HOME, f"{HOME}/", f"{HOME}/index.html", f"{HOME}/#website"])
@pytest.mark.parametrize("where", ["mainEntityOfPage", "@id", "url"])
def test_a_home_page_is_no_pages_id(site, where):
    said = {"@type": "NewsArticle", "headline": "Quay", where: {"@id": site} if where == "mainEntityOfPage" else site}
    script = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    article = f"<article>{marked(PARAGRAPHS)}</article>"
    canonical = f'<link rel="canonical" href="{HOME}/quay">'

    assert parse(paged(article, script + canonical))[0].id == f"{HOME}/quay"
    home = f'<link rel="canonical" href="{HOME}/"><meta property="og:url" content="{HOME}/en">'
    assert parse(paged(article, script + home))[0].id is None


DATE = "2026-03-03T10:00:00+00:00"


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    "head",
    [
        f'<meta property="article:published_time" content="{DATE}">',
        f'<meta name="parsely-pub-date" content="{DATE}">',
        f'<meta name="pubdate" content="{DATE}">',
        f'<meta itemprop="datePublished" content="{DATE}">',
        f'<meta name="DC.date.issued" content="{DATE}">',
        linked({"@graph": [{"@type": "WebPage", "datePublished": DATE}]}),
        linked({"@type": "NewsArticle", "headline": "a\nb", "datePublished": DATE}).replace("\\n", "\n"),
    ],
    ids=range(7),
)
def test_a_date_that_is_stated_is_found(head):
    page = paged(f"<article>{marked(PARAGRAPHS)}</article>", head)

    assert parse(page)[0].article.published_at.isoformat() == DATE


def test_the_shown_time_is_the_last_resort():
    page = paged(f'<article><time datetime="{DATE}">3 March</time>{marked(PARAGRAPHS)}</article>')

    assert parse(page)[0].article.published_at.isoformat() == DATE


def test_a_short_page_is_read():
    text = "The quay of Lindholm is closed until the first week of May, the harbour board said on Tuesday evening."

    assert parse(paged(f"<article><h1>Quay</h1><p>{text}</p></article>"))[0].article.body == text
