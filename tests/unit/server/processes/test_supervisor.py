"""Workers that end or fail to start are noticed, whatever their supervisor is doing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from uvicorn.supervisors.multiprocess import SIGNALS, Process

from support.app_that_waits import FILE, InterruptsItsReader
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.server.processes import supervisor as supervisor_module
from wirematch.server.processes.service_config import NEVER_STARTS, ServiceConfig
from wirematch.server.processes.supervisor import MAX_DELAY, MIN_DELAY, MOST_FAILURES, Worker, WorkerSupervisor

FOREVER = 3600
Start = Callable[..., WorkerSupervisor]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(clock: Clock) -> Iterator[Start]:
    """A supervisor and its workers, which may be silent for longer than any test."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    started: list[WorkerSupervisor] = []

    def of(
        app: str, workers: int = 1, with_config: object = None, clock: Callable[[], float] = clock
    ) -> WorkerSupervisor:
        config = ServiceConfig(app, factory=True, workers=workers, timeout_worker_healthcheck=FOREVER)
        config.with_config = with_config  # workers read it, too
        supervisor = WorkerSupervisor(config, [], clock)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        supervisor.init_processes()
        started.append(supervisor)
        return supervisor

    yield of
    for worker in (worker for supervisor in started for worker in supervisor.processes):
        worker.kill()
        worker.join()


def ended(worker: Process) -> Process:
    worker.process.join(PATIENCE_SECONDS)
    assert worker.exitcode is not None
    return worker


def stop(worker: Process) -> None:
    """Let a worker hang: it runs no more, and SIGTERM does not end it."""
    os.kill(worker.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, worker.pid, os.WSTOPPED | os.WNOWAIT)


def seen_serving(supervisor: WorkerSupervisor) -> None:
    """Wait until all workers serve and the supervisor has seen it; each question waits for its own answer."""
    for worker in supervisor.processes:
        wait_for(partial(worker.is_ready, PATIENCE_SECONDS), "a worker that serves")
    supervisor.keep_subprocess_alive()


@pytest.fixture
def needed(tmp_path: Path, monkeypatch) -> Path:
    """The file without which applications of ``app_that_waits`` do not start; it is there."""
    needed = tmp_path / "needed"
    monkeypatch.setenv(FILE, str(needed))
    needed.touch()
    return needed


def without_one(supervisor: WorkerSupervisor, needed: Path) -> tuple[Process, Process]:
    """Take away what a worker needs to start, and kill the second; return the one that serves, and that which fails."""
    seen_serving(supervisor)
    serving, other = supervisor.processes
    needed.unlink()
    other.process.kill()
    ended(other)
    supervisor.keep_subprocess_alive()
    return serving, ended(supervisor.processes[1])


def test_a_worker_that_ends_while_it_is_asked_for_a_sign_of_life_is_replaced(start: Start, monkeypatch):
    supervisor = start("starlette.applications:Starlette")
    [first] = supervisor.processes
    seen_serving(supervisor)
    assert supervisor.processes == [first]
    stop(first)  # so that the supervisor waits for it
    asked, ping = threading.Event(), first.ping
    monkeypatch.setattr(first, "ping", lambda timeout: asked.set() or ping(timeout))
    waiting = threading.Thread(target=supervisor.keep_subprocess_alive, daemon=True)
    waiting.start()
    assert asked.wait(PATIENCE_SECONDS)
    os.kill(first.pid, signal.SIGKILL)
    waiting.join(PATIENCE_SECONDS)

    assert not waiting.is_alive()
    [second] = supervisor.processes
    assert second.pid != first.pid
    assert second.wait_until_ready(PATIENCE_SECONDS)


def test_a_worker_that_did_not_start_is_replaced_later_and_the_others_serve_on(
    start: Start, clock: Clock, needed: Path
):
    supervisor = start("support.app_that_waits:create_app", workers=2)
    serving, failed = without_one(supervisor, needed)
    for _ in range(2):  # seen to have failed, and waited for
        supervisor.keep_subprocess_alive()
        assert supervisor.processes == [serving, failed]
    needed.touch()
    clock.now += MIN_DELAY
    supervisor.keep_subprocess_alive()
    assert supervisor.processes[0] is serving
    assert supervisor.processes[1] is not failed
    assert supervisor.processes[1].wait_until_ready(PATIENCE_SECONDS)
    assert not supervisor.should_exit.is_set()
    assert not supervisor.gave_up


