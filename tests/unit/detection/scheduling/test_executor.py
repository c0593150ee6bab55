from __future__ import annotations

import asyncio
import threading

import pytest

from wirematch.cancellation import CancelledWorkError, safepoint
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import OverloadedError

pytestmark = pytest.mark.anyio


@pytest.fixture
def executor():
    executor = BoundedExecutor(threads=1, most_waiting=1)
    yield executor
    executor.close()


async def test_work_is_done_in_another_thread_and_answered(executor):
    assert await executor.run(divmod, 7, 2) == (3, 1)
    assert await executor.run(threading.get_ident) != threading.get_ident()


async def test_a_failure_reaches_the_caller_and_leaves_room(executor):
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            await executor.run(divmod, 1, 0)

    assert await executor.run(int, "7") == 7


async def test_a_full_line_refuses_at_once_and_empties_again(executor):
    go_on = threading.Event()
    waiting = [asyncio.create_task(executor.run(go_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(OverloadedError, match="2 requests"):
        await executor.run(int, "7")

    go_on.set()
    assert await asyncio.gather(*waiting) == [True, True]
    assert await executor.run(int, "7") == 7


async def test_work_that_was_given_up_leaves_room(executor):
    go_on = threading.Event()
    running, waiting = (asyncio.create_task(executor.run(go_on.wait)) for _ in range(2))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    another = asyncio.create_task(executor.run(int, "7"))
    await asyncio.sleep(0)

    go_on.set()
    assert await running is True
    assert await another == 7


async def test_a_place_in_the_line_is_good_for_all_the_work_within(executor):
    go_on = threading.Event()
    async with executor.admission():
        other = asyncio.create_task(executor.run(go_on.wait))
        await asyncio.sleep(0)
        first = asyncio.create_task(executor.run(int, "7"))  # it occupies the last place in the queue
        await asyncio.sleep(0)
        go_on.set()

        assert await first == 7
        assert await executor.run(int, "8") == 8
    assert await other is True


async def test_no_place_no_work_at_all(executor):
    go_on = threading.Event()
    waiting = [asyncio.create_task(executor.run(go_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(OverloadedError, match="2 requests"):
        async with executor.admission():
            pytest.fail("it was let in")
    go_on.set()
    await asyncio.gather(*waiting)


async def test_a_place_is_given_back_when_the_work_fails(executor):
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            async with executor.admission():
                await executor.run(divmod, 1, 0)

    assert await executor.run(int, "7") == 7


async def test_once_out_of_the_line_work_is_counted_again(executor):
    async with executor.admission():
        pass
    go_on = threading.Event()
    waiting = [asyncio.create_task(executor.run(go_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError):
        await executor.run(int, "7")
    go_on.set()
    await asyncio.gather(*waiting)


async def test_the_patient_wait_for_a_place(executor):
    go_on = threading.Event()
    waiting = [asyncio.create_task(executor.run(go_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    async def patiently() -> int:
        async with executor.admission(wait=True):
            return await executor.run(int, "7")

    wait = asyncio.create_task(patiently())
    given_up = asyncio.create_task(patiently())
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(OverloadedError):
        await executor.run(int, "8")
    go_on.set()

    assert await wait == 7
    assert await asyncio.gather(*waiting) == [True, True]
    assert await executor.run(int, "9") == 9


async def test_work_ahead_is_done_by_the_time_that_later_work_asks_for_it(executor):
    async with executor.admission():
        ahead = executor.begin(divmod, 7, 2)

        assert await executor.run(ahead.result) == (3, 1)
        ahead.drop()
        assert await executor.run(ahead.result) == (3, 1)


async def test_nothing_is_begun_ahead_while_the_line_is_full():
    executor = BoundedExecutor(threads=1, most_waiting=0)
    try:
        async with executor.admission():
            assert executor.begin(divmod, 7, 2) is None
    finally:
        executor.close()


async def test_a_failure_ahead_reaches_who_asks_for_the_result(executor):
    async with executor.admission():
        ahead = executor.begin(divmod, 1, 0)

        with pytest.raises(ZeroDivisionError):
            await executor.run(ahead.result)


async def test_work_ahead_that_is_dropped_stops_at_its_next_piece_or_never_begins(executor):
    began, go_on, begun = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.append("once")
        began.set()
        go_on.wait()
        safepoint()

    async with executor.admission():
        running, waiting = executor.begin(work), executor.begin(work)
        began.wait()
        for one in (running, waiting):
            one.drop()
        go_on.set()

        with pytest.raises(CancelledWorkError):
            await executor.run(running.result)
    assert begun == ["once"]
