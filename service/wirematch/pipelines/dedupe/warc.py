"""The web pages in a web archive (WARC, ISO 28500, or ARC) as crawlers write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from warcio.archiveiterator import ArchiveIterator

from wirematch.formats.registry import Format, of_media_type

CONTENT_RECORDS = frozenset({"response", "resource"})
"""Record types that hold what a server sent; others are about requests, unchanged pages or the crawl."""
OK = "200"


@dataclass(frozen=True, slots=True)
class Page:
    """A web page as the server sent it."""

    address: str
    content: bytes | None
    """None where it is larger than allowed."""
    charset: str | None


def pages(archive: IO[bytes], max_bytes: int) -> Iterator[Page]:
    """The HTML pages that came with status 200; one over ``max_bytes`` comes without its content.

    Raises warcio's ArchiveLoadFailed when ``archive`` is none.
    """
    for record in ArchiveIterator(archive):
        headers = record.http_headers
        media_type = (headers or record.rec_headers).get_header("Content-Type")
        format_, charset = of_media_type(media_type)
        if record.rec_type not in CONTENT_RECORDS or format_ is not Format.HTML:
            continue
        if headers is not None and headers.get_statuscode() != OK:
            continue
        content = record.content_stream().read(max_bytes + 1)
        address = record.rec_headers.get_header("WARC-Target-URI") or ""
        yield Page(address, content if len(content) <= max_bytes else None, charset)
