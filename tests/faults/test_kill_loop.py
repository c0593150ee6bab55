"""Services and store are killed while clients store, replace and remove: what was acknowledged is there, and found."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from faults.ledger import Ledger
from faults.stand import Services, Store, choice
from faults.traffic import Traffic
from faults.verdict import examine
from support.waiting import PATIENCE_SECONDS, wait_for
from support.webhook_desk import SECRET, Desk

KILLS = choice("FAULT_KILLS", 12)
ACKNOWLEDGED = choice("FAULT_ACKNOWLEDGED", 1_000)
SEED = choice("FAULT_SEED", 1)
PAUSES = (0.1, 0.8)
"""Seconds between one kill, after which something was answered, and the next."""
VICTIMS = ("store", "store", "service", "both")


@pytest.fixture
def desk():
    desk = Desk()
    desk.open()
    yield desk
    desk.close()


def test_kills_take_nothing_away_that_was_acknowledged(tmp_path: Path, desk: Desk, capsys) -> None:
    draw = random.Random(SEED)
    store = Store(tmp_path / "store")
    store.start()
    environment = {
        "WIREMATCH_WEBHOOK_URL": desk.url,
        "WIREMATCH_WEBHOOK_SECRET": SECRET,
        "WIREMATCH_WEBHOOK_PRIVATE": "true",
        "WIREMATCH_WEBHOOK_SOURCES": '["Norwind"]',
    }
    services = Services(tmp_path, store.url, 2, environment)
    ledger = Ledger()
    kills: Counter[str] = Counter()
    well: dict[str, list[float]] = {"service": [], "store": [], "both": []}
    try:
        with Traffic(ledger, services.ports, SEED, batch=128):
            while kills.total() < KILLS or ledger.acknowledged < ACKNOWLEDGED:
                time.sleep(draw.uniform(*PAUSES))
                place = draw.randrange(2)
                # One of the two serves while the other starts; the store is killed meanwhile, too.
                victim = draw.choice(VICTIMS) if services.all_ready() else "store"
                kills[victim] += 1
                before, began = ledger.acknowledged, time.monotonic()
                if victim != "service":
                    store.kill()
                if victim != "store":
                    services.kill(place)
                if victim != "service":
                    time.sleep(draw.uniform(0, 0.3))
                    store.start()
                wait_for(lambda before=before: ledger.acknowledged > before, "a further answer")
                well[victim].append(time.monotonic() - began)
            wait_for(services.all_ready, "readiness")
        findings = examine(ledger, services.running[0].url, store.url)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while untold(ledger, desk) and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        services.end()
        store.end()
    with capsys.disabled():
        print(  # noqa: T201 - what the suite is for
            f"\nseed {SEED}: {kills.total()} kills {dict(sorted(kills.items()))}, {ledger.acknowledged} acknowledged, "
            f"{ledger.unanswered} unanswered, refused {ledger.refused}, "
            f"{len(ledger.pickups)} pickups, {len(untold(ledger, desk))} of them not told; "
            f"lost {len(findings.lost)}, unfindable {len(findings.unfindable)}, ghosts {len(findings.ghosts)}, "
            f"clusters that differ {len(findings.clusters)}; seconds until well, at most: "
            f"{ {name: round(max(took), 1) for name, took in well.items() if took} }"
        )
    assert not findings, findings
    assert untold(ledger, desk) == set()


def untold(ledger: Ledger, desk: Desk) -> set[str]:
    """Pickups of which no message came."""
    return ledger.pickups - {told["data"]["article"]["id"] for told in desk.taken}
