"""Threads that flows share: who goes next, who gives way, and that nothing is lost by it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial

import pytest

from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.cancellation import CancelledWorkError, CancelToken, safepoint
from wirematch.detection.scheduling import fair_threads
from wirematch.detection.scheduling.executor import WorkAhead
from wirematch.detection.scheduling.fair_threads import SLICE_SECONDS, FairThreads, Flow


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[FairThreads]:
    threads = FairThreads("test", request.param)
    yield threads
    threads.close()


@pytest.fixture
def one_thread() -> Iterator[FairThreads]:
    threads = FairThreads("test", 1)
    yield threads
    threads.close()


def work_for(seconds: float) -> None:
    """Use up processor time, without a safepoint."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def until_set(event: threading.Event) -> Callable[[], None]:
    """Work that goes on, over many safepoints, until the event is set."""

    def work() -> None:
        while not event.is_set():
            safepoint()

    return work


def test_the_flow_that_had_least_goes_first(one_thread):
    large, small, done, go_on = Flow(), Flow(), list[str](), threading.Event()
    one_thread.submit(large, CancelToken(), lambda: (go_on.wait(), work_for(4 * SLICE_SECONDS)))
    waiting = [
        one_thread.submit(flow, CancelToken(), lambda name=name: done.append(name))
        for flow, name in ((large, "large 1"), (large, "large 2"), (small, "small 1"), (small, "small 2"))
    ]
    go_on.set()
    for one in waiting:
        one.result(PATIENCE_SECONDS)
    assert done == ["small 1", "small 2", "large 1", "large 2"]


def test_the_work_of_one_flow_is_done_in_order_and_never_pauses(one_thread):
    flow, done, begun = Flow(), list[int](), list[int]()

    def work(number: int) -> None:
        begun.append(number)
        for _ in range(3):
            work_for(SLICE_SECONDS)
            safepoint()
        done.append(number)
        assert begun == done

    for future in [one_thread.submit(flow, CancelToken(), lambda number=number: work(number)) for number in range(4)]:
        future.result(PATIENCE_SECONDS)
    assert done == [0, 1, 2, 3]


def test_work_whose_turn_is_over_gives_way_at_a_checkpoint(threads):
    told = threading.Event()
    long = [threads.submit(Flow(), CancelToken(), until_set(told)) for _ in range(3)]
    threads.submit(Flow(), CancelToken(), told.set).result(PATIENCE_SECONDS)  # nobody else would ever set it
    for one in long:
        one.result(PATIENCE_SECONDS)


def test_what_pauses_and_is_cancelled_stops_when_it_goes_on(one_thread):
    cancel, told, never = CancelToken(), threading.Event(), threading.Event()
    paused = one_thread.submit(Flow(), cancel, until_set(never))

    def work() -> None:
        cancel.cancelled = True
        told.set()

    one_thread.submit(Flow(), CancelToken(), work)
    with pytest.raises(CancelledWorkError):
        paused.result(PATIENCE_SECONDS)
    assert told.is_set()


def test_an_endless_row_of_newcomers_does_not_hold_up_what_waits(one_thread):
    cancel, row = CancelToken(), list[Future[None]]()

    def newcomer() -> None:
        if not heavy.done() and len(row) < 1_000:  # another comes before this one is done
            row.append(one_thread.submit(Flow(), CancelToken(), newcomer))
            work_for(SLICE_SECONDS / 5)

    def work() -> None:
        for _ in range(8):
            work_for(SLICE_SECONDS)
            safepoint()

    begin = threading.Event()
    one_thread.submit(Flow(), CancelToken(), begin.wait)
    heavy = one_thread.submit(Flow(), cancel, work)
    row.extend([one_thread.submit(Flow(), CancelToken(), newcomer) for _ in range(3)])
    begin.set()
    heavy.result(PATIENCE_SECONDS)
    assert len(row) < 1_000


def test_newcomers_are_not_put_behind_what_waits_of_a_flow_that_had_little(one_thread):
    debtor, poor, begin, done = Flow(), Flow(), threading.Event(), list[str]()
    one_thread.submit(debtor, CancelToken(), lambda: (begin.wait(), work_for(20 * SLICE_SECONDS)))
    kept = [
        one_thread.submit(poor, CancelToken(), lambda name=name: (work_for(SLICE_SECONDS), done.append(name)))
        for name in range(6)
    ]
    kept[0].add_done_callback(
        lambda _: kept.append(one_thread.submit(Flow(), CancelToken(), lambda: done.append("newcomer")))
    )
    begin.set()
    for one in kept:
        one.result(PATIENCE_SECONDS)
    assert done.index("newcomer") <= 2


