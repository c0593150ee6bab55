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

from rich.console import Console

from wirematch.models import Report
from wirematch.presentation.console import print_report

STORIES = Path(__file__).parent / "stories"
SHOWN = "strait-accord"
"""The story whose rewrite and independent report are checked."""
START_SECONDS = 60


def main() -> None:
    """Everything that is started here is stopped here."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="wirematch-demo-") as folder:
        port = _free_port()
        command = [sys.executable, "-m", "wirematch.cli", "serve", "--port", str(port), "--data-dir", folder]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
        log = Path(folder) / "service.log"
        with log.open("wb") as output:
            service = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, service, log)
            _show(console, url)
        finally:
            service.terminate()
            service.wait(timeout=30)
    console.print("\nThe service and its store are stopped. [bold]make serve[/] runs them for real.")


def _show(console: Console, url: str) -> None:
    wires = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*/wire.json"))]
    console.print(f"A service of its own runs on {url}. Storing {len(wires)} wire stories:")
    for wire in wires:
        _call("POST", f"{url}/v1/articles", wire)
        console.print(f"  [dim]{wire['id']}[/]  {wire['source']}: {wire['headline']}")
    bodies = {wire["id"]: wire["body"] for wire in wires}
    _check(console, url, bodies, "rewrite", "1. A web site's version: reworded from end to end")
    _check(console, url, bodies, "independent", "2. Another outlet's own report of the same event")


def _check(console: Console, url: str, bodies: dict[str, str], name: str, heading: str) -> None:
    article = json.loads((STORIES / SHOWN / f"{name}.json").read_text(encoding="utf-8"))
    console.rule(f"[bold]{heading}", align="left")
    console.print(f"POST /v1/check  [dim]{article['source']}: {article['headline']}[/]\n")
    answer = _call("POST", f"{url}/v1/check", article | {"include_related": True})
    print_report(console, Report.model_validate(answer), article["body"], bodies)


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
