"""Services and store are killed under writes: everything acknowledged is there and can be found."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

from faults.ledger import Ledger
from faults.stand import Services, Store, choice, webhook_environment
from faults.traffic import Traffic
from faults.verdict import Findings, examine
from support.live_service import client_of
from support.waiting import PATIENCE_SECONDS, wait_for
from support.webhook_receiver import WebhookReceiver
from wirematch.index.keys import Namespace

KILLS = choice("FAULT_KILLS", 12)
ACKNOWLEDGED = choice("FAULT_ACKNOWLEDGED", 1_000)
SEED = choice("FAULT_SEED", 1)
PAUSES = (0.1, 0.8)
"""Seconds between a kill, after which something was answered, and the next."""
VICTIMS = ("store", "store", "service", "both")
PROGRESS_KILLS = 10

OUTBOX = b"{main}:outbox"


def test_kills_take_nothing_away_that_was_acknowledged(tmp_path: Path, desk: WebhookReceiver, capsys) -> None:
    draw = random.Random(SEED)
    store = Store(tmp_path / "store")
    store.start()
    environment = webhook_environment(desk)
    services = Services(tmp_path, store.url, 2, environment)
    ledger = Ledger()
    kills: Counter[str] = Counter()
    began_all = time.monotonic()

    def tell(said: str) -> None:
        with capsys.disabled():
            print(f"\n{time.monotonic() - began_all:6.0f} s: {said}", end="", flush=True)  # noqa: T201

    well: dict[str, list[float]] = {"service": [], "store": [], "both": []}
    try:
        with Traffic(ledger, services.ports, SEED):
            while kills.total() < KILLS or ledger.acknowledged < ACKNOWLEDGED:
                time.sleep(draw.uniform(*PAUSES))
                place = draw.randrange(2)
                victim = draw.choice(VICTIMS)
                if victim != "store":  # one of the two serves while the other starts
                    wait_for(services.all_ready, "readiness")
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
                if kills.total() % PROGRESS_KILLS == 0:
                    tell(f"{kills.total()} kills, {ledger.acknowledged} acknowledged")
            wait_for(services.all_ready, "readiness")
        wait_for(lambda: clusters_are_told(store), "clusters that are told of everything")
        findings = examine(ledger, services.running[0].url, store.url, tell)
        waiting = len(untold(ledger, desk))
        _wait_for_messages(ledger, desk, store)
    finally:
        services.end()
        store.end()
    tell(_table(ledger, kills, findings, desk, well, waiting))
    assert not findings, findings
    assert untold(ledger, desk) == set()


def _wait_for_messages(ledger: Ledger, desk: WebhookReceiver, store: Store) -> None:
    """Wait until the receiver has every message, for as long as couriers have work and get on with it."""
    left, deadline = make_all_due(store), time.monotonic() + PATIENCE_SECONDS
    while untold(ledger, desk) and time.monotonic() < deadline:
        time.sleep(1)
        with client_of(store.url) as client:
            waiting = client.zcard(OUTBOX)
        if waiting < left:
            left, deadline = waiting, time.monotonic() + PATIENCE_SECONDS
        else:
            make_all_due(store)  # not while they get on: another courier would do the same again


def make_all_due(store: Store, key: bytes = OUTBOX) -> int:
    """Make all messages due now, as a failed one waits for up to an hour; return how many are waiting."""
    with client_of(store.url) as client:
        if names := client.zrange(key, 0, -1):
            client.zadd(key, dict.fromkeys(names, 0), xx=True)
    return len(names)


def clusters_are_told(store: Store) -> bool:
    """Whether no cluster update of a killed process is pending; others take these over after a minute."""
    return make_all_due(store, Namespace("main").pending_articles) == 0


def _table(
    ledger: Ledger,
    kills: Counter[str],
    findings: Findings,
    desk: WebhookReceiver,
    well: dict[str, list[float]],
    waiting: int,
) -> str:
    seconds = {name: round(max(took), 1) for name, took in well.items() if took}
    rows = {
        "seed": SEED,
        "kills": f"{kills.total()}: {dict(sorted(kills.items()))}",
        "acknowledged": ledger.acknowledged,
        "unanswered": ledger.unanswered,
        "refused, by status": ledger.refused,
        "lost": len(findings.lost),
        "unfindable": len(findings.unfindable),
        "ghosts": len(findings.ghosts),
        "clusters that differ": len(findings.clusters),
        "pickups, those told late, and never": f"{len(ledger.pickups)}, {waiting}, {len(untold(ledger, desk))}",
        "seconds until well, at most": seconds,
    }
    return "\n" + "\n".join(f"{name:38} {value}" for name, value in rows.items()) + "\n"


def untold(ledger: Ledger, desk: WebhookReceiver) -> set[str]:
    """Return the pickups without a message."""
    return ledger.pickups - {told["data"]["article"]["id"] for told in desk.taken}
