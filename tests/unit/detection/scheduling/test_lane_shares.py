"""Places of a lane for which streams wait."""

from __future__ import annotations

import asyncio
import time

import pytest

from wirematch.cancellation import CancelToken
from wirematch.detection.scheduling.fair_threads import SLICE_SECONDS, Flow
from wirematch.detection.scheduling.lane import AT_WORK, Lane

pytestmark = pytest.mark.anyio
NEWCOMERS = 60


def work() -> None:
    until = time.thread_time() + SLICE_SECONDS
    while time.thread_time() < until:
        pass


async def test_newcomers_without_end_leave_a_place_to_a_stream_that_had_much_before():
    lane, stream, let_in = Lane("test", 1, 100, 1.0), Flow(), asyncio.Queue[Flow]()

    async def enter(flow: Flow) -> None:
        await lane.enter(0, flow, unbounded_wait=True)
        let_in.put_nowait(flow)

    async def work_of(flow: Flow) -> None:
        await asyncio.wrap_future(lane.threads.submit(flow, CancelToken(), work))

    for _ in range(4):
        await work_of(stream)
    first = [Flow() for _ in range(AT_WORK)]
    for flow in first:
        await lane.enter(0, flow, unbounded_wait=True)
    waiting = [asyncio.create_task(enter(flow)) for flow in (Flow(), stream)]
    leaving, seen = first[0], list[Flow]()
    while stream not in seen and len(seen) < NEWCOMERS:
        waiting.append(asyncio.create_task(enter(Flow())))
        await asyncio.sleep(0)
        lane.leave(0, leaving)
        leaving = await let_in.get()
        seen.append(leaving)
        await work_of(leaving)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    lane.threads.close()
    assert stream in seen
