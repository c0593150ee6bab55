from __future__ import annotations

import asyncio

import pytest

from wirematch.detection.afterwards import Afterwards

pytestmark = pytest.mark.anyio


async def test_what_is_begun_goes_on_behind_the_caller_and_is_waited_for_at_the_end():
    afterwards, go_on, done = Afterwards(), asyncio.Event(), []

    async def work() -> None:
        await go_on.wait()
        done.append("once")

    afterwards.begin("a", work)
    afterwards.begin("a", work)  # the same is being done
    await asyncio.sleep(0)
    assert done == []

    go_on.set()
    await afterwards.finish()
    assert done == ["once"]

    afterwards.begin("a", work)
    await afterwards.finish()
    assert done == ["once", "once"]


async def test_a_failure_hinders_neither_the_end_nor_the_next():
    afterwards, done = Afterwards(), []

    async def fail() -> None:
        raise OSError

    async def work() -> None:
        done.append("done")

    afterwards.begin("a", fail)
    await afterwards.finish()
    afterwards.begin("a", work)
    await afterwards.finish()

    assert done == ["done"]
