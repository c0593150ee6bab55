from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.formats_documents import DOCUMENTS, STORY
from wirematch.formats.registry import Format
from wirematch.formats.web import feed

RSS = (DOCUMENTS / "feed-rss.xml").read_text(encoding="utf-8")

ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(feed.MOST_ATTRIBUTES + 1))
LONG_NAMES = " ".join(f"{'a' * 101}{number}='1'" for number in range(feed.MOST_ATTRIBUTES + 1))
CODECS = ("punycode", "utf-7", "unicode_escape", "cp037")


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'


def test_every_entry_is_a_document(documents):
    full, short = documents("feed-rss.xml")

    assert (full.id, full.article.source, full.article.language) == ("courier-1", "Tolvane Courier", "en-gb")
    assert full.article.body == STORY
    assert full.article.metadata["byline"] == "Rhoda Fenn"
    assert "excerpt" not in full.article.metadata
    assert short.id == short.article.url == "https://courier.example/2026/03/engineers"
    assert short.article.headline == "Engineers to be heard & asked"
    assert short.article.body == "The harbour commission hears the engineers of Brannock on Friday."
    assert short.article.published_at == datetime(2026, 3, 3, 9, 20, tzinfo=UTC)
    assert short.article.metadata["excerpt"] is True
    assert short.version_created is None


def test_entries_are_named_by_their_number(refused):
    good = "<item><guid>a</guid><description>Four died.</description></item>"
    refusal = refused(rss(f"{good}<item><title>b</title></item>{good}<item><link>http://c</link></item>"), Format.FEED)

    assert [fault.place for fault in refusal.faults] == ["entry 2", "entry 4"]
    assert "it contains no text" in refusal.faults[0].message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not a feed"),
        ("Four died.", "is not a feed"),
        ("<html><body>x</body></html>", "is not a feed"),
        (rss(""), "has no entries"),
        (f"<!-- {'x' * 100} -->", "is not a feed: line "),
        (rss("<item/>" * (feed.MOST_ENTRIES + 1)), "more than 2,000 entries"),
        (rss("<item/>" * (feed.MOST_ENTRIES + 1)).encode("utf-16"), "more than 2,000 entries"),
        (rss("<a>" * (feed.MOST_TAGS + 1)), "more than 60,000 tags"),
        (rss(f"<item {ATTRIBUTES}/>"), "more than 2,000 attributes"),
        (rss(f"<item {ATTRIBUTES}/>").encode("utf-16"), "more than 2,000 attributes"),
        (rss(f"<item a='>' {ATTRIBUTES}/>"), "more than 2,000 attributes"),
        (rss(f"<item b='\u4e3c' {ATTRIBUTES}/>").encode("utf-16"), "more than 2,000 attributes"),
        (rss(f"<item {LONG_NAMES}/>"), "more than 2,000 attributes"),
        *((f"<?xml version='1.0' encoding='{one}'?>{rss('<item/>')}", "is not a supported encoding") for one in CODECS),
        (f"<?xml version='1.0'?>{rss('<item/>')}".encode("cp037"), "is not a feed"),
        ("<?xml version='1.0' " + "encoding='a' " * 20_000, "is not a readable feed"),
        (rss(f"<item><title>{'x' * 2_001}</title><description>a</description></item>"), "entry 1, title: String"),
    ],
    ids=range(20),
)
def test_what_is_no_feed_is_refused(refused, content, said):
    assert said in str(refused(content, Format.FEED))


@pytest.mark.parametrize("quote", ["&quot;", '"', "'"])
def test_a_long_article_in_escaped_markup_is_read(quote):
    paragraph = f"&lt;p class={quote}body{quote} style={quote}margin: 0{quote}&gt;Four died.&lt;/p&gt;"
    (document,) = feed.parse(
        rss(f"<item><title>a</title><description>{paragraph * 2_000}</description></item>").encode()
    )

    assert document.article.body.count("Four died.") == 2_000


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "us-ascii"),
        ("utf-8", "utf8mb4"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", ""),
        ("utf-16-be", "utf-16"),
        ("iso8859-1", "ISO-8859-1"),
        ("iso8859-1", ""),
        ("iso8859-13", "iso-8859-13"),
    ],
)
def test_a_feed_is_read_in_its_encoding(encoding, declared):
    said = f"<?xml version='1.0' encoding='{declared}'?>\n" if declared else ""
    item = "<item><title>a</title><description>Vier tote in Köln.</description></item>"
    (document,) = feed.parse((said + rss(item)).encode(encoding))

    assert document.article.body == "Vier tote in Köln."


def test_a_feed_that_is_cut_off_brings_what_is_whole():
    (document, *_) = feed.parse(RSS[: RSS.index("<item>", RSS.index("</item>"))].encode())

    assert document.id == "courier-1"


def test_it_is_never_taken_for_an_address_or_a_path(refused, tmp_path):
    (tmp_path / "feed.xml").write_text(RSS, encoding="utf-8")

    for content in (str(tmp_path / "feed.xml"), f"file://{tmp_path}/feed.xml", "http://127.0.0.1:9/feed"):
        assert "is not a feed" in str(refused(content, Format.FEED))


def test_bad_entries_leave_the_good_ones_alone():
    good = "<item><guid>a</guid><description>Four died.</description></item>"
    found = feed.parse(rss(f"{good}<item><title>b</title></item>{good}<item><link>http://c</link></item>").encode())

    assert [document.article.body for document in found] == ["Four died."] * 2
    assert [fault.place for fault in found.refused] == ["entry 2", "entry 4"]


def test_a_time_without_an_offset_is_utc_and_told():
    item = "<item><description>Four died.</description><pubDate>Tue, 03 Mar 2026 08:20:00</pubDate></item>"
    (document,) = feed.parse(rss(item).encode())

    assert document.article.published_at == datetime(2026, 3, 3, 8, 20, tzinfo=UTC)
    assert document.told == ["entry 1, published: no time zone: read as UTC"]


def test_names_of_zones_are_read_and_ambiguous_ones_told():
    def read_at(zone: str):
        item = f"<item><description>Four died.</description><pubDate>Tue, 03 Mar 2026 08:20:00 {zone}</pubDate></item>"
        return feed.parse(rss(item).encode())[0]

    assert read_at("CEST").article.published_at == datetime(2026, 3, 3, 6, 20, tzinfo=UTC)
    assert read_at("CEST").told == []
    assert read_at("BST").article.published_at == datetime(2026, 3, 3, 7, 20, tzinfo=UTC)
    assert read_at("BST").told == ["entry 1, published: BST is read as UTC+01:00, not as that of Bangladesh"]
