"""Batches of a stream join clusters in their order, also past one that failed."""

from __future__ import annotations

import asyncio

import pytest

from wirematch.detection.storing.batch_order import BatchOrder

pytestmark = pytest.mark.anyio


async def test_nobody_passes_who_came_before_also_if_one_between_has_failed():
    order, joined, go_on = BatchOrder(), list[str](), asyncio.Event()

    async def batch(name: str) -> None:
        with order.place() as earlier_joined:
            if name == "first":
                await go_on.wait()
            if name == "second":
                raise ValueError(name)
            await earlier_joined()
            joined.append(name)

    batches = [asyncio.create_task(batch(name)) for name in ("first", "second", "third", "fourth")]
    for _ in range(10):
        await asyncio.sleep(0)
    assert joined == []
    batches[2].cancel()
    go_on.set()
    ended = await asyncio.gather(*batches, return_exceptions=True)

    assert joined == ["first", "fourth"]
    assert [type(one) for one in ended] == [type(None), ValueError, asyncio.CancelledError, type(None)]
