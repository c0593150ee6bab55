"""A compressed body that yields nothing for long does not block other requests."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from wirematch.api.content_encoding import SLICE, ContentEncoding
from wirematch.formats.packing import zstd

SKIPPED = b"\x50\x2a\x4d\x18\x00\x00\x00\x00"
"""A Zstandard frame that decoders skip."""


@pytest.mark.parametrize(
    ("encoding", "empty", "whole"),
    [
        ("zstd", SKIPPED, zstd.compress(b"{}")),
        ("zstd", zstd.compress(b""), zstd.compress(b"{}")),
        ("gzip", gzip.compress(b""), gzip.compress(b"{}")),
    ],
    ids=["skipped", "zstd", "gzip"],
)
def test_others_have_their_turn_while_a_body_holds_nothing(encoding, empty, whole):
    packed = empty * (20 * SLICE // len(empty)) + whole
    turns, read = 0, b""

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def app(_scope, receive, _send) -> None:
        nonlocal read
        more = True
        while more:
            message = await receive()
            read += message["body"]
            more = message["more_body"]

    async def receive() -> dict:
        return {"type": "http.request", "body": packed, "more_body": False}

    async def send(_message) -> None:
        raise AssertionError("it was refused")

    async def both() -> None:
        waiting = asyncio.create_task(others())
        scope = {"type": "http", "method": "PUT", "path": "/", "headers": [(b"content-encoding", encoding.encode())]}
        await ContentEncoding(app, 2 * len(packed))(scope, receive, send)
        waiting.cancel()

    asyncio.run(both())

    assert read == b"{}"
    assert turns >= 20
