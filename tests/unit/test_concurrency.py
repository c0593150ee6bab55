"""What runs together ends together, however it ends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wirematch import concurrency
from wirematch.concurrency import SharedWork, end, to_its_end, together

pytestmark = pytest.mark.anyio
TURNS = 20
WAITING = 4


class FirstError(Exception):
    pass


class LaterError(Exception):
    pass


class Parts:
    """Coroutines that end in every way, and how many still run."""

    def __init__(self) -> None:
        self.running = 0

    async def _until_cancelled(self) -> None:
        self.running += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.running -= 1

    async def waits(self) -> None:
        await self._until_cancelled()

    async def takes_turns_to_end(self) -> None:
        try:
            await self._until_cancelled()
        finally:
            self.running += 1
            for _ in range(TURNS):
                await asyncio.sleep(0)
            self.running -= 1

    async def fails_when_cancelled(self) -> None:
        try:
            await self._until_cancelled()
        except asyncio.CancelledError as error:
            raise LaterError from error

    async def swallows_one(self) -> None:
        try:
            await self._until_cancelled()
        except asyncio.CancelledError:
            await self._until_cancelled()

    async def fails(self) -> None:
        await asyncio.sleep(0)
        raise FirstError

    def all(self) -> list[Coroutine[Any, Any, None]]:
        return [self.fails_when_cancelled(), self.waits(), self.takes_turns_to_end(), self.swallows_one()]


@pytest.fixture(autouse=True)
def _cancels_again_soon(monkeypatch):
    monkeypatch.setattr(concurrency, "AGAIN_SECONDS", 0.01)


@pytest.fixture
async def lost():
    """What asyncio says that nobody asked for."""
    found: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: found.append(context))

    def look() -> list[dict[str, Any]]:
        gc.collect()
        return found

    yield look
    loop.set_exception_handler(before)


async def test_results_are_in_order_and_parts_run_at_once():
    both = asyncio.Barrier(2)

    async def part(name: str) -> str:
        await both.wait()
        return name

    assert await together(part("a"), part("b")) == ("a", "b")
    assert await together() == ()


async def test_one_part_needs_no_task():
    async def part() -> asyncio.Task[Any] | None:
        return asyncio.current_task()

    assert await together(part()) == (asyncio.current_task(),)


async def test_a_failure_is_raised_itself_once_the_others_have_ended(lost):
    parts = Parts()
    with pytest.raises(FirstError):
        await together(*parts.all(), parts.fails(), *parts.all())
    assert parts.running == 0
    assert not lost()


async def test_of_several_failures_at_once_the_first_is_raised_and_none_is_lost(lost):
    async def fails_later() -> None:
        await asyncio.sleep(0)
        raise LaterError

    with pytest.raises(FirstError):
        await together(Parts().fails(), fails_later())
    assert not lost()


async def turns_until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for sets no event
        await asyncio.sleep(0)


async def test_a_cancelled_caller_is_cancelled_once_all_have_ended(lost):
    parts = Parts()
    left: list[int] = []

    async def calls() -> None:
        try:
            await together(*parts.all())
        finally:
            left.append(parts.running)

    caller = asyncio.create_task(calls())
    await turns_until(lambda: parts.running == WAITING)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert left == [0]
    assert not lost()


async def test_a_caller_that_is_cancelled_again_waits_all_the_same(lost):
    parts = Parts()
    left: list[int] = []

    async def calls() -> None:
        try:
            await together(together(*parts.all()), parts.waits())
        finally:
            left.append(parts.running)

    caller = asyncio.create_task(calls())
    await turns_until(lambda: parts.running == WAITING + 1)
    for _ in range(3):
        caller.cancel()
        await asyncio.sleep(0)
    await end([caller])
    assert left == [0]
    assert caller.cancelled()
    assert not lost()


async def test_ending_waits_and_drops_failures(lost):
    parts = Parts()
    tasks = [asyncio.create_task(one) for one in (*parts.all(), parts.fails())]
    await turns_until(tasks[-1].done)
    await end(tasks)
    assert all(task.done() for task in tasks)
    del tasks
    assert not lost()


async def test_shared_work_is_done_once_and_goes_on_for_the_others_when_one_is_cancelled(lost):
    shared, goes_on, done = SharedWork[str, int](), asyncio.Event(), []

    async def work() -> int:
        await goes_on.wait()
        done.append(True)
        return 7

    waiters = [asyncio.create_task(shared.result("key", work)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    waiters[0].cancel()
    goes_on.set()
    results = await asyncio.gather(*waiters, return_exceptions=True)

    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [7] * (WAITING - 1)
    assert len(done) == 1
    assert not lost()


async def test_shared_work_that_fails_for_nobody_is_not_told(lost):
    shared = SharedWork[str, int]()

    async def work() -> int:
        await asyncio.sleep(0)
        raise FirstError

    waiter = asyncio.create_task(shared.result("key", work))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    with pytest.raises(FirstError):
        await shared.result("key", work)

    assert not lost()


async def test_shared_work_that_nobody_waits_for_any_more_ends_when_it_is_closed(lost):
    shared, ended = SharedWork[str, int](), []

    async def work() -> int:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # closing waits for this
            ended.append(True)
        return 0

    waiters = [asyncio.create_task(shared.result(key, work)) for key in ("one", "two")]
    await asyncio.sleep(0)
    await end(waiters)
    await shared.close()

    assert ended == [True, True]
    assert not lost()


async def test_whoever_comes_when_shared_work_is_done_gets_new_work():
    """Otherwise who asks until the result fits would get the same one for ever, and nothing else would run."""
    shared, results, ending = SharedWork[str, int](), iter((1, 2)), asyncio.Event()

    async def work() -> int:
        await asyncio.sleep(0)
        ending.set()  # who waits for this runs before anybody else learns that the work is done
        return next(results)

    async def comes() -> int:
        await ending.wait()
        return await shared.result("key", work)

    late = asyncio.create_task(comes())
    await asyncio.sleep(0)
    assert await shared.result("key", work) == 1
    assert await late == 2


@pytest.mark.parametrize("fails", [False, True])
async def test_what_cleans_up_goes_on_however_often_it_is_cancelled(fails: bool):
    go_on, ended = asyncio.Event(), False

    async def clean_up() -> str:
        nonlocal ended
        await go_on.wait()
        ended = True
        if fails:
            raise FirstError
        return "clean"

    task = asyncio.create_task(to_its_end(clean_up()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended


async def test_what_cleans_up_answers_or_fails_as_if_awaited():
    async def fail() -> None:
        raise FirstError

    assert await to_its_end(asyncio.sleep(0, "clean")) == "clean"
    with pytest.raises(FirstError):
        await to_its_end(fail())