def test_when_none_starts_the_service_ends(start: Start, clock: Clock, tmp_path: Path, monkeypatch):
    monkeypatch.setenv(FILE, str(tmp_path / "never"))
    supervisor = start("support.app_that_waits:create_app")
    [first] = supervisor.processes
    ended(first)
    starts = []  # of workers that end like the first one, so that none need be waited for
    monkeypatch.setattr(Process, "start", lambda worker: starts.append(setattr(worker, "process", first.process)))
    while not supervisor.should_exit.is_set():
        assert len(starts) <= MOST_FAILURES
        supervisor.keep_subprocess_alive()
        clock.now += MAX_DELAY

    assert supervisor.gave_up
    assert len(starts) == MOST_FAILURES


def test_what_a_setting_makes_impossible_is_said_in_one_line_and_not_tried_again(start: Start, capfd):
    supervisor = start("support.app_that_waits:refuse")
    [first] = supervisor.processes
    ended(first)
    supervisor.keep_subprocess_alive()
    said = capfd.readouterr().err

    assert (supervisor.gave_up, supervisor.processes) == (True, [first])
    assert "The service cannot start: This setting cannot be used." in said
    assert "Traceback" not in said


def test_what_a_setting_makes_impossible_later_ends_no_worker_that_serves(start: Start, clock: Clock, needed: Path):
    supervisor = start("support.app_that_waits:refuse_without_file", workers=2)
    serving, refused = without_one(supervisor, needed)
    supervisor.keep_subprocess_alive()

    assert (refused.exitcode, supervisor.gave_up) == (NEVER_STARTS, False)
    assert not supervisor.should_exit.is_set()
    needed.touch()
    clock.now += MIN_DELAY
    supervisor.keep_subprocess_alive()
    assert supervisor.processes[0] is serving
    assert supervisor.processes[1].wait_until_ready(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    "app",
    [
        "support.app_that_waits:fail",
        "support.app_that_waits:missing",
        "support.app_that_waits:end",
        "support.app_that_waits:crash",
    ],
)
def test_an_application_that_cannot_be_made_is_not_tried_at_once_again(start: Start, clock: Clock, app: str):
    supervisor = start(app)
    [first] = supervisor.processes
    ended(first)
    for _ in range(2):
        supervisor.keep_subprocess_alive()
    assert supervisor.processes == [first]
    clock.now += MIN_DELAY
    supervisor.keep_subprocess_alive()
    assert supervisor.processes != [first]


def test_ctrl_c_while_workers_are_imported_is_left_to_the_supervisor(start: Start, tmp_path: Path, monkeypatch, capfd):
    pid = tmp_path / "pid"
    monkeypatch.setenv(FILE, str(pid))
    supervisor = start("starlette.applications:Starlette", with_config=InterruptsItsReader())
    assert supervisor.processes[0].wait_until_ready(PATIENCE_SECONDS)
    assert pid.read_text() == "asked"
    assert "Traceback" not in capfd.readouterr().err
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_who_is_told_to_end_while_a_replacement_starts_does_not_wait_for_it(start: Start, monkeypatch, capfd, ending):
    supervisor = start("starlette.applications:Starlette")
    seen_serving(supervisor)
    [serving] = supervisor.processes
    replacements: list[Process] = []
    monkeypatch.setattr(Worker, "start", lambda worker: replacements.append(worker) or Process.start(worker))
    supervisor.signal_queue.append(ending)  # as its handler does
    supervisor.restart_all()

    [replacement] = replacements
    assert replacement.exitcode is not None
    assert supervisor.processes == [serving]
    assert serving.is_ready(PATIENCE_SECONDS)
    assert "did not start" not in capfd.readouterr().err


