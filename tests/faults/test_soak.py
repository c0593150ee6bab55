"""Half an hour at 70 % of capacity, with a fault each minute: memory and file descriptors do not grow."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faults.proxy import Network, Proxy
from faults.stand import Services, Store, choice
from faults.steady import RequestMix, Steady
from support.live_service import client_of
from support.waiting import wait_for

MINUTES = choice("SOAK_MINUTES", 0)
SEED = choice("FAULT_SEED", 1)
SHARE = 0.7
"""Share of the capacity."""
WARM_SECONDS, MEASURED_SECONDS = 20.0, 20.0
"""Duration of the warm-up, and of measuring the capacity."""
SETTLED_MINUTES = 5
"""After which nothing may grow."""
SETTINGS = {"WIREMATCH_MAX_WAIT": "5"}
LASTS = 3.0
MOST_MB_A_MINUTE = 1.0
MOST_DESCRIPTORS = 16
"""Allowed increase; connections come and go."""

pytestmark = pytest.mark.skipif(MINUTES == 0, reason="make soak")


def resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors(process: int) -> int:
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


class Faults:
    """Faults, one after the other, through all of which the service keeps running."""

    def __init__(self, store: Store, proxy: Proxy, port: Callable[[], int]) -> None:
        self._store, self._proxy, self._port = store, proxy, port
        self._made = [self.store_killed, self.store_hangs, self.network_cut, self.store_full, self.clients_go_away]
        self.names: list[str] = []

    def next(self) -> None:
        fault = self._made[len(self.names) % len(self._made)]
        self.names.append(fault.__name__)
        fault()

    def store_killed(self) -> None:
        self._store.kill()
        time.sleep(0.5)
        self._store.start()

    def store_hangs(self) -> None:
        self._store.signal(signal.SIGSTOP)
        time.sleep(LASTS)
        self._store.signal(signal.SIGCONT)

    def network_cut(self) -> None:
        self._proxy.network = Network.CUT
        time.sleep(LASTS)
        self._proxy.network = Network.PASSES

    def store_full(self) -> None:
        with client_of(self._store.url) as client:
            client.config_set("maxmemory", 1 << 20)
            time.sleep(LASTS)
            client.config_set("maxmemory", 1 << 30)

    def clients_go_away(self) -> None:
        """Clients disconnect in the middle of a body, and before their responses."""
        for number in range(40):
            with socket.create_connection(("127.0.0.1", self._port()), timeout=5) as client:
                length, sent = (1_000, 300) if number % 2 else (30, 30)
                head = "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                body = b'{"body": "Four people died."}'.ljust(sent)
                client.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode() + body)


def slope(samples: list[tuple[float, float]]) -> float:
    """Return the slope of values over minutes."""
    minutes, values = zip(*samples, strict=True)
    return float(np.polyfit(minutes, values, 1)[0])


def test_nothing_grows(tmp_path: Path, capsys) -> None:
    def tell(said: str) -> None:
        with capsys.disabled():
            print(f"\n{said}", end="", flush=True)  # noqa: T201 - what it is for

    store = Store(tmp_path / "store")
    store.start()
    proxy = Proxy(store.socket)
    services = Services(tmp_path, proxy.url, 1, SETTINGS)
    try:
        service = services.running[0]
        requests, process = RequestMix(SEED), service.process.pid
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        for method, path, content in requests.stories():
            connection.request(method, path, json.dumps(content).encode(), {"Content-Type": "application/json"})
            connection.getresponse().read()
        connection.close()
        with Steady(requests, lambda: service.port, None) as unbound:
            time.sleep(WARM_SECONDS)
            before = len(unbound.took)
            time.sleep(MEASURED_SECONDS)
            capacity = (len(unbound.took) - before) / MEASURED_SECONDS
        rate = SHARE * capacity
        tell(f"capacity {capacity:.1f} requests a second; asked {rate:.1f} for {MINUTES} minutes")
        faults = Faults(store, proxy, lambda: service.port)
        memory: list[tuple[float, float]] = []
        open_files: list[tuple[float, float]] = []
        faulty: list[tuple[float, float]] = []
        began = time.monotonic()
        with Steady(requests, lambda: service.port, rate) as steady:
            for minute in range(MINUTES):
                while (passed := time.monotonic() - began) < 60 * minute + 40:
                    memory.append((passed / 60, resident_mb(process)))
                    open_files.append((passed / 60, descriptors(process)))
                    time.sleep(5)
                started = time.monotonic()
                faults.next()
                wait_for(service.is_ready, "readiness")
                faulty.append((started - 1, time.monotonic() + 5))
                tell(
                    f"minute {minute + 1}: {memory[-1][1]:.0f} MB, {open_files[-1][1]:.0f} descriptors, "
                    f"{faults.names[-1]}, well after {time.monotonic() - started:.1f} s, load {os.getloadavg()[0]:.1f}"
                )
                time.sleep(max(0.0, 60 * (minute + 1) - (time.monotonic() - began)))
        assert service.process.poll() is None
    finally:
        services.end()
        proxy.close()
        store.end()

    settled, files = after_settling(memory), after_settling(open_files)
    grown = statistics.median(count for _, count in files[-12:]) - statistics.median(count for _, count in files[:12])
    tell(_table(steady, faulty, settled, grown))
    if MINUTES >= 2 * SETTLED_MINUTES:  # a shorter run only shows that it works and how its caches fill
        assert slope(settled) < MOST_MB_A_MINUTE
    assert grown <= MOST_DESCRIPTORS


def after_settling(samples: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [sample for sample in samples if sample[0] >= min(SETTLED_MINUTES, MINUTES / 2)]


def percentiles(seconds: list[float]) -> list[int]:
    return [round(1000 * float(np.percentile(seconds, share))) for share in (50, 99)]


def _table(steady: Steady, faulty: list[tuple[float, float]], settled: list[tuple[float, float]], grown: float) -> str:
    calm = [took for due, *took in steady.took if not any(start <= due + took[0] <= end for start, end in faulty)]
    late, answered = (sorted(column) for column in zip(*calm, strict=True))
    rows = {
        "requests, by status": dict(sorted(steady.statuses.items(), key=str)),
        "MB a minute, after the first five": round(slope(settled), 3),
        "MB, first and last of these": f"{settled[0][1]:.0f}, {settled[-1][1]:.0f}",
        "descriptors more than five minutes in": grown,
        "p50, p99 of answers between faults, ms": percentiles(answered),
        "the same from when they were due": percentiles(late),
        "p99 of all answers, ms": percentiles([took for *_, took in steady.took])[1],
        "load": os.getloadavg(),
    }
    return "\n" + "\n".join(f"{name:38} {value}" for name, value in rows.items()) + "\n"
