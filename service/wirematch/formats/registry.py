"""Select the parser by format name, media type, or a file's name and content."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import Message
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from wirematch.errors import Fault, InvalidDocumentError, UnknownFormatError
from wirematch.formats import mail, plain
from wirematch.formats.document import Document, Documents
from wirematch.formats.encoding import to_utf8
from wirematch.formats.json_story import stories, xml_stories
from wirematch.formats.json_story.shapes import shape_of
from wirematch.formats.json_text import load_loose_json
from wirematch.formats.newsml import newsml_1, newsml_g2, nitf
from wirematch.formats.ninjs import items as ninjs
from wirematch.formats.parse_options import DEFAULT_PARSE_OPTIONS, ParseOptions
from wirematch.formats.safe_xml import XmlPlace, local_name, parse_xml
from wirematch.formats.web import feed, json_ld, page
from wirematch.formats.wire import anpa_1312, iptc_7901

_BEGINNINGS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a DOCX, an ODT or another packed file",
    b"\xd0\xcf\x11\xe0": "a DOC or another old office file",
    b"{\\rtf": "an RTF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def kind_of(content: bytes) -> str | None:
    """Return what the content is, with its article; None unless it is known not to be a text."""
    return next((kind for begin, kind in _BEGINNINGS.items() if content.startswith(begin)), None)


class Format(StrEnum):
    """Names of formats, as in ``--format``."""

    TEXT = "text"
    JSON = "json"
    NINJS = "ninjs"
    NEWSML_G2 = "newsml-g2"
    NEWSML_1 = "newsml-1"
    NITF = "nitf"
    IPTC_7901 = "iptc-7901"
    ANPA_1312 = "anpa-1312"
    JSON_LD = "json-ld"
    JSON_STORY = "json-story"
    """AP's Media API, JSON Feed, dpa digitalwires, and other JSON with a story in it."""
    FEED = "feed"
    HTML = "html"
    MAIL = "mail"
    XML = "xml"
    """NewsML-G2, NewsML 1, NITF, a feed or XHTML, depending on the root element."""


MEDIA_TYPES = {
    "text/plain": Format.TEXT,
    "application/json": Format.JSON,
    "application/ninjs+json": Format.NINJS,
    "application/vnd.iptc.g2.newsitem+xml": Format.NEWSML_G2,
    "application/vnd.iptc.g2.newsmessage+xml": Format.NEWSML_G2,
    "application/vnd.iptc.g2.packageitem+xml": Format.NEWSML_G2,
    "text/vnd.iptc.newsml": Format.NEWSML_1,
    "application/nitf+xml": Format.NITF,
    "text/vnd.iptc.nitf": Format.NITF,
    "text/vnd.iptc.7901": Format.IPTC_7901,
    "text/vnd.iptc.anpa": Format.ANPA_1312,
    "application/ld+json": Format.JSON_LD,
    "application/feed+json": Format.JSON_STORY,
    "application/vnd.api+json": Format.JSON_STORY,
    "application/hal+json": Format.JSON_STORY,
    "application/vnd.wirematch.story+json": Format.JSON_STORY,
    "application/rss+xml": Format.FEED,
    "application/atom+xml": Format.FEED,
    "application/rdf+xml": Format.FEED,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "message/rfc822": Format.MAIL,
    "text/xml": Format.XML,
    "application/xml": Format.XML,
}
EXTENSIONS = {
    ".txt": Format.TEXT,
    ".jsonld": Format.JSON_LD,
    ".ninjs": Format.NINJS,
    ".nitf": Format.NITF,
    ".rss": Format.FEED,
    ".atom": Format.FEED,
    ".rdf": Format.FEED,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".eml": Format.MAIL,
    ".xml": Format.XML,
}
_TABLE = "is a table, which is not supported: write each row as a line of JSON, with its text in 'body'"
COLLECTIONS = {
    ".csv": _TABLE,
    ".tsv": _TABLE,
    ".psv": _TABLE,
    ".mbox": "is a mailbox, which is not supported: write each message to a file of its own (.eml)",
}
"""Extensions of files with many articles, which would be taken for the text of one."""
LINES = (
    "is lines of JSON, one article each: 'wirematch dedupe' reads them, or a service takes them at POST "
    "/v1/articles/bulk"
)
_ROOTS = dict.fromkeys(newsml_g2.ROOTS, Format.NEWSML_G2) | {
    newsml_1.ROOT: Format.NEWSML_1,
    "nitf": Format.NITF,
    "rss": Format.FEED,
    "feed": Format.FEED,
    "RDF": Format.FEED,
    "html": Format.HTML,
}
WIRE_HEADER_BYTES = 800
_PROLOGUE_CHARACTERS = 4_096
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def read(
    content: bytes, format_: Format, charset: str | None = None, parse_options: ParseOptions = DEFAULT_PARSE_OPTIONS
) -> Documents:
    """Parse the documents in ``content``, at least one; ``charset`` is the one declared by the sender, if any.

    Raises InvalidDocumentError if it violates the format, or none of its entries is an article.
    """
    if kind := kind_of(content):
        raise InvalidDocumentError(f"is {kind}, which is not supported: extract its text")
    if format_ is Format.TEXT:
        format_ = wire_format(content) or format_
    found = _read(content, format_, charset)
    refused = found.refused if isinstance(found, Documents) else ()
    if parse_options.strict and refused:
        raise InvalidDocumentError("holds entries that cannot be read", refused)
    return Documents([parse_options.finished(document, format_.value) for document in found], refused)


