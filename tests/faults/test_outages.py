"""Redis hangs: many clients are told so together rather than one after the other, and metrics are read all the same."""

from __future__ import annotations

import json
import math
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from faults.stand import Services, Store
from support.live_service import COMMAND, LiveService
from support.raw_http import RawConnection
from support.waiting import PATIENCE_SECONDS, wait_for

CLIENTS = 24
BULK = (
    b"POST /v1/articles/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
TIMEOUT = 2
"""Of Redis, in seconds; as long as keys are taken for fresh."""


@pytest.fixture
def service(tmp_path: Path, store: Store) -> Iterator[LiveService]:
    services = Services(tmp_path, store.url, 1, {"WIREMATCH_REDIS_TIMEOUT": str(TIMEOUT)})
    yield services.running[0]
    store.signal(signal.SIGCONT)
    services.end()


def hang(store: Store, service: LiveService, **headers: str) -> None:
    """Have the store hang, for so long that the service must read its keys again."""
    store.signal(signal.SIGSTOP)
    assert service.get("/v1/articles/a", **headers).status_code == 503


def chunk(line: str) -> bytes:
    return b"%x\r\n%s\r\n" % (len(line), line.encode())


def metrics(service: LiveService, **headers: str) -> dict[str, float]:
    """Sums of the metrics over all labels."""
    told = service.get("/metrics", **headers)
    assert told.status_code == 200, told.text
    samples = [one for family in text_string_to_metric_families(told.text) for one in family.samples]
    return {name: sum(one.value for one in samples if one.name == name) for name in {one.name for one in samples}}


def test_clients_do_not_wait_for_each_others_timeouts(service, store):
    """Before, each of them waited for Redis anew, behind all others."""
    hang(store, service)
    before = metrics(service)["wirematch_redis_errors_total"]
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda _: service.get("/v1/articles/a"), range(CLIENTS)))

    assert {(one.status_code, one.headers["retry-after"]) for one in answers} == {(503, "1")}
    assert metrics(service)["wirematch_redis_errors_total"] - before < CLIENTS / 2
    store.signal(signal.SIGCONT)
    service.wait_until_ready()


def test_metrics_are_read_while_redis_does_not_answer(service, store):
    """Otherwise no alert could tell that it does not."""
    assert metrics(service)["wirematch_articles"] == 0
    hang(store, service)
    assert math.isnan(metrics(service)["wirematch_articles"])


def test_with_keys_the_ones_read_last_read_metrics_meanwhile(service, store):
    made = subprocess.run(
        [COMMAND, "keys", "create", "--redis-url", store.url, "--name", "watch", "--scopes", "admin"],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True,
    )  # fmt: skip
    key = {"Authorization": f"Bearer {made.stdout.strip()}"}
    wait_for(lambda: service.get("/metrics").status_code == 401, "the key to count")
    hang(store, service, **key)

    assert math.isnan(metrics(service, **key)["wirematch_articles"])
    assert service.get("/metrics").status_code == 401
    assert service.get("/v1/articles/a", **key).status_code == 503


def test_a_stream_that_outlasts_the_end_of_the_service_has_a_last_line(tmp_path, store):
    """Redis hangs, so that what was sent is stored no sooner than the service must have ended."""
    services = Services(tmp_path, store.url, 1, {"WIREMATCH_REDIS_TIMEOUT": "60"})
    try:
        service = services.running[0]
        lines = [json.dumps({"id": f"s{number}", "body": f"Boat {number} sank."}) + "\n" for number in range(2)]
        stream = RawConnection(service.port, BULK + chunk(lines[0]))
        assert b'"status":201' in stream.hear(b"201")
        store.signal(signal.SIGSTOP)
        stream.send(chunk(lines[1]))
        service.end(signal.SIGTERM)
        said = stream.hear()
        stream.close()
    finally:
        store.signal(signal.SIGCONT)
        services.end()

    last = said.rpartition(b"0\r\n\r\n")[0].strip().splitlines()[-1]
    assert json.loads(last)["problem"]["type"] == "urn:wirematch:problem:shutting-down"
    assert "Traceback" not in services.logs()
