from __future__ import annotations

import asyncio

import pytest

from wirematch.api.bulk.feed import SHUTDOWN, Feed, batches
from wirematch.formats.lines import LineSplitter

pytestmark = pytest.mark.anyio


async def test_a_stream_that_never_pauses_is_told_that_the_service_shuts_down():
    closing = asyncio.Event()
    sent = 0

    async def receive() -> dict[str, object]:
        nonlocal sent
        sent += 1
        if sent == 100:
            closing.set()
        return {"type": "http.request", "body": b"{}\n", "more_body": sent < 10_000}

    feed = Feed(receive, closing, timeout=60)
    lines = [line for batch in [batch async for batch in batches(feed, LineSplitter(10))] for line in batch]

    assert feed.cut is SHUTDOWN
    assert not feed.ended
    assert 99 <= len(lines) <= 101
