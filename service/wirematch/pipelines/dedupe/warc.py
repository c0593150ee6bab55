"""Web pages in web archives (WARC, ISO 28500, or ARC) as crawlers write them.

Records are split here, by the lengths in their headers, to detect where an archive is truncated or damaged; ``warcio``
parses each record.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from warcio.archiveiterator import ArchiveIterator

from wirematch.formats.registry import Format, of_media_type
from wirematch.pipelines.dedupe.http_content import dechunked, decoded

CONTENT_RECORDS = frozenset({"response", "resource"})
"""Types of records with content from a server; others describe requests, unchanged pages or the crawl."""
OK = "200"
LONGEST_HEADER = 256 * 1024
READ_BYTES = 1024 * 1024
_ARC = re.compile(rb"(?:filedesc://|dns:|https?://|ftp://)\S+ \S+ \d{8,17} \S+ ", re.IGNORECASE)
"""The beginning of an ARC record's header: URL, server, time, type."""
_VERSION = re.compile(rb"WARC/\d\.\d{1,2}\s*", re.IGNORECASE)
_VERSION_WITHIN = re.compile(rb"^WARC/\d\.\d{1,2}[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
MOST_REREAD = 1024**3
"""Bytes of an archive that are read again for the records that are in the content of one whose length is wrong. It is
far more than usual, but an archive may be made so that each of its records claims all that follow."""
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^WARC-Type:[ \t]*(\S{1,40})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\s<>]{1,4000})>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as the server sent it."""

    address: str
    content: bytes | None
    """None if it is larger than allowed, or damaged."""
    charset: str | None
    damage: str | None = None
    """Why there is no content, unless it is too large."""


@dataclass(frozen=True, slots=True)
class LostPart:
    """Bytes of an archive that are not a complete record."""

    place: str
    reason: str


def pages(archive: IO[bytes], max_bytes: int) -> Iterator[Page | LostPart]:
    """Yield the HTML pages with status 200; one larger than ``max_bytes`` has no content.

    Where the archive is truncated or damaged, or the file is not a WARC archive, a LostPart replaces what could not be
    read. Raises warcio's ArchiveLoadFailed for an invalid ARC archive.
    """
    stream = io.BufferedReader(archive, READ_BYTES) if isinstance(archive, io.RawIOBase) else archive
    begin = _first_line(stream)
    if _ARC.match(begin):
        rest = _Rereading(stream)
        rest.put_back(begin)
        for record in ArchiveIterator(rest):
            yield from _page(record, max_bytes)
        return
    yield from _records(stream, begin, max_bytes)


def _records(archive: IO[bytes], line: bytes, max_bytes: int) -> Iterator[Page | LostPart]:
    stream = _Rereading(archive)
    at, reread = 0, 0
    while line:
        if not _VERSION.fullmatch(line):
            skipped = len(line)
            more, line = _next_version(stream)
            skipped += more
            yield LostPart(f"byte {at:,}", f"{skipped:,} bytes are not a record and are skipped.")
            at += skipped
            continue
        header = _header(stream, line)
        if header is None:
            yield LostPart(f"byte {at:,}", "the archive ends within the header of a record.")
            return
        length = _LENGTH.search(header)
        address = _decoded(_ADDRESS.search(header))
        if length is None:
            yield LostPart(f"byte {at:,}", f"the record {address or 'here'} has no Content-Length.")
            line, at = stream.readline(LONGEST_HEADER), at + len(header)
            continue
        size = int(length[1])
        content, passed = _content(stream, size, max_bytes + LONGEST_HEADER)
        line = stream.readline(LONGEST_HEADER)
        if passed < size or (line.strip() and not _VERSION.fullmatch(line)):  # what follows a record is an empty line
            name, reread = address or "a record", reread + len(content)
            swallowed = _VERSION_WITHIN.search(content) if reread <= MOST_REREAD else None
            if passed < size and swallowed is None:
                yield LostPart(f"byte {at:,}", f"the archive ends {size - passed:,} bytes before the end of {name}.")
                return
            yield LostPart(f"byte {at:,}", f"the Content-Length of {name} is wrong.")
            begin = swallowed.start() if swallowed else passed
            stream.put_back(content[begin:] + line if swallowed else line)
            skipped, line = _next_version(stream)
            at += len(header) + begin + skipped
            continue
        if _decoded(_TYPE.search(header)) in CONTENT_RECORDS:
            yield from _read(header, content, size, address, max_bytes)
        at += len(header) + size
        while line and not line.strip():
            at += len(line)
            line = stream.readline(LONGEST_HEADER)


def _read(header: bytes, content: bytes, size: int, address: str, max_bytes: int) -> Iterator[Page]:
    """Yield the page in a record; ``content`` may be only the beginning of its ``size`` bytes."""
    whole = _LENGTH.sub(b"Content-Length: %d\r" % len(content), header) + content + b"\r\n\r\n"
    try:
        for record in ArchiveIterator(io.BytesIO(whole)):
            yield from _page(record, max_bytes if len(content) == size else -1)
    except Exception as error:  # noqa: BLE001 - whatever warcio makes of what a server sent concerns only this record
        yield Page(address, None, None, f"the record cannot be read: {error}.")


def _page(record: object, max_bytes: int) -> Iterator[Page]:
    headers = record.http_headers  # type: ignore[attr-defined] # warcio has no types
    rec_headers = record.rec_headers  # type: ignore[attr-defined]
    media_type = (headers or rec_headers).get_header("Content-Type")
    format_, charset = of_media_type(media_type)
    if record.rec_type not in CONTENT_RECORDS or format_ is not Format.HTML:  # type: ignore[attr-defined]
        return
    if headers is not None and headers.get_statuscode() != OK:
        return
    address = (rec_headers.get_header("WARC-Target-URI") or rec_headers.get_header("uri") or "").strip("<>")
    try:
        content = _sent(record, max_bytes) if max_bytes >= 0 else b""
    except ValueError as error:
        yield Page(address, None, None, f"the record cannot be read: {error}.")
        return
    yield Page(address, content if 0 <= len(content) <= max_bytes else None, charset)


def _sent(record: object, max_bytes: int) -> bytes:
    """Return what the server sent, decoded; more than ``max_bytes`` if it is larger. Raises ValueError for damage."""
    headers = record.http_headers  # type: ignore[attr-defined] # warcio has no types
    content: bytes = record.raw_stream.read(max_bytes + LONGEST_HEADER)  # type: ignore[attr-defined]
    if headers is None:
        return content
    if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
        content = dechunked(content)
    return decoded(content, headers.get_header("Content-Encoding") or "", max_bytes)


def _first_line(stream: IO[bytes]) -> bytes:
    line = stream.readline(LONGEST_HEADER)
    while line and not line.strip():
        line = stream.readline(LONGEST_HEADER)
    return line


def _header(stream: _Rereading, first: bytes) -> bytes | None:
    """Return the header including its empty line; None if the archive ends within it, or it is too long."""
    lines, size = [first], len(first)
    while size < LONGEST_HEADER:
        line = stream.readline(LONGEST_HEADER)
        if not line.endswith(b"\n"):
            return None
        lines.append(line)
        size += len(line)
        if not line.strip():
            return b"".join(lines)
    return None


def _content(stream: _Rereading, size: int, max_bytes: int) -> tuple[bytes, int]:
    """Read a record's content; return its first ``max_bytes`` and how many of its ``size`` bytes existed."""
    content = stream.read(min(size, max_bytes))
    passed = len(content)
    while passed < size and (piece := stream.read(min(READ_BYTES, size - passed))):
        passed += len(piece)
    return content, passed


def _next_version(stream: _Rereading) -> tuple[int, bytes]:
    """Skip to the next record; return the number of bytes skipped, and its first line (empty if there is none)."""
    skipped = 0
    while line := stream.readline(LONGEST_HEADER):
        if _VERSION.fullmatch(line):
            return skipped, line
        skipped += len(line)
    return skipped, b""


def _decoded(found: re.Match[bytes] | None) -> str:
    return found[1].decode("utf-8", "replace") if found is not None else ""


class _Rereading:
    """A stream of which the end of what was read can be read again."""

    def __init__(self, rest: IO[bytes]) -> None:
        self._rest = rest
        self._ahead = io.BytesIO()

    def put_back(self, content: bytes) -> None:
        """Put bytes in front."""
        self._ahead = io.BytesIO(content + self._ahead.read())

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer only at the end."""
        begin = self._ahead.read(size)
        return begin + self._rest.read(size - len(begin)) if len(begin) < size else begin

    def readline(self, size: int) -> bytes:
        """Return a line with its end, or ``size`` bytes of it; nothing at the end."""
        begin = self._ahead.readline(size)
        if begin.endswith(b"\n") or len(begin) == size:
            return begin
        return begin + self._rest.readline(size - len(begin))
