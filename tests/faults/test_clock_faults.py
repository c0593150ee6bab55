"""The clock of services and store is set forward or back while they run."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from faults.clock import Clock
from faults.ledger import Ledger
from faults.stand import Services, Store, choice, webhook_environment
from faults.traffic import Traffic
from faults.verdict import examine
from support.live_service import client_of
from support.waiting import PATIENCE_SECONDS, wait_for

SEED = choice("FAULT_SEED", 1)
HOUR = 3600


def servers_time(store: Store) -> float:
    with client_of(store.url) as client:
        seconds, microseconds = client.time()
    return seconds + microseconds / 1e6


@pytest.mark.parametrize("seconds", [HOUR, -HOUR], ids=["forward", "back"])
def test_a_clock_that_is_set(seconds, tmp_path: Path, desk, monkeypatch, tell) -> None:
    """The clock is off by an hour and later right again, under load: nothing is lost, nobody waits, the order stays.

    A receiver refuses messages from a sender whose clock is wrong; they arrive once it is right again, not an hour
    later.
    """
    clock = Clock(tmp_path)
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    store = Store(tmp_path / "store")
    store.start()
    environment = webhook_environment(desk)
    services, ledger = Services(tmp_path, store.url, 2, environment), Ledger()
    try:
        numbered = [_numbered(services, ledger, "before it")]
        took = []
        with Traffic(ledger, services.ports, SEED, clients=3, batch=8):
            wait_for(lambda: ledger.acknowledged > 60 and ledger.pickups, "answers before it")
            for wrong_by in (seconds, 0):
                clock.set(wrong_by)
                began, known, picked_up = time.monotonic(), ledger.acknowledged, len(ledger.pickups)
                wait_for(lambda known=known: ledger.acknowledged > known, "an answer after it")
                took.append(time.monotonic() - began)
                assert abs(servers_time(store) - time.time() - wrong_by) < HOUR / 2
                wait_for(lambda known=known: ledger.acknowledged > known + 200, "more answers after it")
                wait_for(lambda picked_up=picked_up: len(ledger.pickups) > picked_up, "a pickup after it")
                numbered.append(_numbered(services, ledger, f"with {wrong_by} seconds"))
        began = time.monotonic()
        wait_for(lambda: ledger.pickups <= {one["data"]["article"]["id"] for one in desk.taken}, "all webhooks")
        told_after = time.monotonic() - began
        services.wait_until_ready()
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
        store.end()
    tell(
        f"{ledger.acknowledged} acknowledged, refused {ledger.refused}; an answer after {max(took):.1f} s, "
        f"all {len(ledger.pickups)} pickups told after {told_after:.0f} s"
    )
    assert not findings, findings
    assert numbered == sorted(numbered), "times of storing follow the order of storing, whatever the clock says"


def _numbered(services: Services, ledger: Ledger, name: str) -> str:
    """Store an article and return its time of storing."""
    article_id = name.replace(" ", "-")
    body = f"Nothing but {name} was said of it on the day on which the harbour of Averland was closed for all ships."
    url = f"{services.running[0].url}/v1/articles/{article_id}"
    httpx2.put(url, json={"body": body}, params={"report": "false"}, timeout=PATIENCE_SECONDS).raise_for_status()
    ledger.asked(article_id, body)
    ledger.done(article_id, body)
    stored: str = httpx2.get(url, timeout=PATIENCE_SECONDS).raise_for_status().json()["stored_at"]
    return stored
