from __future__ import annotations

import asyncio

import pytest

from wirematch.detection.retrieval.excerpting import AnchorsAhead

pytestmark = pytest.mark.anyio


async def test_anchors_are_made_once_while_the_loop_waits():
    made = []
    ahead = AnchorsAhead(lambda: made.append(1) or [])
    assert not made

    await asyncio.sleep(0)

    assert made == [1]
    assert ahead.result() == []
    assert made == [1]


async def test_anchors_that_are_needed_at_once_are_made_at_once():
    assert AnchorsAhead(list).result() == []


async def test_an_error_is_told_to_whoever_needs_them():
    def fail() -> list:
        raise MemoryError

    ahead = AnchorsAhead(fail)
    await asyncio.sleep(0)

    with pytest.raises(MemoryError):
        ahead.result()
