"""What a server sent, without its codings for the way (RFC 9110, ``Content-Encoding``; RFC 9112, chunks).

warcio's own decoding takes pages whose compressed content is damaged as if they were whole, and fails for Brotli.
"""

from __future__ import annotations

import io
import re
import zlib

from wirematch.formats.packing import LONGEST_MARK, Unpacked, packed_as

try:
    import brotli  # type: ignore[import-untyped]
except ImportError:  # no dependency; who archives such pages can install it
    brotli = None

_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
"""The header of a chunk."""
MOST_CODINGS = 5
"""A header may name thousands, each of which costs time; no server uses more than two."""
MARKED = {"gzip": "gzip", "x-gzip": "gzip", "zstd": "zstd"}
"""Codings whose content begins with a mark, by which ``formats.packing`` knows them."""


def dechunked(content: bytes) -> bytes:
    """Join the chunks of a message; trailers are left out.

    Content that does not begin with a chunk is returned as it is, as many crawlers store it so under the server's
    header. Where chunks end early, what there is counts.
    """
    chunks: list[bytes] = []
    at = 0
    while header := _CHUNK.match(content, at):
        size, begin = int(header[1], 16), header.end()
        if not size:
            return b"".join(chunks)
        chunks.append(content[begin : begin + size])
        at = begin + size
        at += 2 if content.startswith(b"\r\n", at) else 1 if content.startswith(b"\n", at) else 0
    return b"".join(chunks) if chunks else content


def decoded(content: bytes, encoding: str, most: int) -> bytes:
    """Return ``content`` without the codings in a ``Content-Encoding`` header, or more than ``most`` bytes of it.

    Content that is not compressed is returned as it is, as many crawlers store it decoded under the server's header.
    Raises ValueError, worded to follow "the record cannot be read: ", if it is damaged or its coding is unknown.
    """
    names = [one.strip().lower() for one in encoding.split(",", MOST_CODINGS)]
    if len(names) > MOST_CODINGS:
        raise ValueError(f"its content has more than {MOST_CODINGS} codings")
    for name in reversed(names):
        if name in MARKED:
            content = _marked(content, MARKED[name], most)
        elif name == "deflate":
            content = _deflated(content, most)
        elif name == "br" and brotli is not None:
            content = _brotli(content, most)
        elif name not in {"", "identity"} and not _may_be_markup(content):
            needs = ", without the package 'brotli'" if name == "br" else ""
            raise ValueError(f"its content is compressed as {name!r}, which is not known here{needs}")
    return content


def _marked(content: bytes, packing: str, most: int) -> bytes:
    if packed_as(content[:LONGEST_MARK]) != packing:
        return content
    unpacked = Unpacked(io.BytesIO(content))
    found = unpacked.read(most + 1)
    if len(found) <= most and unpacked.damage is not None:
        raise ValueError(f"of its compressed content, {unpacked.damage}")
    return found


def _deflated(content: bytes, most: int) -> bytes:
    """With the header of zlib, as the standard wants it, or without, as some servers send it."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(window)
        try:
            found = unpacker.decompress(content, most + 1)
        except zlib.error:
            continue
        return _whole(found, most, ended=unpacker.eof)
    return _as_it_is(content)


def _brotli(content: bytes, most: int) -> bytes:
    unpacker = brotli.Decompressor()
    try:
        found = unpacker.process(content, output_buffer_limit=most + 1)
    except TypeError:  # a release before 1.2: it has no limit, and a page may expand to gigabytes
        raise ValueError("its content is compressed as 'br', for which the package 'brotli' is too old") from None
    except brotli.error:
        return _as_it_is(content)
    return _whole(found, most, ended=unpacker.is_finished())


def _whole(found: bytes, most: int, *, ended: bool) -> bytes:
    if len(found) <= most and not ended:
        raise ValueError("its compressed content ends early")
    return found


def _as_it_is(content: bytes) -> bytes:
    if not _may_be_markup(content):
        raise ValueError("its compressed content is damaged")
    return content


def _may_be_markup(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
