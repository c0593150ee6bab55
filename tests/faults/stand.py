"""A store and services as processes that are killed, paused and restarted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import redis

from support.live_service import LiveService, client_of
from support.waiting import wait_for
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.index.embedded import valkey_process

MEMORY = 1 << 30
REDIS_SECONDS = 5.0


class Store:
    """A Valkey on a socket in a folder, with an append-only file."""

    def __init__(self, folder: Path, memory: int = MEMORY) -> None:
        self.folder = folder
        self.memory = memory
        self.socket = folder / "server.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        self._process = valkey_process.start_server(self.folder, self.socket, self.memory)
        wait_for(self._answers, "the store's start")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "valkey.log").read_text()[-2_000:]
        with contextlib.suppress(redis.RedisError), client_of(self.url) as client:
            return bool(client.ping())
        return False

    def signal(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait()

    def log(self) -> str:
        return (self.folder / "valkey.log").read_text(errors="replace")

    @property
    def appended(self) -> Path:
        """The incremental append-only file being written."""
        return max((self.folder / "appendonlydir").glob("*.incr.aof"), key=lambda file: file.stat().st_mtime)


def webhook_environment(desk: WebhookReceiver) -> dict[str, str]:
    """Return the settings with which pickups of one agency are told to ``desk``."""
    return {
        "WIREMATCH_WEBHOOK_URL": desk.url,
        "WIREMATCH_WEBHOOK_SECRET": SECRET,
        "WIREMATCH_WEBHOOK_PRIVATE": "true",
        "WIREMATCH_WEBHOOK_SOURCES": '["Norwind"]',
    }


class Services:
    """Several services on one store, whose URLs change when one is restarted."""

    def __init__(self, folder: Path, redis_url: str, count: int, environment: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._redis_url = redis_url
        self._environment = {"WIREMATCH_REDIS_TIMEOUT": str(REDIS_SECONDS), **(environment or {})}
        self._started = 0
        self.running: list[LiveService] = []
        for _ in range(count):
            self.running.append(self._start())
        self.wait_until_ready()

    def _start(self) -> LiveService:
        self._started += 1
        data_dir = self._folder / f"service-{self._started}"
        return LiveService(data_dir, "--redis-url", self._redis_url, environment=self._environment)

    def wait_until_ready(self) -> None:
        for service in self.running:
            service.wait_until_ready()

    def revive(self) -> None:
        """Restart services that have ended, such as those started while there was no store."""
        for place, service in enumerate(self.running):
            if service.process.poll() is not None:
                self.running[place] = self._start()

    def all_ready(self) -> bool:
        """Whether all services are ready."""
        self.revive()
        with contextlib.suppress(AssertionError):  # one that has just ended is restarted the next time
            return all(service.is_ready() for service in self.running)
        return False

    def kill(self, place: int) -> None:
        """Kill a service and start another in its place, without waiting."""
        self.running[place].process.kill()
        self.running[place].process.wait()
        self.running[place] = self._start()

    def ports(self) -> list[int]:
        """Ports of the services that listen."""
        return [service.port for service in self.running if service.url]

    def logs(self) -> str:
        return "\n".join(file.read_text(errors="replace") for file in sorted(self._folder.glob("service-*.log")))

    def end(self) -> None:
        for service in self.running:
            if service.process.poll() is None:
                service.process.terminate()
        for service in self.running:
            try:
                service.process.wait(60)
            except subprocess.TimeoutExpired:
                service.process.kill()
                service.process.wait()


def seconds_until_ready(service: LiveService) -> float:
    """Return the seconds until the service is ready."""
    began = time.monotonic()
    service.wait_until_ready()
    return time.monotonic() - began


def choice(name: str, default: int) -> int:
    """Return a number that can be set by ``FAULT_KILLS``, ``FAULT_ACKNOWLEDGED`` or ``FAULT_SEED``."""
    return int(os.environ.get(name, default))
