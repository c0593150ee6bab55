from __future__ import annotations

import asyncio

import pytest

from wirematch.detection.scheduling.afterwards import Afterwards
from wirematch.errors import IndexUnavailableError, WirematchError

pytestmark = pytest.mark.anyio


async def test_what_is_begun_goes_on_behind_the_caller_and_is_waited_for_at_the_end():
    afterwards, go_on, done = Afterwards(), asyncio.Event(), []

    async def work() -> None:
        await go_on.wait()
        done.append("once")

    afterwards.begin("a", work)
    afterwards.begin("a", work)  # the same is already being done
    await asyncio.sleep(0)
    assert done == []

    go_on.set()
    await afterwards.finish()
    assert done == ["once"]

    afterwards.begin("a", work)
    await afterwards.finish()
    assert done == ["once", "once"]


@pytest.mark.parametrize("failure", [IndexUnavailableError("Redis is away."), OSError("no space")])
async def test_a_failure_is_logged_and_hinders_neither_the_end_nor_the_next(failure, caplog):
    afterwards, done = Afterwards(), []

    async def fail() -> None:
        raise failure

    async def work() -> None:
        done.append("done")

    afterwards.begin("a", fail)
    await afterwards.finish()
    afterwards.begin("a", work)
    await afterwards.finish()

    assert done == ["done"]
    [told] = caplog.records
    assert str(failure) in caplog.text
    assert bool(told.exc_info) is not isinstance(failure, WirematchError)


async def test_the_end_waits_for_what_began_while_it_waited():
    afterwards, done = Afterwards(), []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        afterwards.begin("b", second)

    afterwards.begin("a", first)
    await afterwards.finish()

    assert done == ["second"]
