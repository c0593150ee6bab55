"""Wires: their headers and takes, their encodings, and unreadable messages."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from wirematch.errors import InvalidDocumentError
from wirematch.formats.registry import Format, read, recognise
from wirematch.formats.wire import iptc_7901
from wirematch.formats.wire.charset import decode_wire
from wirematch.formats.wire.takes import Take, take_of

CET, EST = timezone(timedelta(hours=1)), timezone(timedelta(hours=-5))


def test_a_wires_headers_are_kept():
    (seven,) = read((DOCUMENTS / "iptc-7901.txt").read_bytes(), Format.IPTC_7901)
    (anpa,) = read((DOCUMENTS / "anpa-1312.txt").read_bytes(), Format.ANPA_1312)

    assert (seven.urgency, anpa.urgency) == (3, 3)
    assert seven.article.metadata == {
        "format": "IPTC 7901",
        "version": "1",
        "version_created": "2026-03-03T06:10:00+00:00",
        "urgency": 3,
        "byline": "By Ada Lund",
        "slugline": "Ferry/Skerrin",
        "service": "nwa",
        "message": "0062",
        "category": "i",
        "word_count": 243,
    }
    assert anpa.article.metadata["slugline"] == "BC-Ferry-Skerrin, 1st Ld-Writethru"
    assert anpa.article.metadata["byline"] == "By ADA LUND"
    assert (anpa.article.metadata["message"], anpa.article.metadata["category"]) == ("a0427", "i")


@pytest.mark.parametrize("name", ["iptc-7901.txt", "anpa-1312.txt"])
def test_a_wire_is_read_without_its_control_characters_too(name):
    content = bytes(byte for byte in (DOCUMENTS / name).read_bytes() if byte >= 0x20 or byte in b"\r\n")
    content = content.replace(b"Writethru 03-03 0243\r\n", b"Writethru 03-03 0243\r\n")
    (document,) = read(content, recognise(content, "a.txt"))

    assert document.article.headline == HEADLINE
    assert document.article.body == STORY
    assert document.article.published_at is not None


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("Ferry", ("Ferry", Take())),
        ("BC-Ferry, 1st Ld-Writethru", ("BC-Ferry", Take(lead=1))),
        ("Ferry, 2nd Lead", ("Ferry", Take(lead=2))),
        ("Ferry 3rd Ld, 1st Add", ("Ferry", Take(lead=3, add=1))),
        ("Ferry, Writethru", ("Ferry", Take(lead=1))),
        ("Ferry, First Add", ("Ferry", Take(add=1))),
        ("Ferry-Add 2", ("Ferry 2", Take(add=1))),
        ("Leadership, Address", ("Leadership, Address", Take())),
    ],
)
def test_takes(keyword, expected):
    assert take_of(keyword) == expected


def test_takes_are_versions_in_order():
    takes = [Take(), Take(add=1), Take(add=2), Take(lead=1), Take(lead=1, add=1), Take(lead=2)]

    assert [take.version for take in takes] == ["1", "1.1", "1.2", "2", "2.1", "3"]


WIRE = "nwa062 4 i 211 nwa\r\n\r\nKai/\r\nKai geschlossen =\r\n\r\n   {text}\r\n\r\n031137 GMT Mar 26\r\n"
GERMAN = "Die Hafenbehörde schließt den alten Kai für elf Monate, weil zwei Pfähle über Nacht hohl geworden wären."


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "cp437", "cp850"])
def test_the_charset_of_a_wire_is_told_by_its_bytes(encoding):
    content = WIRE.format(text=f"{GERMAN} " * 3).encode(encoding)

    assert read(content, recognise(content, "a.txt"))[0].article.body.startswith(GERMAN)


@pytest.mark.parametrize(
    ("charset", "sent", "read_as"),
    [
        ("iso646-de", "f}r Stra~en und \\l, [mter", "für Straßen und Öl, Ämter"),
        ("iso646-se", "f|r sm}", "för små"),
        ("iso646-no", "p} bl{b{r", "på blæbær"),
        ("cp437", "f\x81r", "für"),
        ("iso-8859-1", "f\xfcr", "für"),
    ],
)
def test_the_charset_of_a_wire_may_be_declared(charset, sent, read_as):
    assert decode_wire(sent.encode("latin-1"), charset) == read_as


@pytest.mark.parametrize("format_", [Format.TEXT, Format.IPTC_7901])
def test_a_national_variant_is_read_in_any_text(format_):
    content = WIRE.format(text="Gro~e ]berraschung f}r die \\lh[fen") if format_ is Format.IPTC_7901 else None
    sent = (content or "Gro~e ]berraschung f}r die \\lh[fen").encode()

    assert read(sent, format_, "ISO646_DE")[0].article.body == "Große Überraschung für die ÖlhÄfen"


def test_a_wire_with_an_unknown_charset_is_refused(refused):
    with pytest.raises(InvalidDocumentError, match="charset"):
        read(WIRE.format(text="a").encode(), Format.IPTC_7901, "klingon")


@pytest.mark.parametrize(
    ("content", "format_", "said"),
    [
        ("Four died.", Format.IPTC_7901, "line 1: a message begins with service"),
        ("nwa062 4 i 211 nwa\r\n\r\n031137 GMT Mar 26", Format.IPTC_7901, "the text: it is empty"),
        ("Four died.", Format.ANPA_1312, "line 1: a message begins with service"),
        ("a0427 alf\r\nu i bc-x 03-03 0100\r\n", Format.ANPA_1312, "the text: it is empty"),
        ("<NewsML/>", Format.NEWSML_1, "there is no NewsItem in it"),
        ("<NewsML><NewsItem/></NewsML>", Format.NEWSML_1, "it contains no text"),
        ("{}", Format.JSON_STORY, "no text was found in the usual places"),
        ('{"items": []}', Format.JSON_STORY, "no text was found"),
        ("[" * 100_000, Format.JSON_STORY, "is not valid JSON"),
        ("", Format.MAIL, "it has no headers"),
        ("From: a\nContent-Type: application/pdf\n\nx", Format.MAIL, "only application/pdf; send what is attached"),
    ],
)
def test_what_cannot_be_read_is_refused_and_said(refused, content, format_, said):
    assert said in str(refused(content, format_))


# NewsML 1


def test_a_header_alone_makes_no_wire():
    assert not iptc_7901.looks_like_it("The quay 4 i 211 is closed.")
    assert iptc_7901.looks_like_it("\x01nwa062 4 i 211 ccccb   nwa 061\r\n")
