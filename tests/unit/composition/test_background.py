"""Work behind the requests goes on after a defect, and ends when it is done or cancelled."""

from __future__ import annotations

import asyncio

import pytest

from wirematch.composition.background import in_background

pytestmark = pytest.mark.anyio


async def test_a_defect_is_told_and_the_work_begins_anew(caplog):
    begun: list[int] = []

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise KeyError("a defect")

    await in_background("sweeping", work, pause=0)

    assert begun == [0, 1, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "sweeping failed in the background and is restarted"
    ] * 2
    assert "KeyError: 'a defect'" in caplog.text


@pytest.mark.parametrize("fails", [False, True])
async def test_cancelling_ends_it_at_work_and_between(fails):
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        if fails:
            raise KeyError("a defect")
        await asyncio.Event().wait()

    task = in_background("sweeping", work, pause=3_600)
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
