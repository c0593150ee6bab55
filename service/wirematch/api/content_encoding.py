"""Streaming decompression of request bodies (``Content-Encoding: gzip`` or ``zstd``; RFC 9110, 8.4).

This middleware runs outside of ``Bodies``, which therefore limits the decompressed size.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.access.route_path import route_path
from wirematch.api.problems import answer, problem
from wirematch.formats.packing import DAMAGE, PIECE, UNPACKERS
from wirematch.observability.route_names import tell_route

READ = {"gzip": "gzip", "x-gzip": "gzip", "zstd": "zstd"}
"""Supported encodings."""
SLICE = 8 * 1024
"""Compressed bytes processed before other requests get a turn. Each gzip member or zstd frame copies the rest of the
slice, and one can be as short as eight bytes."""

SPARE_MEMBERS = 1_000
MEMBER_BYTES = 128
"""Least average size of gzip members and zstd frames, in compressed bytes, beyond the spare ones. Reading a member
costs as much as a kilobyte of text even if it is empty; a member with an article is larger than this."""
DAMAGED = "wirematch.damaged"
"""In the message that ends a stream: what is wrong with the compressed body."""


class ContentEncoding:
    """ASGI middleware that passes on decompressed request bodies."""

    def __init__(self, app: ASGIApp, max_bytes: int, streams: frozenset[str] = frozenset()) -> None:
        """At most ``max_bytes`` compressed bytes are read, except on the paths in ``streams``, which have no limit."""
        self._app = app
        self._max_bytes = max_bytes
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond with 415 to an unsupported encoding and with 400 to a damaged body."""
        encoding = Headers(scope=scope).get("content-encoding", "identity").strip().lower()
        if encoding in {"", "identity"}:
            await self._app(scope, receive, send)
            return
        if encoding not in READ:
            detail = f"A body may come with the Content-Encoding {', '.join(READ)}, or with none; not as {encoding!r}."
            told = problem(415, "unsupported-media-type", "Unsupported media type", detail)
            await answer(told, {"Accept-Encoding": ", ".join(READ)})(scope, receive, send)
            return
        left_out = {b"content-encoding", b"content-length"}
        unpacked = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in left_out]}
        is_stream = scope["method"] == "POST" and route_path(scope) in self._streams
        body = _UnpackedBody(receive, READ[encoding], None if is_stream else self._max_bytes)
        try:
            await self._app(unpacked, body.receive, send)
        finally:
            tell_route(unpacked, scope)


class _ShortMembersError(ValueError):
    """A body that may be sound takes too much work to unpack."""

    def __init__(self, encoding: str) -> None:
        name = "frames" if encoding == "zstd" else "members"
        super().__init__(
            f"The request body has too many short {encoding} {name}: beyond {SPARE_MEMBERS:,}, they must have "
            f"{MEMBER_BYTES} packed bytes on average. Compress the body as a whole, or many lines at a time."
        )


class _UnpackedBody:
    """The receive channel of a compressed body; without ``max_bytes``, it ends at damage as if the client left."""

    def __init__(self, receive: Receive, encoding: str, max_bytes: int | None) -> None:
        self._receive = receive
        self._encoding = encoding
        self._make = next(make for name, make in UNPACKERS.values() if name == encoding)
        self._unpacker: Any = None
        self._max_bytes = max_bytes
        self._passed = 0
        self._members = 0
        self._pieces: Iterator[bytes] = iter(())
        self._ended = False

    async def receive(self) -> Message:
        """Return the next message with decompressed data."""
        try:
            while True:
                piece = next(self._pieces, None)
                if piece:
                    return {"type": "http.request", "body": piece, "more_body": True}
                if piece is not None:
                    await asyncio.sleep(0)
                    continue
                if self._ended:
                    return {"type": "http.request", "body": b"", "more_body": False}
                message = await self._receive()
                if message["type"] != "http.request":
                    return message
                packed = message.get("body", b"")
                self._passed += len(packed)
                if self._max_bytes is not None and self._passed > self._max_bytes:
                    raise HTTPException(413, f"A request body may have at most {self._max_bytes:,} bytes.")
                self._pieces = self._unpacked(packed)
                if not message.get("more_body", False):
                    self._pieces, self._ended = self._to_the_end(packed), True
        except DAMAGE as error:
            detail = (
                str(error)
                if isinstance(error, _ShortMembersError)
                else f"The request body is not valid {self._encoding}: {error}."
            )
            if self._max_bytes is None:
                return {"type": "http.disconnect", DAMAGED: detail}
            raise HTTPException(400, detail) from None  # a ValueError as its cause is taken for one of JSON

    def _to_the_end(self, packed: bytes) -> Iterator[bytes]:
        yield from self._unpacked(packed)
        if self._unpacker is not None or not self._passed:
            raise EOFError("it ends early")

    def _unpacked(self, packed: bytes) -> Iterator[bytes]:
        """Yield decompressed chunks, and an empty one after each slice of ``packed``, as a slice may yield no data."""
        for first in range(0, len(packed), SLICE):
            yield from self._of_members(packed[first : first + SLICE])
            yield b""

    def _of_members(self, packed: bytes) -> Iterator[bytes]:
        """Yield decompressed chunks; the data may consist of several gzip members or zstd frames."""
        while packed:
            self._unpacker = self._unpacker or self._make()
            piece = self._unpacker.decompress(packed, PIECE)
            if piece:
                yield piece
            if self._unpacker.eof:
                packed = self._next_member()
                continue
            if self._encoding == "gzip":
                packed = self._unpacker.unconsumed_tail
                continue
            packed = b""
            while not self._unpacker.needs_input and not self._unpacker.eof:
                if piece := self._unpacker.decompress(b"", PIECE):
                    yield piece
            if self._unpacker.eof:
                packed = self._next_member()

    def _next_member(self) -> bytes:
        """What follows the member that has ended; _ShortMembersError where there are too many of them."""
        self._members += 1
        if self._members > SPARE_MEMBERS + self._passed // MEMBER_BYTES:
            raise _ShortMembersError(self._encoding)
        packed: bytes = self._unpacker.unused_data
        self._unpacker = None
        return packed
