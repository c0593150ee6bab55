"""What a client sends in a stream, as batches of lines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

from starlette.types import Message, Receive

from wirematch.api.problems import Problem, problem
from wirematch.formats.lines import LineSplitter

BATCH_LINES = 64
BATCH_BYTES = 4 * 1024 * 1024
PAUSE_SECONDS = 0.05
"""When nothing comes for so long, what has come is worked on: a stream may be a live feed."""
CLOSING = "wirematch.closing"
"""In a request's scope: an asyncio.Event that is set when the service is to end."""
SILENT = problem(408, "request-timeout", "The stream says nothing", "No whole line came for too long.")
ENDING = problem(503, "service-ends", "The service ends", "Send what has no answer again, in a moment.")


class Feed:
    """What a client sends, until it is done, gone or silent, or the service is to end."""

    def __init__(self, receive: Receive, closing: asyncio.Event | None, seconds: float) -> None:
        self.ended = False
        """Whether the client said that this was all."""
        self.cut: Problem | None = None
        """Why nothing more is read, if that is not for the client's sake."""
        self._receive = receive
        self._closing: asyncio.Future[Any] = asyncio.ensure_future((closing or asyncio.Event()).wait())
        self._coming: asyncio.Future[Any] | None = None
        self._seconds = seconds
        self._silent = 0.0

    async def next(self, pause: float | None) -> bytes | None:
        """The next piece; nothing after ``pause`` seconds without one. None when no more is read."""
        left = self._seconds - self._silent
        self._coming = self._coming or asyncio.ensure_future(self._receive())
        began = time.monotonic()
        await asyncio.wait(
            {self._coming, self._closing},
            timeout=left if pause is None else min(pause, left),
            return_when=asyncio.FIRST_COMPLETED,
        )
        self._silent += time.monotonic() - began
        if self._coming.done():
            message: Message = self._coming.result()
            self._coming = None
            self.ended = message["type"] != "http.disconnect" and not message.get("more_body", False)
            return None if message["type"] == "http.disconnect" else message.get("body", b"")
        if self._closing.done():
            self.cut = ENDING
        elif self._silent >= self._seconds:
            self.cut = SILENT
        return None if self.cut else b""

    def heard(self) -> None:
        """A whole line came."""
        self._silent = 0.0

    def close(self) -> None:
        """Wait for nothing more."""
        self._closing.cancel()
        if self._coming is not None:
            self._coming.cancel()


async def batches(feed: Feed, lines: LineSplitter) -> AsyncGenerator[list[bytes | None], None]:
    """Lines with something on them, some at a time.

    Where the client goes away, what it had begun to say is dropped.
    """
    batch: list[bytes | None] = []
    size = 0
    try:
        while not feed.ended:
            piece = await feed.next(PAUSE_SECONDS if batch else None)
            if piece is None:
                break
            found = lines.feed(piece) + (lines.end() if feed.ended else [])
            if not found and batch and not piece:
                yield batch
                batch, size = [], 0
            for line in found:
                if line is not None and not line.strip():
                    continue
                feed.heard()
                if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
                batch.append(line)
                size += len(line or b"")
        if batch and (feed.ended or feed.cut):
            yield batch
    finally:
        feed.close()
