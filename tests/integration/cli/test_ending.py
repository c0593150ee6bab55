"""A command ended by a signal leaves no server and no folder behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from support.dedupe_runs import process
from support.live_service import COMMAND
from support.ports import free_port
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.embedded.valkey_process import peer_of

ENDS = [signal.SIGTERM, signal.SIGHUP]
LINE = b'{"id": "quay", "body": "The harbour board will close the old timber quay for eleven months, it said."}\n'


def ignoring(*signals: signal.Signals) -> Callable[[], None]:
    """Ignore only these signals, like a background job of a shell, or ``nohup``."""

    def prepare() -> None:
        for one in (*ENDS, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN if one in signals else signal.SIG_DFL)

    return prepare


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for a socket's."""
    with tempfile.TemporaryDirectory(prefix="wm-") as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("by", "ignored"),
    [(signal.SIGHUP, ()), (signal.SIGTERM, (signal.SIGINT,))],
    ids=["of a terminal", "in the background"],
)
def test_its_server_ends_and_its_folder_goes(short, monkeypatch, by, ignored):
    monkeypatch.setenv("TMPDIR", str(short))
    given, giving = os.pipe()
    with os.fdopen(given) as stdin, os.fdopen(giving, "wb", 0) as lines:
        running = process("-", stdin=stdin, preexec_fn=ignoring(*ignored))
        lines.write(LINE)
        wait_for(lambda: list(short.glob("wirematch-dedupe-*/index/valkey.sock")), "its server")
        [socket] = short.glob("wirematch-dedupe-*/index/valkey.sock")
        server = peer_of(socket)
        running.send_signal(by)
        running.communicate(timeout=PATIENCE_SECONDS)

    assert running.returncode == 128 + by
    assert server is None or not Path(f"/proc/{server.process}").exists()  # its socket is gone with the folder
    assert list(short.iterdir()) == []


@pytest.mark.parametrize("by", ENDS)
def test_the_server_of_a_data_folder_ends_with_its_last_user(short, by):
    given, giving = os.pipe()
    folder = short / "data"
    with os.fdopen(given) as stdin, os.fdopen(giving, "wb", 0) as lines:
        running = process("-", "--data-dir", folder, stdin=stdin, preexec_fn=ignoring())
        wait_for(lambda: peer_of(folder / "valkey.sock"), "its server")
        running.send_signal(by)
        lines.write(LINE)
        running.communicate(timeout=PATIENCE_SECONDS)

    assert running.returncode == 128 + by
    assert peer_of(folder / "valkey.sock") is None
    with EmbeddedStore(folder):
        pass


def test_a_service_whose_terminal_is_closed_ends_in_order(short):
    port = free_port()
    command = [COMMAND, "serve", "--port", str(port), "--data-dir", short / "data"]
    running = subprocess.Popen(command, preexec_fn=ignoring())  # noqa: PLW1509 - there are no threads
    wait_for(lambda: is_served(port), "the start")
    running.send_signal(signal.SIGHUP)

    assert running.wait(PATIENCE_SECONDS) == 0
    assert peer_of(short / "data" / "valkey.sock") is None


def is_served(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE_SECONDS).status_code == 200
    except httpx2.HTTPError:
        return False


def test_who_was_told_to_outlive_the_terminal_does(short, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(short))
    given, giving = os.pipe()
    with os.fdopen(given) as stdin:
        with os.fdopen(giving, "wb", 0) as lines:
            running = process("-", stdin=stdin, preexec_fn=ignoring(signal.SIGHUP))
            wait_for(lambda: list(short.glob("wirematch-dedupe-*/index/valkey.sock")), "its server")
            running.send_signal(signal.SIGHUP)
            lines.write(LINE)
        out, _ = running.communicate(timeout=PATIENCE_SECONDS)

    assert (running.returncode, out) == (0, LINE)


def test_ctrl_c_while_the_command_is_imported_says_nothing(tmp_path):
    # Fails at the first module that a command imports, where a terminal's Ctrl-C would come.
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    for command in ([COMMAND], [sys.executable, "-m", "wirematch"]):
        done = subprocess.run(
            [*command, "--version"], env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, b"", b"")
