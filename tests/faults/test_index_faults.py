"""Changes of the index under running services: a killed rebuild, other parameters, another clock."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import redis

from faults.ledger import Ledger
from faults.stand import Services, Store, choice
from faults.traffic import Traffic
from faults.verdict import examine
from support.live_service import client_of, reindex
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.keys import Namespace

SEED = choice("FAULT_SEED", 1)
REBUILDS = choice("FAULT_REBUILDS", 3)
RECORD = "{main}:record"
MOST_TRIES = 10


@pytest.fixture
def services(tmp_path: Path, store: Store) -> Iterator[Services]:
    services = Services(tmp_path, store.url, 1)
    yield services
    services.end()


def wait_for_kill(url: str, moment: float) -> bool:
    """Kill a rebuild after so many seconds; return False if it had finished.

    A rebuild waits a minute for another one.
    """
    while True:
        process = reindex(url, 1)
        try:
            if process.wait(moment) == 0:
                return False
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True
        time.sleep(1)


def test_a_rebuild_that_is_killed_at_any_time(store, services, tell):
    """Rebuilds are killed at seeded moments over their whole length, under writes; a last one may finish."""
    draw, ledger = random.Random(SEED), Ledger()
    killed = 0
    with Traffic(ledger, services.ports, SEED, clients=1, batch=2):
        wait_for(lambda: ledger.acknowledged > 200, "articles")
        began = time.monotonic()
        whole = reindex(store.url, 1)
        assert whole.wait(PATIENCE_SECONDS) == 0
        length = time.monotonic() - began
        for number in range(REBUILDS):
            # Start-up takes most of the time, so moments are drawn from the middle to the end.
            moment = length * (0.5 + 0.5 * (number + draw.random()) / REBUILDS)
            killed += wait_for_kill(store.url, moment)
            before = ledger.acknowledged
            wait_for(lambda before=before: ledger.acknowledged > before, "a further answer")
        # What the last one left behind expires on its own.
        wait_for(lambda: reindex(store.url, 1).wait(PATIENCE_SECONDS) == 0, "a rebuild")
    findings = examine(ledger, services.running[0].url, store.url)
    tell(f"{killed} of {REBUILDS} killed, {ledger.acknowledged} acknowledged, refused {ledger.refused}")
    assert killed > 0
    assert not findings, findings


def stage(client: redis.Redis) -> tuple[str, str]:
    """Return the phase of a rebuild, and the key of the live shard's state."""
    record = {name.decode(): value.decode() for name, value in client.hgetall(RECORD).items()}
    state = Namespace("main").shard(int(record["generation"]), 0, int(record["shards"])).declared[0].decode()
    phase = (client.hget(state, "phase") or b"").decode()
    if phase == "logged" and record.get("building"):
        return "building", state
    return phase or ("retired" if record.get("retired") else ""), state


def kill_in(wanted: str, store: Store) -> bool:
    """Start a rebuild and kill it in this phase; return whether it died in it, and not before or after."""
    process = reindex(store.url, 1)
    with client_of(store.url) as client:
        while process.poll() is None and stage(client)[0] != wanted:
            pass  # some phases last only a few round trips
        process.kill()
        process.wait()
        died_in, state = stage(client)
        if died_in in {"logged", "building"}:  # let a minute pass
            client.hset(state, "till", 0)
    return died_in == wanted


@pytest.mark.parametrize("phase", ["logged", "building", "held", "moved", "retired"])
def test_a_rebuild_that_is_killed_in_phase(phase, store, services, tell):
    """Under writes. The next rebuild cleans up what it left behind; until then, everything works as before."""
    ledger, tries = Ledger(), 1
    with Traffic(ledger, services.ports, SEED, clients=1, batch=2):
        wait_for(lambda: ledger.acknowledged > 100, "articles")
        while not kill_in(phase, store):
            tries += 1
            assert tries < MOST_TRIES, f"it is never caught in phase {phase}"
        began, before = time.monotonic(), ledger.acknowledged
        wait_for(lambda: ledger.acknowledged > before, "a further answer")
        took = time.monotonic() - began
    wait_for(lambda: reindex(store.url, 1).wait(PATIENCE_SECONDS) == 0, "a rebuild")
    findings = examine(ledger, services.running[0].url, store.url)
    tell(f"at try {tries}; an answer after {took:.1f} s; {ledger.acknowledged} acknowledged, refused {ledger.refused}")
    assert not findings, findings


def test_a_fingerprint_record_that_changes_under_a_service(store, services, tell):
    """The service reports not ready; when its own record is restored, everything works as before."""
    ledger = Ledger()
    with Traffic(ledger, services.ports, SEED, clients=2, batch=16):
        wait_for(lambda: ledger.acknowledged > 100, "articles")
    url = services.running[0].url
    with client_of(store.url) as client:
        known = client.hgetall(RECORD)
        assert b"permutations" in known, known
        client.hset(RECORD, "permutations", "64")
        answer = httpx2.get(f"{url}/readyz", timeout=PATIENCE_SECONDS)
        assert answer.status_code == 503
        assert "permutations" in answer.json()["detail"]
        assert httpx2.get(f"{url}/livez", timeout=PATIENCE_SECONDS).status_code == 200
        client.hset(RECORD, "permutations", known[b"permutations"])
    services.wait_until_ready()
    findings = examine(ledger, url, store.url)
    tell(f"{ledger.acknowledged} acknowledged; /readyz 503, and 200 with its own record back")
    assert not findings, findings
