"""The line in which requests wait for threads: who is let in, who is refused, and who counts."""

from __future__ import annotations

import asyncio

import pytest

from support.clock import Clock
from support.waiting import PATIENCE_SECONDS
from wirematch.detection.scheduling.executor import LONG, BoundedExecutor
from wirematch.detection.scheduling.fair_threads import Flow
from wirematch.detection.scheduling.lane import Lane
from wirematch.errors import OverloadedError

FLOW = Flow()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lane(clock):
    lane = Lane("test", 1, 10, PATIENCE_SECONDS, clock=clock)
    yield lane
    lane.threads.close()


async def fill(lane: Lane, order: list[str], names: str) -> list[asyncio.Task[None]]:
    async def work(name: str) -> None:
        await lane.enter(1_000, Flow(), unbounded_wait=False)
        order.append(name)

    tasks = [asyncio.create_task(work(name)) for name in names]
    await asyncio.sleep(0)
    return tasks


@pytest.mark.anyio
@pytest.mark.parametrize(("waited", "expected"), [(0.0, "abcdefg"), (0.6, "abcdgfe")])
async def test_a_line_that_is_slow_lets_the_newest_in_first(lane, clock, waited, expected):
    order: list[str] = []
    tasks = await fill(lane, order, "abcdefg")
    assert "".join(order) == "abcd"  # four of them running

    clock.now = waited * PATIENCE_SECONDS
    for _ in range(3):
        lane.leave(1_000, FLOW)
    await asyncio.gather(*tasks)

    assert "".join(order) == expected


@pytest.mark.anyio
async def test_a_place_goes_to_the_stream_of_which_the_fewest_bytes_are_worked_on(lane):
    order: list[str] = []
    streams = {"long": Flow(), "longer": Flow(), "short": Flow()}
    costs = {"long": 800_000, "longer": 900_000, "short": 200_000}

    async def work(name: str) -> None:
        await lane.enter(costs[name], streams[name], unbounded_wait=True)
        order.append(name)

    names = ["long", "longer", "long", "longer", "long", "longer", "short", "short", "short"]
    tasks = [asyncio.create_task(work(name)) for name in names]
    await asyncio.sleep(0)
    assert order == names[:4]
    for name in ("long", "long", "longer"):
        lane.leave(costs[name], streams[name])
        await asyncio.sleep(0)
    assert order[4:] == ["short", "long", "short"]
    tasks[-1].cancel()  # it waits still, and gives nothing back
    await asyncio.wait(tasks[-1:])
    lane.leave(costs["short"], streams["short"])
    await asyncio.gather(*tasks[:-1])
    assert order[7:] == ["longer"]


@pytest.mark.anyio
async def test_who_would_wait_in_vain_is_told_at_once_and_when_to_come_back(lane, clock):
    order: list[str] = []
    tasks = await fill(lane, order, "abcdef")
    clock.now = PATIENCE_SECONDS / 2  # what the first one took
    lane.leave(1_000, FLOW)
    await asyncio.sleep(0)

    assert lane.refusal(1_000) is None  # one waits, for half of the useful time
    more = await fill(lane, order, "gh")
    refused = lane.refusal(1_000)

    assert refused is not None
    assert refused.retry_after is not None
    assert refused.retry_after >= 1
    for task in [*tasks, *more]:
        task.cancel()
    await asyncio.gather(*tasks, *more, return_exceptions=True)


@pytest.mark.anyio
async def test_who_gives_up_waiting_counts_no_longer(lane, clock):
    order: list[str] = []
    tasks = await fill(lane, order, "abcdef")
    clock.now = PATIENCE_SECONDS / 2
    lane.leave(1_000, FLOW)
    for _ in range(3):
        more = await fill(lane, order, "gh")
        assert lane.refusal(1_000) is not None
        for task in more:
            task.cancel()
        await asyncio.gather(*more, return_exceptions=True)
        assert lane.refusal(1_000) is None
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.anyio
async def test_who_has_waited_too_long_is_refused():
    lane = Lane("test", 1, 10, 0.02)
    for _ in range(4):
        await lane.enter(0, FLOW, unbounded_wait=False)

    with pytest.raises(OverloadedError, match="without being processed"):
        await lane.enter(0, FLOW, unbounded_wait=False)
    patient = asyncio.create_task(lane.enter(0, FLOW, unbounded_wait=True))
    await asyncio.sleep(0.1)
    assert not patient.done()
    lane.leave(0, FLOW)
    await patient
    lane.threads.close()


@pytest.mark.anyio
async def test_long_texts_hold_no_short_one_up():
    executor = BoundedExecutor(1, 1)
    for _ in range(2):
        await executor.lane(LONG).enter(LONG, FLOW, unbounded_wait=False)

    assert executor.refusal(LONG) is not None
    assert executor.refusal(LONG - 1) is None
    assert await executor.run(int, "7") == 7
    executor.close()


@pytest.mark.anyio
async def test_a_request_whose_body_is_being_read_counts_as_one_in_line():
    executor = BoundedExecutor(1, 1)
    with executor.holding(executor.reserve(0)), executor.holding(executor.reserve(0)):
        assert executor.refusal(0) is not None
        async with executor.admission(0):
            pass
    assert executor.refusal(0) is None
    executor.close()
