"""Requests that come packed (``Content-Encoding: gzip`` or ``zstd``, RFC 9110, 8.4), unpacked piece by piece.

What a body expands to counts against the limit of request bodies, so this stands before ``BodyLimit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.api.problems import answer, problem
from wirematch.formats.packing import DAMAGE, PIECE, UNPACKERS

READ = {"gzip": "gzip", "x-gzip": "gzip", "zstd": "zstd"}
"""Names of encodings that are read."""


class ContentEncoding:
    """ASGI middleware that hands on what a request's body is once it is unpacked."""

    def __init__(self, app: ASGIApp, most: int, streams: frozenset[str] = frozenset()) -> None:
        """``most`` packed bytes are read at the most, but for ``streams``, paths to which bodies of any length come."""
        self._app = app
        self._most = most
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 415 where it is packed in another way, and 400 from within the route where it is damaged."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding in {"", "identity"}:
            await self._app(scope, receive, send)
            return
        if encoding not in READ:
            detail = f"A body may come with the Content-Encoding {', '.join(READ)}, or with none; not as {encoding!r}."
            told = problem(415, "unsupported-media-type", "Unsupported media type", detail)
            await answer(told, {"Accept-Encoding": ", ".join(READ)})(scope, receive, send)
            return
        left_out = {b"content-encoding", b"content-length"}
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in left_out]}
        is_stream = scope["method"] == "POST" and scope["path"] in self._streams
        body = _UnpackedBody(receive, READ[encoding], None if is_stream else self._most)
        await self._app(scope, body.receive, send)


class _UnpackedBody:
    """Messages with the unpacked body; without ``most``, a damaged one ends as if its client were gone."""

    def __init__(self, receive: Receive, encoding: str, most: int | None) -> None:
        self._receive = receive
        self._encoding = encoding
        self._make = next(make for name, make in UNPACKERS.values() if name == encoding)
        self._unpacker: Any = None
        self._most = most
        self._passed = 0
        self._pieces: Iterator[bytes] = iter(())
        self._ended = False

    async def receive(self) -> Message:
        """The next piece."""
        try:
            while True:
                piece = next(self._pieces, None)
                if piece is not None:
                    return {"type": "http.request", "body": piece, "more_body": True}
                if self._ended:
                    return {"type": "http.request", "body": b"", "more_body": False}
                message = await self._receive()
                if message["type"] != "http.request":
                    return message
                packed = message.get("body", b"")
                self._passed += len(packed)
                if self._most is not None and self._passed > self._most:
                    raise HTTPException(413, f"A request body may have {self._most:,} bytes.")
                self._pieces = self._unpacked(packed)
                if not message.get("more_body", False):
                    self._pieces, self._ended = self._to_the_end(packed), True
        except DAMAGE as error:
            if self._most is None:
                return {"type": "http.disconnect"}
            raise HTTPException(400, f"The request body is no valid {self._encoding}: {error}.") from error

    def _to_the_end(self, packed: bytes) -> Iterator[bytes]:
        yield from self._unpacked(packed)
        if self._unpacker is not None or not self._passed:
            raise EOFError("it ends early")

    def _unpacked(self, packed: bytes) -> Iterator[bytes]:
        """What some bytes unpack to, in pieces, however many members they are of."""
        while packed:
            self._unpacker = self._unpacker or self._make()
            piece = self._unpacker.decompress(packed, PIECE)
            if piece:
                yield piece
            if self._unpacker.eof:
                packed, self._unpacker = self._unpacker.unused_data, None
                continue
            if self._encoding == "gzip":
                packed = self._unpacker.unconsumed_tail
                continue
            packed = b""
            while not self._unpacker.needs_input and not self._unpacker.eof:
                if piece := self._unpacker.decompress(b"", PIECE):
                    yield piece
            if self._unpacker.eof:
                packed, self._unpacker = self._unpacker.unused_data, None
