"""``wirematch serve`` as a process of its own, with an embedded Valkey in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from wirematch.index.embedded import EmbeddedStore

COMMAND = Path(sys.executable).parent / "wirematch"
PATIENCE_SECONDS = 90.0


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE_SECONDS} seconds"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def client_of(url: str) -> redis.Redis:
    """A plain client that reports a failure at once."""
    return redis.Redis.from_url(url, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def valkey_process(data_dir: Path) -> int | None:
    """The process id of the folder's Valkey, None when none answers."""
    with client_of(EmbeddedStore(data_dir).url) as client, contextlib.suppress(redis.ConnectionError):
        return int(client.info("server")["process_id"])
    return None


class LiveService:
    """A running service; ``url`` is where it answers."""

    def __init__(self, data_dir: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.log = data_dir.with_suffix(".log")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(port), "--data-dir", data_dir, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
                | dict(environment or {}),
            )

    def wait_until_ready(self) -> None:
        wait_for(self._ready, "readiness")

    def _ready(self) -> bool:
        assert self.process.poll() is None, f"the service ended:\n{self.log.read_text()}"
        with contextlib.suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def end(self, how: signal.Signals) -> int:
        """Send a signal and give the exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def clear_away(self) -> None:
        """End the process, if it still runs, and the Valkey of its folder."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with EmbeddedStore(self.data_dir):
            pass  # whoever comes last stops it, an orphan too
