"""Malicious documents are refused quickly, and nothing outside of them is read."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from itertools import product

import pytest

from support.formats_documents import DOCUMENTS, STORY
from wirematch.errors import InvalidDocumentError
from wirematch.formats.registry import Format, read, recognise

pytestmark = pytest.mark.slow

XML_FORMATS = (Format.NEWSML_G2, Format.NITF, Format.XML, Format.FEED)
SECONDS = 10
"""CPU seconds, more than any of these takes; otherwise they would take minutes, or all of the memory."""


def billion_laughs(quote: str) -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE nitf [<!ENTITY l0 "lol">{levels}]><nitf{quote}'


BOMBS = {
    "billion laughs": billion_laughs("><body><body.content><p>&l9;</p></body.content></body></nitf>"),
    "billion laughs in an attribute": billion_laughs(' id="&l9;"/>'),
    "quadratic": f'<!DOCTYPE nitf [<!ENTITY x "{"A" * 100_000}">]><nitf>{"&x;" * 100_000}</nitf>',
    "parameter entities": f"<!DOCTYPE nitf [<!ENTITY % p \"<!ENTITY q 'x'>\">{'%p;' * 200_000}]><nitf/>",
    "external parameter entity": '<!DOCTYPE nitf [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><nitf>&q;</nitf>',
    "depth": "<nitf>" + "<p>" * 100_000,
    "own entity": '<!DOCTYPE nitf [<!ENTITY a "b">]><nitf><body><body.content>&a;</body.content></body></nitf>',
}


def refused_soon(content: bytes, format_: Format) -> InvalidDocumentError:
    started = time.thread_time()
    with pytest.raises(InvalidDocumentError) as refusal:
        read(content, format_)
    assert time.thread_time() - started < SECONDS
    assert len(str(refusal.value)) < 2_000
    return refusal.value


@pytest.mark.parametrize(("bomb", "format_"), list(product(BOMBS, XML_FORMATS)))
def test_bombs_of_xml(bomb, format_):
    refused_soon(BOMBS[bomb].encode(), format_)


@pytest.mark.parametrize("format_", XML_FORMATS)
@pytest.mark.parametrize("way", ["file://{}", "{}", "http://127.0.0.1:9/secret"])
def test_an_external_entity_is_not_read(tmp_path, format_, way):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    declared = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{way.format(secret)}">]>'
    nitf = "<nitf><body><body.content><p>&s;</p></body.content></body></nitf>"
    documents = {
        Format.NITF: nitf,
        Format.XML: nitf,
        Format.NEWSML_G2: "<newsItem guid='a'><contentSet><inlineData>&s;</inlineData></contentSet></newsItem>",
        Format.FEED: "<rss version='2.0'><channel><item><description>a &s;</description></item></channel></rss>",
    }
    content = (declared + documents[format_]).encode()

    if format_ is Format.FEED:  # it reads on without the entity
        assert "the secret" not in str(read(content, format_))
    else:
        assert "entities of its own" in str(refused_soon(content, format_))


def test_a_dtd_is_not_loaded(tmp_path):
    dtd = tmp_path / "nitf.dtd"
    dtd.write_text('<!ENTITY own "from the file">', encoding="utf-8")
    story = f'<!DOCTYPE nitf SYSTEM "{dtd}"><nitf><body><body.content><p>a &own; b</p></body.content></body></nitf>'

    (document,) = read(story.encode(), Format.NITF)
    assert document.article.body == "a &own; b"


def test_nothing_is_included(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    story = f"<nitf><body><body.content><p>a {include} b</p></body.content></body></nitf>"

    assert "the secret" not in read(story.encode(), Format.NITF)[0].article.body


MANY = 400_000
MAIL = "From: a@norwind.example\nDate: Tue, 3 Mar 2026 11:40:00 +0000\n"
MIXED = "Content-Type: multipart/mixed; boundary="
SLOW = {
    "attributes of one tag": (Format.HTML, "<a " + " ".join(f"a{n}=1" for n in range(200_000)) + ">"),
    "elements": (Format.HTML, "<p>" * MANY),
    "nesting": (Format.HTML, "<div>" * MANY),
    "open tags": (Format.HTML, "<" * MANY),
    "scripts": (Format.HTML, "<script>" * MANY),
    "packages": (Format.NEWSML_G2, f"<newsMessage><itemSet>{'<packageItem/>' * 100_000}</itemSet></newsMessage>"),
    "items": (Format.NEWSML_G2, f"<newsMessage><itemSet>{'<newsItem/>' * 100_000}</itemSet></newsMessage>"),
    "attributes of an element": (Format.NITF, "<nitf {}/>".format(" ".join(f"a{n}='1'" for n in range(100_000)))),
    "entries": (Format.FEED, f"<rss version='2.0'><channel>{'<item>' * MANY}"),
    "tags in a feed": (Format.FEED, f"<rss version='2.0'><channel><item>{'<a>' * MANY}"),
    "open tags in a feed": (Format.FEED, f"<rss version='2.0'><channel><item>{'<' * MANY}"),
    "spaces in a feed": (Format.FEED, f"<rss{' ' * MANY}"),
    "declarations": (Format.FEED, f"<!DOCTYPE {'<!ENTITY ' * 100_000}"),
    "arrays": (Format.NINJS, "[" * MANY),
    "objects": (Format.JSON_LD, '{"a":' * MANY),
    "bad associations": (Format.NINJS, json.dumps({"uri": "a:b", "associations": [{}] * 50_000, "bodies": []})),
    "messages in one another": (Format.MAIL, f"{MAIL}{MIXED}a\n\n" + f"--a\n{MIXED}a\n\n" * 20_000),
    "lines within messages": (
        Format.MAIL,
        f"{MAIL}{MIXED}b0\n\n" + "".join(f"--b{n}\n{MIXED}b{n + 1}\n\n" for n in range(150)) + "-\n" * MANY,
    ),
    "parts of a message": (Format.MAIL, f"{MAIL}{MIXED}a\n\n" + "--a\n\nx\n" * 40_000),
    "encoded words": (Format.MAIL, f"{MAIL}Subject: {'=?utf-8?q?a?= ' * 20_000}\n\nRain fell."),
    "addresses": (Format.MAIL, f"From: {'a, ' * MANY}\nDate: x\n\nRain fell."),
    "parameters": (Format.MAIL, f"{MAIL}Content-Type: text/plain; {'a*0=b;' * MANY}\n\nRain fell."),
    "digits": (Format.NINJS, '{"uri": "a:b", "version": ' + "9" * MANY + "}"),
}


LINES = "a\n" * 150_000
READ_SOON = {
    "lines of a teletype": f"<nitf><body><body.content><p>{LINES}   b</p></body.content></body></nitf>",
    "lines below an indented one": f"<nitf><body><body.content><p>a\n   b\n{LINES}</p></body.content></body></nitf>",
}


@pytest.mark.parametrize("content", READ_SOON.values(), ids=READ_SOON)
def test_long_paragraphs_are_read_soon(content):
    started = time.thread_time()
    with suppress(InvalidDocumentError):  # longer than an article may be
        read(content.encode(), Format.NITF)
    assert time.thread_time() - started < SECONDS


@pytest.mark.parametrize(("format_", "content"), SLOW.values(), ids=SLOW)
def test_what_would_take_long_is_refused_soon(format_, content):
    refused_soon(content.encode(), format_)


ENCODINGS = {
    "truncated UTF-16": (Format.NITF, "<nitf/>".encode("utf-16")[:-1]),
    "a charset that is none": (Format.NITF, b'<?xml version="1.0" encoding="x-none"?><nitf/>'),
    "UTF-8 that is none": (Format.NITF, b"<nitf><body><body.content>caf\xe9</body.content></body></nitf>"),
    "zero bytes": (Format.NITF, b"<nitf>\x00</nitf>"),
    "JSON in UTF-16": (Format.JSON_LD, '{"@type": "NewsArticle"}'.encode("utf-16")),
    "JSON in Latin-1": (Format.NINJS, b'{"uri": "urn:x:1", "body_text": "caf\xe9"}'),
    "a lone surrogate": (Format.JSON_LD, b'{"@type": "NewsArticle", "articleBody": "a \\udc00"}'),
    "binary": (Format.TEXT, bytes(range(256))),
}


@pytest.mark.parametrize(("format_", "content"), ENCODINGS.values(), ids=ENCODINGS)
def test_bad_encodings_are_refused(format_, content):
    refused_soon(content, format_)


@pytest.mark.parametrize("name", ["newsml-g2-item.xml", "nitf-3.6.xml"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_xml_in_utf_16_is_read(name, encoding):
    text = (DOCUMENTS / name).read_text(encoding="utf-8").replace(' encoding="UTF-8"', "")
    declared = (
        f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")}"?>'
    )
    text = declared + text.removeprefix('<?xml version="1.0"?>')

    assert read(text.encode(encoding), Format.XML)[0].article.body.startswith(STORY[:100])


@pytest.mark.parametrize("format_", Format)
def test_every_document_cut_off_anywhere_is_read_or_refused(format_):
    """Those of other formats are refused at their beginning or read as one long text, so few cuts tell all."""
    for file in sorted(DOCUMENTS.iterdir()):
        content = file.read_bytes()
        cuts = 25 if recognise(content, file.name) is format_ else 3
        for end in range(0, len(content), max(1, len(content) // cuts)):
            with suppress(InvalidDocumentError):
                assert read(content[:end], format_)
