"""Fuzz the parsers of all formats with randomly cut, repeated and corrupted documents.

``python tests/fuzz/formats.py ROUNDS [SEED] [PARSER ...]``, or ``make fuzz-formats ROUNDS=50000``, with so many rounds
per parser. Each document must be parsed or refused with one of our errors within a second of CPU time, and whatever is
parsed can be stored. Hypothesis draws such documents in ``unit/formats/test_any_input.py``; it finds the smallest one
that shows a fault, but takes fifty times as long.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from wirematch.errors import InvalidDocumentError, WirematchError
from wirematch.formats.document import Document
from wirematch.formats.packing import unpack, zstd
from wirematch.formats.registry import Format, read
from wirematch.models import BodyFormat
from wirematch.text.markup import read_markup

DOCUMENTS = Path(__file__).parents[1] / "documents"
OF_FORMAT = {
    Format.NINJS: ["superdesk.json", "ninjs-1.3.json", "ninjs-3.2.json"],
    Format.NEWSML_1: ["newsml-1.2.xml"],
    Format.NEWSML_G2: ["newsml-g2-item.xml", "newsml-g2-message.xml"],
    Format.NITF: ["nitf-3.5.xml", "nitf-3.6.xml"],
    Format.IPTC_7901: ["iptc-7901.txt"],
    Format.ANPA_1312: ["anpa-1312.txt"],
    Format.JSON_STORY: [
        "ap-media-item.json", "ap-media-feed.json", "json-feed.json", "dpa-digitalwires.json", "cp-publish.json",
        "wordpress.json", "wrapped-story.json",
    ],
    Format.JSON_LD: ["article-graph.jsonld", "article-list.jsonld"],
    Format.MAIL: ["mail.eml"],
    Format.FEED: ["feed-rss.xml", "feed-atom.xml"],
    Format.HTML: ["page.html"],
}  # fmt: skip
MARKED_UP = [
    '<p>Four <a href="https://a.example/?b=1&amp;c">died</a> in the <b>harbour</b>.<br>&eacute; &#8217; later.</p>',
    '# Harbour\n\nFour [died](https://a.example/b) in **the** _harbour_.\n\n* one\n* two\n\n> "quoted"\n\n[1]: https://a',
    "<div><script>x</script><ul><li>one<li>two</ul><!-- note --><table><tr><td>1</td></tr></table></div>",
]
PIECES = [
    *(b"<", b">", b'"', b"'", b"&", b"\x00", b"\xff", b"\xfe\xff", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"</"),
    *(b"null", b"-1", b"1e999", b"true", b"{}", b"[]", b'""', b"\\ud800", b"\\u0000", b"&#x0;", b"&#xD800;", b"&amp;"),
    *(b"<p>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?x ?>", b"<script>", b"<table>", b'xmlns=""', b"&nbsp;"),
    *(b'<!DOCTYPE a [<!ENTITY x "y">]>', b"2026-13-03T99:00:00+99:00", b"0001-01-01T00:00:00+14:00", b"\x02", b"\x03"),
    *(b"9" * 30, "\u202e".encode(), b"\xed\xa0\x80", b"<item>", b"<newsItem>", b"</nitf>", b'"@type":"NewsArticle"'),
    *(b"\r\r\n", b"\xf0\x9f\x98\x80", b"From: a\n", b"Content-Transfer-Encoding: base64\n", b"(", b"](", b"**", b"__"),
]
LENGTHS = [0, 1, 1, 2, 8, 64, 512]
LONGEST_SECONDS = 1.0
"""CPU seconds for a document of some kilobytes, which takes milliseconds."""
TOLD_EVERY = 10_000
Parser = Callable[[bytes], None]


def changed(original: bytes, draw: random.Random) -> bytes:
    """Return a document with one to six changes."""
    content = bytearray(original)
    for _ in range(draw.randint(1, 6)):
        at, other, length = draw.randint(0, len(content)), draw.randint(0, len(content)), draw.choice(LENGTHS)
        piece = draw.choice(PIECES) if draw.random() < 0.6 else bytes(content[other : other + draw.choice(LENGTHS)])
        content[at : at + length] = piece
    return bytes(content)


def read_or_refuse(content: bytes, format_: Format) -> None:
    """Parse a document, which must be storable as it is or refused with one of our errors; otherwise raise."""
    with suppress(WirematchError):
        documents = read(content, format_)
        for document in documents:
            _check_storable(document)


def _check_storable(document: Document) -> None:
    assert Document.model_validate_json(document.model_dump_json()) == document
    assert document.article is not None or document.withdrawn


def _unpacked(content: bytes) -> None:
    with suppress(InvalidDocumentError):
        unpack(content, 10_000)


def parsers() -> Iterator[tuple[str, Parser, list[bytes]]]:
    """Yield the names and parsers, with documents to change."""
    for format_, names in OF_FORMAT.items():
        yield (
            format_.value,
            lambda content, format_=format_: read_or_refuse(content, format_),
            [(DOCUMENTS / name).read_bytes() for name in names],
        )
    for written_in in (BodyFormat.HTML, BodyFormat.MARKDOWN):
        yield (
            f"body-{written_in.value}",
            lambda content, written_in=written_in: read_markup(content.decode("utf-8", "replace"), written_in),
            [text.encode() for text in MARKED_UP],
        )
    packed = [pack(b"four died " * 50) for pack in (gzip.compress, bz2.compress, lzma.compress, zstd.compress)]
    yield "packed", _unpacked, [*packed, gzip.compress(b"") + gzip.compress(b"a")]


def fuzz(name: str, parse: Parser, originals: list[bytes], rounds: int, seed: int) -> float:
    """Return the longest parsing time in CPU seconds; a document that fails is printed before raising."""
    draw, longest = random.Random(f"{seed} {name}"), 0.0
    for number in range(rounds):
        content = changed(draw.choice(originals), draw)
        started = time.thread_time()
        try:
            parse(content)
            took = time.thread_time() - started
            assert took < LONGEST_SECONDS, f"it took {took:.1f} s of the processor"
        except BaseException:
            print(f"{name}, round {number} of seed {seed}: {content!r}", file=sys.stderr)  # noqa: T201
            raise
        longest = max(longest, took)
        if number % TOLD_EVERY == TOLD_EVERY - 1:
            print(f"{name}: {number + 1:,} so far", flush=True)  # noqa: T201
    return longest


def main() -> int:
    """Return exit status 0 if nothing was found."""
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else secrets.randbits(32)
    wanted = set(sys.argv[3:])
    for name, parse, originals in parsers():
        if not wanted or name in wanted:
            longest = fuzz(name, parse, originals, rounds, seed)
            said = f"{name}: {rounds:,} documents from seed {seed}, the slowest in {1000 * longest:.0f} ms"
            print(said, flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