def _read(content: bytes, format_: Format, charset: str | None) -> list[Document]:
    if format_ is Format.HTML:
        return page.parse(content, charset)
    if format_ in WIRES:
        return WIRES[format_](content, charset)
    if format_ is Format.MAIL:
        return mail.parse(content)  # each part declares its own
    return _PARSERS[format_](to_utf8(content, charset) if charset else content)


def wire_format(content: bytes) -> Format | None:
    """Return which wire text format the content is in; None if neither. Bytes beyond ASCII do not matter."""
    begin = content[:WIRE_HEADER_BYTES].decode("latin-1")
    if anpa_1312.looks_like_it(begin):
        return Format.ANPA_1312
    return Format.IPTC_7901 if iptc_7901.looks_like_it(begin) else None


def of_media_type(content_type: str | None) -> tuple[Format | None, str | None]:
    """Return the format (None if unknown) and the charset of a ``Content-Type`` (RFC 9110, 8.3)."""
    if not content_type:
        return None, None
    message = Message()
    message["content-type"] = " ".join(content_type.split())
    charset = message.get_param("charset")
    media_type = content_type.partition(";")[0].strip().lower()
    return MEDIA_TYPES.get(media_type), charset if isinstance(charset, str) and charset else None


def named(name: str) -> Format:
    """Return the format of this name. Raises UnknownFormatError, which lists all."""
    try:
        return Format(name)
    except ValueError:
        raise UnknownFormatError(f"{name!r} is not a format; formats are {', '.join(Format)}.") from None


def recognise(content: bytes, name: str) -> Format:
    """Detect the format of a file by its extension, or else by its content.

    Raises InvalidDocumentError for a file of many articles in no format that is read here.
    """
    extension = PurePath(name.lower()).suffix
    if extension in COLLECTIONS:
        raise InvalidDocumentError(COLLECTIONS[extension])
    if extension in EXTENSIONS:
        told = EXTENSIONS[extension]
        return (wire_format(content) or told) if told is Format.TEXT else told
    promised = extension == ".json"
    begin = content[:_PROLOGUE_CHARACTERS]
    text = begin.decode("utf-16" if begin[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig", "ignore").lstrip()
    if promised or text.startswith(("{", "[")):
        found = _json_format(content)
        if found is None and _is_lines(content):
            raise InvalidDocumentError(LINES)
        return found or (Format.JSON if promised else Format.TEXT)
    if text[:14].lower() == "<!doctype html":
        return Format.HTML
    if text.startswith("<"):
        root = _ROOT.match(text, _end_of_prologue(text))
        if root is not None:
            other = Format.XML if text.startswith("<?xml") else Format.TEXT
            return _ROOTS.get(root[1]) or _ROOTS.get(root[1].lower(), other)
    if mail.looks_like_it(text):
        return Format.MAIL
    return wire_format(content) or Format.TEXT


def _is_lines(content: bytes) -> bool:
    """Whether the first line is a JSON object by itself, and the next one begins another."""
    first, _, rest = content.lstrip().partition(b"\n")
    return rest.lstrip()[:1] == b"{" and _json_format(first) is not None


def _end_of_prologue(text: str) -> int:
    found = _PROLOGUE.match(text)
    return found.end() if found is not None else 0


def _json_format(content: bytes) -> Format | None:
    """Return which JSON format the content is in; None if it is not JSON."""
    try:
        value, _ = load_loose_json(content)
    except InvalidDocumentError:
        return None
    if isinstance(value, list):
        return _list_format(value)
    return _object_format(value) if isinstance(value, dict) else Format.JSON


def _list_format(value: list[Any]) -> Format | None:
    if any(isinstance(item, dict) and "@type" in item for item in value):
        return Format.JSON_LD
    return Format.JSON_STORY if shape_of(value) is not None else None


def _object_format(value: dict[str, Any]) -> Format:
    if isinstance(value.get("body"), str | int | float):  # a number is refused as an article's; blocks are read
        return Format.JSON
    if not value.keys().isdisjoint(("@context", "@graph", "@type")):
        return Format.JSON_LD
    if ninjs.looks_like_it(value):
        return Format.NINJS
    return Format.JSON_STORY if shape_of(value) is not None else Format.JSON


def _parse_xml(content: bytes) -> list[Document]:
    """Parse any of the XML formats, according to the root element."""
    root = parse_xml(content)
    format_ = _ROOTS.get(local_name(root))
    if format_ is Format.NEWSML_G2:
        return newsml_g2.of_root(root)
    if format_ is Format.NITF:
        return nitf.of_root(root)
    if format_ is Format.NEWSML_1:
        return newsml_1.of_root(root)
    if format_ is None and xml_stories.is_story(root):
        return xml_stories.of_root(root)
    if format_ is None:
        message = f"the root must be one of {', '.join(sorted(_ROOTS))}"
        raise InvalidDocumentError("is not readable XML", [Fault(str(XmlPlace(root)), message)])
    return _PARSERS[format_](content)


WIRES: dict[Format, Callable[[bytes, str | None], list[Document]]] = {
    Format.IPTC_7901: iptc_7901.parse,
    Format.ANPA_1312: anpa_1312.parse,
}
_PARSERS: dict[Format, Callable[[bytes], list[Document]]] = {
    Format.TEXT: plain.parse_text,
    Format.JSON: plain.parse_article,
    Format.NINJS: ninjs.parse,
    Format.NEWSML_G2: newsml_g2.parse,
    Format.NEWSML_1: newsml_1.parse,
    Format.NITF: nitf.parse,
    Format.JSON_STORY: stories.parse,
    Format.JSON_LD: json_ld.parse,
    Format.FEED: feed.parse,
    Format.HTML: page.parse,
    Format.XML: _parse_xml,
}
