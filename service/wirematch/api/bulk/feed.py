"""Read the body of a bulk stream as batches of lines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

from starlette.types import Message, Receive

from wirematch.api.content_encoding import DAMAGED
from wirematch.api.problems import Problem, problem
from wirematch.formats.lines import LineSplitter

BATCH_LINES, BATCH_BYTES = 64, 1024 * 1024
"""Lines of a batch, and bytes from which on no line is added. Batches longer than 64 stories of usual length gain
nothing, but hold up other streams for longer."""
PAUSE_SECONDS = 0.05
"""Seconds without data after which an incomplete batch is processed, as the stream may be a live feed."""
SILENT = problem(408, "request-timeout", "The stream is silent", "No complete line came in time.")
MOST_BLANK = 1_000_000
"""Maximum number of consecutive blank lines. A feed may send some as keep-alives; a billion compress to a megabyte."""
BLANK = problem(422, "unreadable-stream", "The stream is blank", f"{MOST_BLANK:,} lines in a row are blank.")
SHUTDOWN = problem(
    503, "shutting-down", "The service is shutting down", "Send the articles without an answer again later."
)


class Feed:
    """Reads chunks until the body ends, the client disconnects or falls silent, or the service shuts down."""

    def __init__(self, receive: Receive, closing: asyncio.Event | None, timeout: float) -> None:
        """``timeout`` is in seconds without a complete line."""
        self.ended = False
        """Whether the body was read to its end."""
        self.cut: Problem | None = None
        """Why reading stopped early; None also when the client disconnected."""
        self._blank = 0
        self._receive = receive
        self._closing: asyncio.Future[Any] = asyncio.ensure_future((closing or asyncio.Event()).wait())
        self._pending: asyncio.Future[Any] | None = None
        self._timeout = timeout
        self._silent = 0.0

    async def next(self, pause: float | None) -> bytes | None:
        """Return the next chunk, ``b""`` after ``pause`` seconds without one, or None when reading has stopped."""
        left = self._timeout - self._silent
        self._pending = self._pending or asyncio.ensure_future(self._receive())
        began = time.monotonic()
        await asyncio.wait(
            {self._pending, self._closing},
            timeout=left if pause is None else min(pause, left),
            return_when=asyncio.FIRST_COMPLETED,
        )
        self._silent += time.monotonic() - began
        if self._closing.done():  # checked even while data keeps coming: the rest would be cut off without a word
            self.cut = SHUTDOWN
            return None
        if self._pending.done():
            message: Message = self._pending.result()
            self._pending = None
            if message["type"] == "http.disconnect":
                if DAMAGED in message:
                    self.cut = problem(400, "unreadable-stream", "The stream is damaged", message[DAMAGED])
                return None
            self.ended = not message.get("more_body", False)
            return bytes(message.get("body", b""))
        if self._silent >= self._timeout:
            self.cut = SILENT
            return None
        return b""

    def line_came(self) -> None:
        """Restart the timeout."""
        self._silent = 0.0
        self._blank = 0

    def blank_came(self) -> None:
        """Count a blank line, and stop reading after too many in a row."""
        self._blank += 1
        if self._blank > MOST_BLANK:
            self.cut = BLANK

    def close(self) -> None:
        """Cancel pending reads."""
        self._closing.cancel()
        if self._pending is not None:
            self._pending.cancel()


async def batches(feed: Feed, lines: LineSplitter) -> AsyncGenerator[list[bytes | None], None]:
    """Yield batches of non-blank lines; None stands for a line that is too long.

    When the client disconnects, the batch being read is dropped.
    """
    batch: list[bytes | None] = []
    size = 0
    try:
        while not feed.ended and feed.cut is None:
            piece = await feed.next(PAUSE_SECONDS if batch else None)
            if piece is None:
                break
            found = lines.feed(piece) + (lines.end() if feed.ended else [])
            if not piece and not found and batch:
                yield batch
                batch, size = [], 0
            for line in found:
                if line is not None and not line.strip():
                    feed.blank_came()
                    continue
                feed.line_came()
                if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
                    yield batch
                    batch, size = [], 0
                batch.append(line)
                size += len(line or b"")
        if batch and (feed.ended or feed.cut):
            yield batch
    finally:
        feed.close()
