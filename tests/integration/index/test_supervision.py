"""Supervision of the embedded server: restarted when killed, given up if that does not help."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from support.live_service import client_of, valkey_process
from support.waiting import wait_for
from wirematch.errors import StoreStartError
from wirematch.index.embedded import store as embedded
from wirematch.index.embedded import supervision
from wirematch.index.embedded import valkey_process as processes
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.embedded.supervision import Supervisor


@pytest.fixture
def stopped() -> Iterator[list[int]]:
    """Paused processes; those that remain are resumed at the end."""
    hanging: list[int] = []
    yield hanging
    for process in hanging:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def hang(process: int | None, stopped: list[int]) -> int:
    assert process is not None
    stopped.append(process)
    os.kill(process, signal.SIGSTOP)
    return process


def test_a_server_that_was_killed_is_started_again_with_all_it_had(tmp_path, caplog):
    with EmbeddedStore(tmp_path) as store:
        given_up = threading.Event()
        supervisor = store.supervisor(given_up.set)
        supervisor.start()
        for number in range(3):
            with client_of(store.url) as client:
                client.set(f"key{number}", "value")
            before = valkey_process(tmp_path)
            assert before is not None
            os.kill(before, signal.SIGKILL)
            wait_for(lambda before=before: valkey_process(tmp_path) not in (None, before), "another server")
            with client_of(store.url) as client:
                assert client.dbsize() == number + 1
            # To the supervisor, one killed before it was seen running has never started.
            wait_for(lambda number=number: caplog.text.count("runs again") == number + 1, "the supervisor's word")
        supervisor.stop()

    assert not given_up.is_set()
    assert valkey_process(tmp_path) is None
    assert caplog.text.count("has ended; it is started again") == 3
    assert caplog.text.count("runs again") == 3


def test_of_two_that_look_after_one_server_one_starts_it(tmp_path):
    with EmbeddedStore(tmp_path) as one, EmbeddedStore(tmp_path) as other:
        supervisors = [store.supervisor(lambda: None) for store in (one, other)]
        for supervisor in supervisors:
            supervisor.start()
        before = valkey_process(tmp_path)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: valkey_process(tmp_path) not in (None, before), "another server")
        for supervisor in supervisors:
            supervisor.stop()

    assert (tmp_path / "valkey.log").read_text().count("Server initialized") == 2
    assert valkey_process(tmp_path) is None


def test_what_does_not_help_is_given_up(monkeypatch, caplog):
    monkeypatch.setattr(supervision, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(supervision, "MIN_DELAY", 0.001)
    monkeypatch.setattr(supervision, "MAX_DELAY", 0.004)
    given_up, tried = threading.Event(), []

    def restart() -> None:
        tried.append(time.monotonic())
        if len(tried) % 2:
            raise StoreStartError("the disk is full")

    supervisor = Supervisor(lambda: False, restart, given_up.set)
    supervisor.start()
    wait_for(given_up.is_set, "the end")
    supervisor.stop()

    assert len(tried) == supervision.MOST_RESTARTS
    assert "ended" in (supervisor.failure or "")
    assert "the disk is full" in caplog.text


def test_a_server_that_hangs_is_stopped_all_the_same(tmp_path, monkeypatch, caplog, stopped):
    monkeypatch.setattr(processes, "ANSWER_SECONDS", 0.3)
    with EmbeddedStore(tmp_path) as store:
        with client_of(store.url) as client:
            client.set("key", "value")
        process = hang(valkey_process(tmp_path), stopped)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)

    assert "does not stop by itself and is killed" in caplog.text
    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        assert client.get("key") == b"value"


def test_beside_a_server_that_hangs_no_other_is_started(tmp_path, monkeypatch, stopped):
    with EmbeddedStore(tmp_path):
        process = hang(valkey_process(tmp_path), stopped)
        monkeypatch.setattr(embedded, "START_SECONDS", 0.3)
        with (
            pytest.raises(StoreStartError, match=rf"process {process}\) uses the data folder"),
            EmbeddedStore(tmp_path),
        ):
            pass
        os.kill(process, signal.SIGCONT)
        assert valkey_process(tmp_path) == process


def test_a_worker_that_uses_the_server_keeps_it_running(tmp_path):
    worker = EmbeddedStore(tmp_path)
    with EmbeddedStore(tmp_path) as store:
        used = worker.used()
        used.__enter__()
    assert valkey_process(tmp_path) is not None
    used.__exit__(None, None, None)
    with store:
        pass
    assert valkey_process(tmp_path) is None
