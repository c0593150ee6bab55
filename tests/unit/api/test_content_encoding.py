"""A packed body that holds nothing for long does not keep the other requests waiting, nor cost much."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from wirematch.api.content_encoding import MEMBER_BYTES, SLICE, SPARE_MEMBERS, ContentEncoding
from wirematch.formats.packing import UNPACKERS, zstd

SKIPPED = b"\x50\x2a\x4d\x18"
"""With which a frame of Zstandard begins that is to be skipped; how long it is follows in four bytes."""
LONG, SHORT = (SKIPPED + size.to_bytes(4, "little") + bytes(size) for size in (MEMBER_BYTES, 0))
NAMED = b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * MEMBER_BYTES + b"\0"
"""The head of a member of gzip that has a long name."""


@pytest.mark.parametrize(
    ("encoding", "empty", "whole"),
    [
        ("zstd", LONG, zstd.compress(b"{}")),
        ("zstd", LONG + zstd.compress(b""), zstd.compress(b"{}")),
        ("gzip", NAMED + gzip.compress(b"")[10:], gzip.compress(b"{}")),
    ],
    ids=["skipped", "zstd", "gzip"],
)
def test_others_have_their_turn_while_a_body_holds_nothing(encoding, empty, whole):
    packed = empty * (20 * SLICE // len(empty)) + whole
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both() -> bytes:
        waiting = asyncio.create_task(others())
        read = await unpacked(packed, encoding)
        waiting.cancel()
        return read

    assert asyncio.run(both()) == b"{}"
    assert turns >= 20


@pytest.mark.parametrize(
    ("encoding", "short", "whole"),
    [
        ("zstd", SHORT, zstd.compress(b"{}")),
        ("zstd", zstd.compress(b""), zstd.compress(b"{}")),
        ("zstd", zstd.compress(b"x"), zstd.compress(b"{}")),
        ("gzip", gzip.compress(b""), gzip.compress(b"{}")),
        ("gzip", gzip.compress(b"x"), gzip.compress(b"{}")),
    ],
    ids=["skipped", "zstd", "zstd of a byte", "gzip", "gzip of a byte"],
)
def test_a_body_of_many_short_members_is_refused(encoding, short, whole, monkeypatch):
    """Each costs as much as a kilobyte of text; a client that packs each of its lines sends a few, or longer ones."""
    made = 0

    def counted(make: Callable[[], Any]) -> Callable[[], Any]:
        def count() -> Any:
            nonlocal made
            made += 1
            return make()

        return count

    counting = {mark: (name, counted(make)) for mark, (name, make) in UNPACKERS.items()}
    monkeypatch.setattr("wirematch.api.content_encoding.UNPACKERS", counting)
    few, many = short * (SPARE_MEMBERS - 1), short * 50_000
    asyncio.run(unpacked(few + whole, encoding))
    made = 0
    with pytest.raises(HTTPException, match="too many short") as refused:
        asyncio.run(unpacked(many + whole, encoding))

    assert refused.value.status_code == 400
    assert made <= SPARE_MEMBERS + len(many) // MEMBER_BYTES + 1


def test_a_stream_of_many_short_members_ends():
    packed = SHORT * 50_000
    with pytest.raises(GoneError):
        asyncio.run(unpacked(packed, "zstd", streams=frozenset({"/"}), method="POST"))


class GoneError(Exception):
    """The client, as far as the application can tell."""


async def unpacked(
    packed: bytes, encoding: str, *, streams: frozenset[str] = frozenset(), method: str = "PUT"
) -> bytes:
    """What the application reads of a body."""
    read = b""

    async def app(_scope, receive, _send) -> None:
        nonlocal read
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            read += message["body"]
            more = message["more_body"]

    async def receive() -> dict:
        return {"type": "http.request", "body": packed, "more_body": False}

    async def send(_message) -> None:
        raise AssertionError("it was answered")

    scope = {"type": "http", "method": method, "path": "/", "headers": [(b"content-encoding", encoding.encode())]}
    await ContentEncoding(app, 2 * len(packed), streams)(scope, receive, send)
    return read
