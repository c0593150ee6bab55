"""A temporary service on a free port, with its data in a temporary folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

START_SECONDS = 300
"""More than a start takes on a busy machine; one that ended is noticed at once."""


@contextmanager
def running_service() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a service; yield its URL when it is ready, and its process.

    It is stopped at the end and its data is deleted. A signal that ends this process ends it in an orderly way, too, so
    that nothing keeps running.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    with tempfile.TemporaryDirectory(prefix="wirematch-demo-") as folder:
        port = _free_port()
        command = [sys.executable, "-m", "wirematch", "serve", "--port", str(port), "--data-dir", f"{folder}/data"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
        log = Path(folder) / "service.log"
        with log.open("wb") as output:
            service = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, service, log)
            yield url, service
        finally:
            service.terminate()
            service.wait(timeout=30)


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


def call(method: str, url: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    """Send a request and return the JSON response."""
    data = None if content is None else json.dumps(content).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - our own URL
    with urlopen(request, timeout=30) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
        return answer


def send_form(url: str, fields: dict[str, str]) -> str:
    """Submit a form with these fields and return where it redirects to."""
    sent = {"X-Requested-With": "demo"}  # without it, the form could come from anybody's page
    request = Request(url, urlencode(fields).encode(), sent, method="POST")  # noqa: S310 - our own URL
    with urlopen(request, timeout=60) as response:  # noqa: S310
        return str(response.url)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        try:
            call("GET", f"{url}/readyz")
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The service did not start; its log:\n{log.read_text(encoding='utf-8')}")
