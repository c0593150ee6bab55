"""Servers under measurement as child processes on loopback, ended by their process ids."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 600.0
STOP_SECONDS = 120.0
PATIENT = {"WIREMATCH_MAX_WAIT": "60", "WIREMATCH_DRAIN_SECONDS": "0"}
"""On a shared machine, no request is refused for waiting too long."""


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def service_command(port: int, workers: int) -> list[str]:
    """Return the command for ``wirematch serve`` on a port."""
    return [sys.executable, "-m", "wirematch.cli", "serve", "--port", str(port), "--workers", str(workers)]


@contextmanager
def service(data_dir: Path, workers: int, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run ``wirematch serve`` on its own folder; yield its port when it is ready."""
    port = free_port()
    command = [*service_command(port, workers), "--data-dir", str(data_dir)]
    with running(command, PATIENT if environment is None else environment, f"http://127.0.0.1:{port}/readyz"):
        yield port


@contextmanager
def services(data_dir: Path, count: int) -> Iterator[list[int]]:
    """Run several services on one folder; yield their ports when all are ready."""
    with ExitStack() as stack:
        yield [stack.enter_context(service(data_dir, 1)) for _ in range(count)]


@contextmanager
def stock_service(redis_socket: str) -> Iterator[int]:
    """Run the minimal service over stock datasketch; yield its port when it answers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.serving.stock:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with running(command, {"STOCK_REDIS_SOCKET": redis_socket}, f"http://127.0.0.1:{port}/ready"):
        yield port


@contextmanager
def running(command: list[str], environment: dict[str, str], ready_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process within the context, which is entered once ``ready_url`` answers 200."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=ours | environment)  # noqa: S603
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(ready_url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command} did not come up")
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    with contextlib.suppress(URLError, OSError), urlopen(url, timeout=5) as response:  # noqa: S310 - our own
        return bool(response.status == 200)
    return False


def processor_seconds(pid: int) -> float:
    """Return the CPU seconds of a process and its children; 0 if the system has no /proc."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        threads = Path(f"/proc/{pid}/task").iterdir()  # each lists the processes that it started
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
        own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return own + sum(processor_seconds(int(child)) for child in children)
    return 0.0
