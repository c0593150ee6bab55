"""Two services under everything that clients and readers ask of them: memory levels off, and nothing is left behind."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from faults.everyday import EverydayMix, Streams, asked
from faults.stand import Services, Store, choice, webhook_environment
from faults.steady import Steady
from support.command_line import CommandLine
from support.live_service import client_of
from support.waiting import wait_for
from support.webhook_receiver import WebhookReceiver

MINUTES = choice("SOAK_MINUTES", 0)
SEED = choice("FAULT_SEED", 1)
RATE = 12.0
"""Requests a second: a fraction of what two services answer."""
SAMPLE_SECONDS = 30.0
SETTLES_MINUTES = 10
"""Shortest run in whose second half nothing may grow."""
MOST_GROWN = 1.05
"""Memory at the end, as a share of that in the middle."""
MOST_NEW_SERIES = 40
"""Lines of metrics that may be added in the second half: routes, problems and sources that come up late."""
LASTING = {b"{main}:record", b"{main}:outbox:clock", b"{main:1.0.0}:state"}
EXPIRING = (b"{main:pickups}:", b"{main:mentions:")
"""Keys that no article owns: of the index, and notes that expire by themselves."""

pytestmark = pytest.mark.skipif(MINUTES == 0, reason="make soak")


@dataclass(frozen=True, slots=True)
class Sample:
    """What is in use by one service."""

    megabytes: float
    descriptors: int
    threads: int
    series: int


def sample(port: int, process: int) -> Sample:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return Sample(
        int(status["VmRSS"].split()[0]) / 1e3,
        sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()),
        int(status["Threads"]),
        len(asked(port, "GET", "/metrics")[1].splitlines()),
    )


def test_nothing_grows_and_nothing_is_left(
    tmp_path: Path, store: Store, desk: WebhookReceiver, monkeypatch, capsys, tell: Callable[[str], None]
) -> None:
    environment = webhook_environment(desk) | {
        "WIREMATCH_MAX_WAIT": "5",
        "WIREMATCH_CACHE_MB": "64",
    }
    services, draw, mix = Services(tmp_path, store.url, 2, environment), random.Random(SEED), EverydayMix(SEED)
    samples: list[list[Sample]] = []

    def port() -> int:
        return draw.choice(services.running).port

    def left() -> list[str]:
        articles = json.loads(asked(port(), "GET", "/v1/articles?limit=500")[1])["articles"]
        return [article["id"] for article in articles]

    try:
        for request in mix.stories():
            assert asked(port(), *request)[0] == 201
        began = time.monotonic()
        with Steady(mix, port, RATE) as steady, Streams(EverydayMix(SEED + 1), port) as streams:
            while time.monotonic() - began < 60 * MINUTES:
                samples.append([sample(service.port, service.process.pid) for service in services.running])
                with client_of(store.url) as client:
                    keys, connections = client.dbsize(), len(client.client_list())
                tell(f"{time.monotonic() - began:.0f} s: {samples[-1]}, {keys} keys, {connections} connections")
                time.sleep(SAMPLE_SECONDS)
        tell(f"requests {dict(steady.statuses)}, lines {dict(streams.statuses)}, {len(desk.taken)} messages")
        with client_of(store.url) as client:
            wait_for(lambda: not client.exists("{main}:outbox"), "every message")
        wait_for(lambda: not [one for one in left() if one.startswith("line-")], "expiry")
        command = CommandLine(monkeypatch, capsys)
        monkeypatch.setenv("WIREMATCH_REDIS_URL", store.url)
        found = json.loads(command("doctor", "--index", "--json").out)
        while names := left():
            for name in names:
                asked(port(), "DELETE", f"/v1/articles/{name}")
        with client_of(store.url) as client:
            wait_for(lambda: not [key for key in client.scan_iter() if b"pending" in key], "notes for clusters")
            keys_left = {key for key in client.scan_iter() if not (key.startswith(EXPIRING) and client.ttl(key) > 0)}
    finally:
        services.end()
    assert [one for one in found if one["grade"] in {"problem", "warning"}] == []
    assert keys_left <= LASTING
    assert not {status for status in steady.statuses if status is not None and status >= 500} - {503}
    if MINUTES < SETTLES_MINUTES:  # a shorter run only shows that it works
        return
    for of_service in zip(*samples[len(samples) // 2 :], strict=True):
        first, last = of_service[0], of_service[-1]
        assert last.megabytes < MOST_GROWN * first.megabytes
        assert last.series - first.series < MOST_NEW_SERIES
        assert statistics.median(one.threads for one in of_service) >= last.threads - 4
