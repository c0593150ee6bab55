from __future__ import annotations

import pytest

from support.formats_documents import DOCUMENTS
from wirematch.errors import InvalidDocumentError, UnknownFormatError
from wirematch.formats.registry import Format, named, of_media_type, read, recognise


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("story.txt", Format.TEXT),
        ("article.json", Format.JSON),
        ("ninjs-1.3.json", Format.NINJS),
        ("ninjs-3-kill.json", Format.NINJS),
        ("newsml-g2-item.xml", Format.NEWSML_G2),
        ("newsml-g2-message.xml", Format.NEWSML_G2),
        ("nitf-3.5.xml", Format.NITF),
        ("nitf-kill.xml", Format.NITF),
        ("article-graph.jsonld", Format.JSON_LD),
        ("article-list.jsonld", Format.JSON_LD),
        ("feed-rss.xml", Format.FEED),
        ("feed-atom.xml", Format.FEED),
        ("page.html", Format.HTML),
    ],
)
def test_a_document_is_recognised_without_its_name(name, expected):
    content = (DOCUMENTS / name).read_bytes()

    if name == "article-list.jsonld":
        assert recognise(content, "a.json") is expected
    else:
        assert recognise(content, "standard input") is expected


@pytest.mark.parametrize("name", ["newsml-g2-item.xml", "nitf-3.5.xml", "feed-rss.xml", "feed-atom.xml"])
def test_any_xml_is_read_by_its_root(name):
    content = (DOCUMENTS / name).read_bytes()

    assert read(content, Format.XML) == read(content, recognise(content, "standard input"))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.nitf", b"", Format.NITF),
        ("A.XML", b"", Format.XML),
        ("a.rss", b"", Format.FEED),
        ("a.htm", b"", Format.HTML),
        ("a.txt", b'{"uri": "urn:x:1"}', Format.TEXT),
        ("a", b"", Format.TEXT),
        ("a", b"{sic}", Format.TEXT),
        ("a.json", b"{sic}", Format.JSON),
        ("a", b"<p>A text about tags.", Format.TEXT),
        ("a", b"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE nitf SYSTEM 'a.dtd'><nitf/>", Format.NITF),
        ("a", b"<x:newsItem xmlns:x='urn:x'/>", Format.NEWSML_G2),
        ("a", b"\xef\xbb\xbf <!DOCTYPE HTML><p>", Format.HTML),
        ("a", b"<HTML>", Format.HTML),
        ("a", "<rss/>".encode("utf-16"), Format.FEED),
        ("a", b"<!--" * 1_000, Format.TEXT),
        ("a", b"<", Format.TEXT),
        ("a", b"\xff\xfe", Format.TEXT),
    ],
    ids=range(17),
)
def test_a_name_goes_before_the_content(name, content, expected):
    assert recognise(content, name) is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/plain", (Format.TEXT, None)),
        ("Text/Plain; Charset=ISO-8859-1", (Format.TEXT, "ISO-8859-1")),
        ('application/nitf+xml; charset="utf-8"', (Format.NITF, "utf-8")),
        ("application/ninjs+json", (Format.NINJS, None)),
        ("application/vnd.iptc.g2.newsmessage+xml", (Format.NEWSML_G2, None)),
        ("application/json", (Format.JSON, None)),
        ("image/png", (None, None)),
        ("nonsense", (None, None)),
        ("text/plain\r\nx: y", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
    ids=range(11),
)
def test_a_content_type(content_type, expected):
    format_, charset = of_media_type(content_type)

    assert format_ is expected[0]
    if expected[0] is not None:
        assert charset == expected[1]


def test_a_format_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UnknownFormatError, match="'pdf' is not a format; formats are text, json, ninjs"):
        named("pdf")


@pytest.mark.parametrize("charset", ["klingon", "zlib", "rot13", "idna", "punycode", "utf-7", "unicode_escape", "\x00"])
def test_a_charset_that_no_news_comes_in_is_refused(charset):
    with pytest.raises(InvalidDocumentError, match="charset"):
        read(b"Four died.", Format.TEXT, charset)


@pytest.mark.parametrize("name", ["nitf-3.5.xml", "newsml-g2-item.xml"])
def test_the_senders_charset_goes_before_the_documents(name):
    text = (DOCUMENTS / name).read_text(encoding="utf-8")

    assert read(text.encode("utf-16-le"), Format.XML, "utf-16-le") == read(text.encode(), Format.XML)
    assert "café" in read("le café".encode("latin-1"), Format.TEXT, "iso-8859-1")[0].article.body


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF"),
        (b"PK\x03\x04[Content_Types].xml", "a DOCX, an ODT or another packed file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a DOC or another old office file"),
        (b"{\\rtf1\\ansi Four died.}", "an RTF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
    ],
)
@pytest.mark.parametrize("name", ["", "story.txt", "story.html", "story.json"])
def test_a_file_that_is_no_text_is_named_and_refused(content, kind, name):
    with pytest.raises(InvalidDocumentError, match=f"is {kind}, which is not supported"):
        read(content, recognise(content, name))


@pytest.mark.parametrize(
    "text", ["GIF89a is forty, and its pictures still move.", "PK Norwind scored twice.", "%PDFs grow."]
)
def test_a_text_that_begins_almost_as_such_a_file_is_read(text):
    assert read(text.encode(), recognise(text.encode(), ""))[0].article.body == text
