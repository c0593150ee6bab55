"""Two processes on one listening socket, restarted one after the other under load: no request fails."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import httpx2
import pytest

from support.live_service import COMMAND
from support.waiting import PATIENCE_SECONDS, wait_for

CLIENTS = 3
HANDED = 'exec 3<&0 0</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" serve'


class Pair:
    """A listening socket and the services that share it."""

    def __init__(self, folder: Path, redis_url: str, index: str) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")} | {
            "WIREMATCH_REDIS_URL": redis_url,
            "WIREMATCH_INDEX": index,
            "WIREMATCH_REDIS_TIMEOUT": str(PATIENCE_SECONDS),
            "WIREMATCH_MAX_WAIT": "60",
            "WIREMATCH_REQUEST_TIMEOUT": "600",
            "WIREMATCH_DRAIN_SECONDS": "0.5",
        }
        self._started = 0
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start another process and wait until it reports ready by systemd's protocol."""
        self._started += 1
        address = self._folder / f"notify{self._started}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(str(address))
            told.settimeout(PATIENCE_SECONDS)
            with (self._folder / f"service{self._started}.log").open("wb") as log:
                process = subprocess.Popen(
                    ["/bin/sh", "-c", HANDED, COMMAND],
                    stdin=self._socket,
                    stdout=log,
                    stderr=log,
                    env=self.environment | {"NOTIFY_SOCKET": str(address)},
                )
            self.running.append(process)
            assert told.recv(100) == b"READY=1"
        return process

    def end(self, process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
        process.send_signal(how)
        self.running.remove(process)
        return process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        for process in list(self.running):
            self.end(process, signal.SIGKILL)
        self._socket.close()


@pytest.fixture
def pair(tmp_path, redis_url, index_name) -> Iterator[Pair]:
    pair = Pair(tmp_path, redis_url, index_name)
    yield pair
    pair.close()


class Load:
    """Clients that store and check, each over a persistent connection, until they are stopped."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, client_number: int) -> None:
        number = 0
        with httpx2.Client(base_url=self._url, timeout=PATIENCE_SECONDS) as client:
            while not self._stop.is_set():
                number += 1
                article = {"id": f"{client_number}-{number}", "body": f"The pier number {number} of quay fell at dawn."}
                try:
                    stored = client.post("/v1/articles", json=article)
                    checked = client.post("/v1/check", json={"body": article["body"]})
                    self.answers.update([f"stored {stored.status_code}", f"checked {checked.status_code}"])
                except httpx2.TransportError as error:
                    self.answers[repr(error)] += 1


def test_no_request_fails_while_one_after_the_other_is_restarted(pair):
    first, second = pair.start(), pair.start()
    with Load(pair.url) as load:
        wait_for(lambda: load.answers["checked 200"] > 30, "some load")
        assert pair.end(first) == 0
        third = pair.start()
        assert pair.end(second) == 0
        pair.start()
        before = load.answers["checked 200"]
        wait_for(lambda: load.answers["checked 200"] > before + 30, "some more load")

    assert set(load.answers) == {"stored 201", "checked 200"}, load.answers
    assert httpx2.get(f"{pair.url}/readyz", timeout=PATIENCE_SECONDS).json()["status"] == "ok"
    assert third.poll() is None


def test_one_that_is_to_end_says_so_first_and_answers_meanwhile(pair):
    pair.environment["WIREMATCH_DRAIN_SECONDS"] = "300"
    process = pair.start()
    with httpx2.Client(base_url=pair.url, timeout=PATIENCE_SECONDS) as client:
        assert client.get("/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: client.get("/readyz").status_code == 503, "an announced end")
        ready = client.get("/readyz")
        stored = client.post("/v1/articles", json={"id": "late", "body": "The pier fell."})

    assert ready.json()["type"].endswith("shutting-down")
    assert (stored.status_code, stored.headers["connection"]) == (201, "close")
    assert pair.end(process) == 0  # a second signal ends it without waiting


def test_workers_are_replaced_one_after_the_other(serve):
    """SIGHUP: each new worker serves before an old one ends."""
    service = serve("--workers", "2", environment={"WIREMATCH_DRAIN_SECONDS": "0.5"})
    with Load(service.url) as load:
        wait_for(lambda: load.answers["checked 200"] > 30, "some load")
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: service.log.read_text().count("Terminated child process") == 2, "new workers")
        before = load.answers["checked 200"]
        wait_for(lambda: load.answers["checked 200"] > before + 30, "some more load")

    assert set(load.answers) == {"stored 201", "checked 200"}, load.answers
    assert service.end(signal.SIGTERM) == 0
