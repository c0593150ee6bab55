"""``make demo``: run the service for a moment, store the sample wire stories, check two articles against them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from wirematch.presentation.demo import DemoScreen

STORIES = Path(__file__).parent / "stories"
SHOWN = "strait-accord"
"""The story to which other articles are compared."""
CHECKED = {
    "rewrite": "A web site's version: reworded from end to end",
    "independent": "Another outlet's own report of the same event",
}
"""These articles, and what each of them is."""
START_SECONDS = 60


def main() -> None:
    """Start a service, show what it answers, and stop it."""
    screen = DemoScreen(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="wirematch-demo-") as folder:
        port = _free_port()
        command = [sys.executable, "-m", "wirematch", "serve", "--port", str(port), "--data-dir", folder]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
        log = Path(folder) / "service.log"
        with log.open("wb") as output:
            service = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, service, log)
            _show(screen, url)
        finally:
            service.terminate()
            service.wait(timeout=30)
    screen.conclude()


def _show(screen: DemoScreen, url: str) -> None:
    wires = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*/wire.json"))]
    screen.introduce(url, len(wires))
    for wire in wires:
        _call("POST", f"{url}/v1/articles", wire)
        screen.print_story(wire)
    bodies = {wire["id"]: wire["body"] for wire in wires}
    for number, (name, heading) in enumerate(CHECKED.items(), 1):
        article = json.loads((STORIES / SHOWN / f"{name}.json").read_text(encoding="utf-8"))
        answer = _call("POST", f"{url}/v1/check", article | {"include_related": True})
        screen.print_check(f"{number}. {heading}", article, answer, bodies)


def _call(method: str, url: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if content is None else json.dumps(content).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - our own URL
    with urlopen(request, timeout=30) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
        return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(url: str, service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        try:
            _call("GET", f"{url}/readyz")
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The service did not start; its log:\n{log.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    main()
