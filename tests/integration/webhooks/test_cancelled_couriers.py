"""A courier that is cancelled ends, in whichever turn of the event loop that is."""

from __future__ import annotations

import pytest

from support.cancelling import TURNS, ends_if_cancelled
from support.waiting import PATIENCE_SECONDS
from support.webhook_outbox import courier_of


@pytest.mark.anyio
async def test_one_that_is_cancelled_as_a_task_is_added_ends(watching):
    async with courier_of(watching()) as (components, _):
        outbox = components.listener.outbox
        names = await outbox.expect(["a1"], PATIENCE_SECONDS)

        async def add() -> None:
            await outbox.settle([], [], due=names)

        cancelled = 0
        for turn in range(TURNS):
            await outbox.claim(0, PATIENCE_SECONDS, print)  # as a courier does before it waits
            cancelled += await ends_if_cancelled(outbox.wait(PATIENCE_SECONDS), turn, wake=add)
    assert 0 < cancelled < TURNS
