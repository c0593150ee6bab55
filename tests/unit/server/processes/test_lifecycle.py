"""Inherited sockets, notifications to the supervisor, and draining."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from wirematch.server.processes.lifecycle import Draining, notify

LISTENS = "from wirematch.server.processes.lifecycle import handed_sockets; import os"


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Signals that the server's own handler received."""
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    yield told
    signal.signal(signal.SIGTERM, before)


def test_the_end_waits_and_a_second_word_ends_the_wait(ended):
    draining = Draining(300)

    async def live() -> None:
        with draining.before_the_end():
            assert not draining.begun
            signal.raise_signal(signal.SIGTERM)
            assert (draining.begun, ended) == (True, [])
            signal.raise_signal(signal.SIGTERM)

    asyncio.run(live())
    assert ended == [signal.SIGTERM]


@pytest.mark.usefixtures("ended")
def test_it_ends_by_itself_when_the_time_is_over():
    async def live() -> None:
        over = asyncio.Event()
        signal.signal(signal.SIGTERM, lambda *_: over.set())
        with Draining(0.01).before_the_end():
            signal.raise_signal(signal.SIGTERM)
            assert not over.is_set()
            await asyncio.wait_for(over.wait(), 60)

    asyncio.run(live())


def test_without_a_wait_nothing_is_changed(ended):
    async def live() -> None:
        with Draining(0).before_the_end():
            signal.raise_signal(signal.SIGTERM)

    asyncio.run(live())
    assert ended == [signal.SIGTERM]


def started_with(listener: socket.socket, program: str, own: str = "$$") -> str:
    """Return the output of a program whose file descriptor 3 is the socket."""
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'exec 3<&0; export LISTEN_PID={own} LISTEN_FDS=1; exec "$0" -c "$1"',
            sys.executable,
            program,
        ],
        stdin=listener,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_a_socket_that_is_handed_over_is_taken_once():
    program = (
        f"{LISTENS}; [s] = handed_sockets(); print(s.getsockname()[1], handed_sockets(), 'LISTEN_FDS' in os.environ)"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert started_with(listener, program) == f"{listener.getsockname()[1]} [] False"


def test_what_is_for_another_process_or_no_port_is_not_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert started_with(listener, f"{LISTENS}; print(handed_sockets())", own="1") == "[]"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert "not one of TCP" in started_with(listener, f"{LISTENS}; handed_sockets()")


def test_who_asked_is_told_and_nobody_else(tmp_path, monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert told.recv(100) == b"READY=1"
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")  # without a listener, nothing happens
    assert os.environ["NOTIFY_SOCKET"]
