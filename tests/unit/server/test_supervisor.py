"""Workers that end are seen to have ended, whatever their supervisor is doing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from uvicorn.supervisors.multiprocess import SIGNALS

from support.waiting import PATIENCE_SECONDS
from wirematch.server.supervisor import WorkerSupervisor

FOREVER = 3600


@pytest.fixture
def supervisor() -> Iterator[WorkerSupervisor]:
    """With one worker, which may be silent for longer than any test."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    config = uvicorn.Config("starlette.applications:Starlette", factory=True, timeout_worker_healthcheck=FOREVER)
    supervisor = WorkerSupervisor(config, sockets=[])
    for number, handler in handlers.items():
        signal.signal(number, handler)
    supervisor.init_processes()
    yield supervisor
    for worker in supervisor.processes:
        worker.kill()
        worker.join()


def test_a_worker_that_ends_while_it_is_asked_for_a_sign_of_life_is_replaced(supervisor, monkeypatch):
    [first] = supervisor.processes
    supervisor.keep_subprocess_alive()
    assert supervisor.processes == [first]
    os.kill(first.pid, signal.SIGSTOP)  # silent, so that the supervisor waits for it
    os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WNOWAIT)
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