def test_who_is_told_to_end_while_a_replaced_worker_ends_tells_all_others(start: Start):
    supervisor = start("starlette.applications:Starlette", workers=2)
    seen_serving(supervisor)
    replaced, other = supervisor.processes
    os.kill(replaced.pid, signal.SIGSTOP)  # takes long to end
    replacing = threading.Thread(target=supervisor.restart_all, daemon=True)
    replacing.start()
    wait_for(lambda: supervisor.processes[0] is not replaced, "a replacement")
    supervisor.signal_queue.append(signal.SIGTERM)
    replacing.join(PATIENCE_SECONDS)
    assert supervisor.processes[1] is other
    supervisor.terminate_all()
    os.kill(replaced.pid, signal.SIGCONT)
    supervisor.join_all()

    assert all(worker.exitcode is not None for worker in (replaced, *supervisor.processes))


def test_a_worker_that_hangs_keeps_nobody_waiting_who_is_told_to_end(start: Start, monkeypatch):
    """Its sign of life would be waited for before SIGTERM is seen; and a worker that is only slow is not killed."""
    supervisor = start("starlette.applications:Starlette")
    seen_serving(supervisor)
    [hanging] = supervisor.processes
    stop(hanging)
    asked, ping = threading.Event(), hanging.ping
    monkeypatch.setattr(hanging, "ping", lambda timeout: asked.set() or ping(timeout))
    looking = threading.Thread(target=supervisor.keep_subprocess_alive, daemon=True)
    looking.start()
    assert asked.wait(PATIENCE_SECONDS)
    supervisor.signal_queue.append(signal.SIGTERM)  # as its handler does
    looking.join(PATIENCE_SECONDS)

    assert not looking.is_alive()
    assert supervisor.processes == [hanging]
    assert hanging.process.is_alive()


def test_a_worker_that_hangs_is_killed_at_the_end_and_the_others_end_by_themselves(start: Start, monkeypatch, capfd):
    monkeypatch.setattr(supervisor_module, "EXIT_SECONDS", 1.0)
    supervisor = start("starlette.applications:Starlette", workers=2, clock=time.monotonic)
    seen_serving(supervisor)
    hanging, other = supervisor.processes
    stop(hanging)
    supervisor.terminate_all()
    ended(other)
    supervisor.join_all()

    assert (hanging.exitcode, other.exitcode) == (-signal.SIGKILL, -signal.SIGTERM)
    assert capfd.readouterr().err.count("hangs and did not end in 1 s; it is killed.") == 1


def test_a_replaced_worker_that_hangs_is_killed_and_the_next_is_replaced(start: Start, monkeypatch):
    monkeypatch.setattr(supervisor_module, "EXIT_SECONDS", 1.0)
    supervisor = start("starlette.applications:Starlette", workers=2, clock=time.monotonic)
    seen_serving(supervisor)
    hanging, other = supervisor.processes
    stop(hanging)
    supervisor.restart_all()

    assert (hanging.exitcode, other.exitcode) == (-signal.SIGKILL, -signal.SIGTERM)
    assert all(worker.process.is_alive() for worker in supervisor.processes)


def test_all_workers_are_replaced_by_such_as_leave_ctrl_c_to_the_supervisor(start: Start):
    supervisor = start("starlette.applications:Starlette", workers=2)
    seen_serving(supervisor)
    before = list(supervisor.processes)
    supervisor.restart_all()

    assert all(worker.exitcode is not None for worker in before)
    assert all(isinstance(worker, Worker) and worker.is_ready(PATIENCE_SECONDS) for worker in supervisor.processes)


def test_if_a_replacement_does_not_start_those_that_serve_go_on(start: Start, needed: Path, capfd):
    supervisor = start("support.app_that_waits:create_app", workers=2)
    seen_serving(supervisor)
    before = list(supervisor.processes)
    needed.unlink()
    supervisor.restart_all()

    assert supervisor.processes == before
    assert all(worker.is_ready(PATIENCE_SECONDS) for worker in before)
    assert "those that serve are not replaced" in capfd.readouterr().err
