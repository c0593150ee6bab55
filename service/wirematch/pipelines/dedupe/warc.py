"""Web archives (WARC, ISO 28500; ARC too) as crawlers write them: the web pages in them.

Records are cut out here, by the lengths that they announce, so that it is known where an archive ends in the middle of
one or is damaged; what is in a record is read by ``warcio``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from wirematch.formats.registry import Format, of_media_type

HELD = frozenset({"response", "resource"})
"""Records that hold what a server gave; the others tell of requests, of visits that found nothing new, of the crawl."""
OK = "200"
LONGEST_HEADER = 256 * 1024
PIECE = 1024 * 1024
_VERSION = re.compile(rb"WARC/\d\.\d{1,2}\s*", re.IGNORECASE)
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TYPE = re.compile(rb"^WARC-Type:[ \t]*(\S{1,40})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\s<>]{1,4000})>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One web page as it came."""

    address: str
    content: bytes | None
    """None where it is larger than it may be, or damaged."""
    charset: str | None
    damage: str | None = None
    """What is wrong with it, where that is not its size."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Bytes of an archive that are no whole record."""

    place: str
    reason: str


def pages(archive: IO[bytes], most: int) -> Iterator[Page | Lost]:
    """The pages in HTML, with ``most`` bytes at the most; what is no page, or no success, is passed over.

    What is lost where the archive ends early or is damaged comes in its place. ArchiveLoadFailed (warcio's) where it
    is no archive.
    """
    stream = io.BufferedReader(archive, PIECE) if isinstance(archive, io.RawIOBase) else archive
    begin = _first_line(stream)
    if not _VERSION.fullmatch(begin):
        rest = _Rejoined(begin, stream)
        for record in ArchiveIterator(rest):  # an ARC, or no archive
            yield from _page(record, most)
        return
    yield from _records(stream, begin, most)


def _records(stream: IO[bytes], line: bytes, most: int) -> Iterator[Page | Lost]:
    at = 0
    while line:
        if not _VERSION.fullmatch(line):
            skipped, line = _next_version(stream)
            yield Lost(f"byte {at:,}", f"{skipped + len(line):,} bytes are no record, and are passed over.")
            at += skipped
            continue
        header = _header(stream, line)
        if header is None:
            yield Lost(f"byte {at:,}", "the archive ends within the header of a record.")
            return
        length = _LENGTH.search(header)
        address = _text(_ADDRESS.search(header))
        if length is None:
            yield Lost(f"byte {at:,}", f"the record {address or 'here'} says no length.")
            line, at = stream.readline(LONGEST_HEADER), at + len(header)
            continue
        size = int(length[1])
        wanted = _text(_TYPE.search(header)) in HELD
        content, passed = _content(stream, size, most + LONGEST_HEADER if wanted else 0)
        if passed < size:
            missing = size - passed
            yield Lost(f"byte {at:,}", f"the archive ends {missing:,} bytes before the end of {address or 'a record'}.")
            return
        if wanted:
            yield from _read(header, content, size, address, most)
        at += len(header) + size
        line = stream.readline(LONGEST_HEADER)
        while line and not line.strip():
            at += len(line)
            line = stream.readline(LONGEST_HEADER)


def _read(header: bytes, content: bytes, size: int, address: str, most: int) -> Iterator[Page]:
    """The page in a record of which all, or the beginning, was read."""
    whole = _LENGTH.sub(b"Content-Length: %d\r" % len(content), header) + content + b"\r\n\r\n"
    try:
        for record in ArchiveIterator(io.BytesIO(whole)):
            yield from _page(record, most if len(content) == size else -1)
    # What a server sent may be broken in ways that only this record suffers from.
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
        yield Page(address, None, None, f"the record cannot be read: {error}.")


def _page(record: object, most: int) -> Iterator[Page]:
    headers = record.http_headers  # type: ignore[attr-defined] # warcio has no types
    rec_headers = record.rec_headers  # type: ignore[attr-defined]
    media_type = (headers or rec_headers).get_header("Content-Type")
    format_, charset = of_media_type(media_type)
    if record.rec_type not in HELD or format_ is not Format.HTML:  # type: ignore[attr-defined]
        return
    if headers is not None and headers.get_statuscode() != OK:
        return
    content = record.content_stream().read(most + 1) if most >= 0 else b""  # type: ignore[attr-defined]
    address = (rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    yield Page(address, content if 0 <= len(content) <= most else None, charset)


def _first_line(stream: IO[bytes]) -> bytes:
    line = stream.readline(LONGEST_HEADER)
    while line and not line.strip():
        line = stream.readline(LONGEST_HEADER)
    return line


def _header(stream: IO[bytes], first: bytes) -> bytes | None:
    """The header up to its empty line; None where the archive ends, or the header does not."""
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


def _content(stream: IO[bytes], size: int, most: int) -> tuple[bytes, int]:
    """At most so many bytes of a record's content, and how many of all of it there were."""
    content = stream.read(min(size, most))
    passed = len(content)
    while passed < size and (piece := stream.read(min(PIECE, size - passed))):
        passed += len(piece)
    return content, passed


def _next_version(stream: IO[bytes]) -> tuple[int, bytes]:
    """How many bytes are passed over up to the next record, and its first line; empty where there is none."""
    skipped = 0
    while line := stream.readline(LONGEST_HEADER):
        if _VERSION.fullmatch(line):
            return skipped, line
        skipped += len(line)
    return skipped, b""


def _text(found: re.Match[bytes] | None) -> str:
    return found[1].decode("utf-8", "replace") if found is not None else ""


class _Rejoined(io.RawIOBase):
    """A stream with what was read of it put back."""

    def __init__(self, begin: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._begin, self._rest = begin, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._begin:
            return self._rest.read(size)
        given = self._begin if size < 0 else self._begin[:size]
        self._begin = self._begin[len(given) :]
        return given + self._rest.read() if size < 0 else given
