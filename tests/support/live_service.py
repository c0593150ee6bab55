"""``wirematch serve`` as a process, with an embedded Valkey in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.forked_command import COMMAND, run_command, start_command
from support.waiting import PATIENCE_SECONDS, PATIENT, wait_for
from wirematch.index.embedded.store import EmbeddedStore


def client_of(url: str) -> redis.Redis:
    """Return a plain client that does not retry, and waits for a slow reply."""
    return redis.Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 0))


def valkey_process(data_dir: Path) -> int | None:
    """Return the process id of the folder's Valkey; None if none answers."""
    with client_of(EmbeddedStore(data_dir).url) as client, contextlib.suppress(redis.ConnectionError):
        return int(client.info("server")["process_id"])
    return None


def reindex(url: str, shards: int) -> subprocess.Popen[bytes]:
    """Start ``wirematch reindex`` as a process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    return subprocess.Popen(
        [COMMAND, "reindex", "--redis-url", url, "--shards", str(shards)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def run_serve(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``wirematch serve`` where it cannot start, until it ends."""
    ended = run_command(["serve", *options], os.environ | environment)
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


RUNNING = re.compile(r"running on http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)")


class LiveService:
    """A running service; ``url`` has a port of its own choice."""

    def __init__(self, data_dir: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.log = data_dir.with_suffix(".log")
        self.url = ""
        self._read_from = self.log.stat().st_size if self.log.exists() else 0
        chosen = PATIENT | {"drain_seconds": 0.0}
        settings = {f"WIREMATCH_{name.upper()}": str(value) for name, value in chosen.items()}
        outside = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
        arguments = ["serve", "--port", "0", "--data-dir", str(data_dir), *options]
        with self.log.open("ab") as log:
            self.process = start_command(arguments, outside | settings | dict(environment or {}), log)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def wait_until_ready(self) -> None:
        wait_for(self.is_ready, "readiness")

    def is_ready(self) -> bool:
        written = self.log.read_text()[self._read_from :]
        assert self.process.poll() is None, f"the service ended:\n{written}"
        if not self.url and (running := RUNNING.search(written)):
            self.url = f"http://127.0.0.1:{running[1]}"
        if not self.url:
            return False
        with contextlib.suppress(httpx2.TransportError):
            return self.get("/readyz").status_code == 200
        return False

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", headers=headers, timeout=PATIENCE_SECONDS)

    def post(self, path: str, article: dict[str, Any], **headers: str) -> httpx2.Response:
        return httpx2.post(f"{self.url}{path}", json=article, headers=headers, timeout=PATIENCE_SECONDS)

    def store(self, *articles: dict[str, Any]) -> None:
        for article in articles:
            assert self.post("/v1/articles", article).status_code == 201

    def end(self, how: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def clear_away(self) -> None:
        """End the process, if it still runs, and its folder's Valkey."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if valkey_process(self.data_dir) is not None:
            with EmbeddedStore(self.data_dir):
                pass  # the last user stops it, even if it was orphaned
