"""Web archives (WARC, ISO 28500; ARC too) as crawlers write them: the web pages in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from warcio.archiveiterator import ArchiveIterator

from wirematch.formats.registry import Format, of_media_type

HELD = frozenset({"response", "resource"})
"""Records that hold what a server gave; the others tell of requests, of visits that found nothing new, of the crawl."""
OK = "200"


@dataclass(frozen=True, slots=True)
class Page:
    """One web page as it came."""

    address: str
    content: bytes | None
    """None where it is larger than it may be."""
    charset: str | None


def pages(archive: IO[bytes], most: int) -> Iterator[Page]:
    """The pages in HTML, with ``most`` bytes at the most; what is no page, or no success, is passed over.

    ArchiveLoadFailed (warcio's) where it is no archive.
    """
    for record in ArchiveIterator(archive):
        headers = record.http_headers
        media_type = (headers or record.rec_headers).get_header("Content-Type")
        format_, charset = of_media_type(media_type)
        if record.rec_type not in HELD or format_ is not Format.HTML:
            continue
        if headers is not None and headers.get_statuscode() != OK:
            continue
        content = record.content_stream().read(most + 1)
        address = record.rec_headers.get_header("WARC-Target-URI") or ""
        yield Page(address, content if len(content) <= most else None, charset)