def test_paused_work_of_one_flow_goes_on_in_the_order_of_its_submission(monkeypatch):
    """Or what waits for work ahead might hold the last thread, while that work waits for a thread."""
    monkeypatch.setattr(fair_threads, "SLICE_SECONDS", 0.0)
    threads, flow, gone_on = FairThreads("test", 2), Flow(), list[int]()
    may_pause, others, go_on = ([threading.Event(), threading.Event()] for _ in range(3))

    def work(number: int) -> None:
        work_for(2 * SLICE_SECONDS)
        may_pause[number].wait(PATIENCE_SECONDS)
        while not others[number].is_set():
            safepoint()
        gone_on.append(number)

    def hold(number: int) -> None:
        others[number].set()
        go_on[number].wait(PATIENCE_SECONDS)

    mine = [threads.submit(flow, CancelToken(), partial(work, number)) for number in range(2)]
    held = [threads.submit(Flow(), CancelToken(), partial(hold, number)) for number in range(2)]
    for number in range(2):
        may_pause[number].set()
        wait_for(others[number].is_set, "the pause")
    go_on[1].set()
    held[1].result(PATIENCE_SECONDS)
    mine[0].result(PATIENCE_SECONDS)
    go_on[0].set()
    for one in (*mine, *held):
        one.result(PATIENCE_SECONDS)
    threads.close()
    assert gone_on == [0, 1]


def test_work_ahead_that_pauses_is_done_before_work_that_waits_for_it(threads):
    flow, others = Flow(), threading.Event()
    cancel = CancelToken()
    ahead = WorkAhead(threads.submit(flow, cancel, until_set(others)), cancel)
    later = threads.submit(flow, CancelToken(), ahead.result)
    threads.submit(Flow(), CancelToken(), others.set)
    assert later.result(PATIENCE_SECONDS) is None


def test_what_was_cancelled_before_its_turn_is_not_begun(one_thread):
    go_on, begun = threading.Event(), list[str]()
    one_thread.submit(Flow(), CancelToken(), go_on.wait)
    dropped = one_thread.submit(Flow(), CancelToken(), lambda: begun.append("dropped"))
    kept = one_thread.submit(Flow(), CancelToken(), lambda: begun.append("kept"))
    dropped.cancel()
    go_on.set()
    kept.result(PATIENCE_SECONDS)
    assert begun == ["kept"]


def test_closing_lets_paused_work_finish_and_drops_what_waits():
    threads = FairThreads("test", 1)
    other, go_on = threading.Event(), threading.Event()
    paused = threads.submit(Flow(), CancelToken(), until_set(go_on))

    def hold() -> None:
        other.set()
        go_on.wait()

    running = threads.submit(Flow(), CancelToken(), hold)
    wait_for(other.is_set, "the pause")
    waiting = threads.submit(Flow(), CancelToken(), int)
    closing = threading.Thread(target=threads.close)
    closing.start()
    wait_for(waiting.cancelled, "the closing")
    go_on.set()
    closing.join(PATIENCE_SECONDS)
    assert paused.result(0) is running.result(0) is None
    with pytest.raises(RuntimeError):
        threads.submit(Flow(), CancelToken(), int)


@pytest.mark.parametrize("most_paused", [1, 4])
def test_every_work_of_many_flows_is_done_once(threads, monkeypatch, most_paused):
    monkeypatch.setattr(fair_threads, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(fair_threads, "MOST_PAUSED", most_paused)
    draw = random.Random(most_paused)
    flows, begun, done = [Flow() for _ in range(6)], dict[int, list[int]](), list[int]()

    def work(flow: int, number: int, steps: int) -> int:
        begun.setdefault(flow, []).append(number)
        for _ in range(steps):
            safepoint()
        done.append(number)
        if number % 7 == 0:
            raise ValueError(number)
        return number

    futures = []
    for number in range(600):
        flow, steps = draw.randrange(len(flows)), draw.choice((0, 1, 30))
        given = flow, number, steps
        futures.append(threads.submit(flows[flow], CancelToken(), lambda given=given: work(*given)))
    for number, future in enumerate(futures):
        if number % 7 == 0:
            assert isinstance(future.exception(PATIENCE_SECONDS), ValueError)
        else:
            assert future.result(PATIENCE_SECONDS) == number
    assert sorted(done) == list(range(600))
    assert sum(map(len, begun.values())) == 600
