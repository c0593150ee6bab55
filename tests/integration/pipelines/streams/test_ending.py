"""A consumer of a Redis stream that has ended reads no more, and has closed its connections."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("faststream", reason="needs the extra 'stream'")

from support.stream_consumers import consuming
from support.waiting import until

pytestmark = pytest.mark.anyio

STEPS = 25
"""Turns of the event loop in which a consumer has read at least once."""


async def test_an_ended_consumer_reads_no_more(store, chosen):
    """Whatever it is doing: at some steps of a read, redis-py does not heed a cancellation under Python 3.11."""
    settings = chosen(pause_seconds=0.5)
    others, connections = asyncio.all_tasks(), len(store.client_list())
    for step in range(STEPS):
        async with consuming(settings):
            for _ in range(step):
                await asyncio.sleep(0)
        assert asyncio.all_tasks() == others
    await until(lambda: len(store.client_list()) == connections)
