"""RSS 0.9x to 2.0, RDF and Atom feeds (``feedparser``): many articles in one document."""

from __future__ import annotations

import codecs
import io
import re
from contextlib import suppress
from functools import partial
from typing import Any
from xml.sax import SAXParseException

import feedparser

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, Documents, FieldValue, assemble, collect
from wirematch.formats.encoding import MARKS, codec
from wirematch.formats.markup import plain
from wirematch.formats.times import published, time_at
from wirematch.models import Kind

MOST_ENTRIES = 2_000
MOST_TAGS = 60_000
"""Maximum number of tags. feedparser takes about 40 µs for each, and two megabytes can hold 670,000."""
MOST_ATTRIBUTES = 2_000
"""Maximum number of attributes of a tag: feedparser takes quadratic time."""

_FULL_TEXTS = ("yandex_full-text", "turbo_content")
"""Elements in which feeds for Yandex have the text, as feedparser names them."""

_ENTRY = re.compile(rb"<(?:[A-Za-z][\w.-]{0,20}:)?(?:item|entry)[\s>/]", re.IGNORECASE)
_TAG = re.compile(rb"""[^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+""")
"""The rest of a tag, from its name to its end. Attributes take quadratic time only in a well-formed tag, which contains
no other ``<``."""
_VALUE = re.compile(rb"=\s*+[\"']")
_DECLARATION = re.compile(r"\s{0,100}<\?xml[^>]{0,500}>")
_ENCODING = re.compile(rb"""[^<]{0,100}<\?xml[^>]{0,400}?\sencoding\s{0,20}=\s{0,20}["']([^"'>]{1,40})["']""")
_DECLARATION_BYTES = 4_096
_UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def parse(content: bytes) -> Documents:
    """Parse every entry that is an article; the others are listed as refused, numbered from 1, with what they lack.

    Raises InvalidDocumentError if none is an article.
    """
    content = _in_utf_8(content)
    if len(_ENTRY.findall(content)) > MOST_ENTRIES:
        raise InvalidDocumentError(f"is not a readable feed: it has more than {MOST_ENTRIES:,} entries")
    if content.count(b"<") > MOST_TAGS:
        raise InvalidDocumentError(f"is not a readable feed: it has more than {MOST_TAGS:,} tags")
    if any(_has_many_attributes(part) for part in content.split(b"<")):
        raise InvalidDocumentError(f"is not a readable feed: a tag has more than {MOST_ATTRIBUTES:,} attributes")
    # As a stream: feedparser would fetch a string that looks like a URL, and open one that looks like a path.
    try:
        feed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    # feedparser reads broken feeds by guessing; if it raises, the feed is too broken to read.
    except Exception as error:
        raise InvalidDocumentError(f"is not a readable feed: {type(error).__name__}") from error
    if not feed.get("version") and not feed.entries:
        raise InvalidDocumentError("is not a feed", [_broken(feed.get("bozo_exception"))])
    if not feed.entries:
        raise InvalidDocumentError("has no entries", [_broken(feed.get("bozo_exception"))])
    name = f"feed {feed.get('version') or 'of an unknown kind'}"
    places = [f"entry {number}" for number in range(1, len(feed.entries) + 1)]
    readers = [
        partial(_document, entry, feed.feed, name, place) for place, entry in zip(places, feed.entries, strict=True)
    ]
    return collect(name, zip(places, readers, strict=True))


def _in_utf_8(content: bytes) -> bytes:
    """Transcode to UTF-8, declared on a line of its own: feedparser's detection takes cubic time in that line's length.

    It also makes sure that what is counted is what feedparser reads. Raises InvalidDocumentError for an encoding that
    is not supported.
    """
    text = _text(content)
    declared = _DECLARATION.match(text)
    text = text[declared.end() :] if declared else text
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}".encode("utf-8", "replace")


def _text(content: bytes) -> str:
    for mark, encoding in MARKS + _UNMARKED:
        if content.startswith(mark):
            return content.decode(encoding, "replace").removeprefix("\ufeff")
    named = _ENCODING.match(content[:_DECLARATION_BYTES])
    declared = named[1].decode("ascii", "replace") if named else "utf-8"
    if _is_codec(declared):
        codec(declared)
    for encoding in (declared, "utf-8"):
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode(encoding)
    return content.decode("cp1252", "replace")


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False  # feeds that declare an unknown name, such as a misspelt one, are UTF-8 as often as not
    return True


def _has_many_attributes(part: bytes) -> bool:
    if part.count(b"=") <= MOST_ATTRIBUTES:
        return False
    tag = _TAG.match(part)
    return tag is not None and len(_VALUE.findall(tag.group())) > MOST_ATTRIBUTES


def _broken(error: object) -> Fault:
    if isinstance(error, SAXParseException):
        return Fault(f"line {error.getLineNumber()}, column {error.getColumnNumber()}", error.getMessage())
    return Fault("the document", "there is no RSS or Atom entry in it")


def _document(entry: Any, feed: Any, name: str, place: str) -> Document:
    def found(*names: str, of: Any = entry) -> FieldValue | None:
        for field in names:
            value = dict.get(of, field)  # feedparser's own get substitutes one time for another
            if isinstance(value, str) and value.strip():
                return FieldValue(value.strip(), f"{place}, {field}")
        return None

    link = found("link")
    body, excerpt = _body(entry, place)
    time, local = published(found("published"), found("created"), found("updated"))
    title = found("title")
    source = entry.get("source")
    return assemble(
        name,
        {
            "id": found("id") or link,
            "headline": title and FieldValue(" ".join(plain(title.value).split()), title.place),
            "body": body,
            "source": (found("title", of=source) if isinstance(source, dict) else None)
            or found("publisher")
            or found("title", of=feed),
            "language": found("language") or found("language", of=feed),
            "url": link if link is not None and link.value.startswith(("http://", "https://")) else None,
            "published_at": time,
            "kind": FieldValue(Kind.ARTICLE, place),
            "version_created": time_at(found("updated")),
        },
        {
            "byline": found("author"),
            "published_local": local,
            "excerpt": FieldValue(True, place) if excerpt else None,
        },
        root=place,
    )


def _body(entry: Any, place: str) -> tuple[FieldValue | None, bool]:
    """Return the longest content, otherwise the summary, and whether it is only a summary."""
    contents = [content.get("value") for content in entry.get("content") or ()]
    contents += [dict.get(entry, name) for name in _FULL_TEXTS]
    texts = [plain(content) for content in contents if isinstance(content, str)]
    text = max(texts, key=len, default="")
    if text.strip():
        return FieldValue(text, f"{place}, content"), False
    summary = plain(entry.get("summary") or "")
    return (FieldValue(summary, f"{place}, summary") if summary.strip() else None), True
