"""A replica takes over under load: what was acknowledged is there, and services follow without a restart."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults.ledger import Ledger
from faults.stand import Services, choice
from faults.traffic import Traffic
from faults.verdict import Findings, examine
from support.sentinel import Server, WatchedValkey
from support.waiting import wait_for

SEED = choice("FAULT_SEED", 1)
CLIENTS = 4
LONGEST = 30.0
PAUSED_SECONDS = 15.0
ALLOWED = {404, 409, 503, 504}
"""As in test_store_faults."""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedValkey]:
    with WatchedValkey(tmp_path / "watched") as valkey:
        yield valkey


def suffer(
    tmp_path: Path, watched: WatchedValkey, replicas: int, trouble: Callable[[], None], over: Callable[[], bool]
) -> tuple[Ledger, Findings, float]:
    """Run traffic before, during and after trouble; return what was answered, what is there, and the outage in seconds.

    The outage is the longest time between two acknowledgements.
    """
    environment = {"WIREMATCH_WAIT_REPLICAS": str(replicas), "WIREMATCH_WAIT_TIMEOUT": "1"}
    services, ledger = Services(tmp_path, watched.url, 2, environment), Ledger()
    try:
        with Traffic(ledger, services.ports, SEED, clients=CLIENTS):
            wait_for(lambda: ledger.acknowledged > 400, "answers before it")
            trouble()
            began = time.monotonic()
            wait_for(over, "the other master")
            during = ledger.acknowledged
            wait_for(lambda: ledger.acknowledged > during, "answers after it")
            outage = time.monotonic() - began
            wait_for(lambda: ledger.acknowledged > during + 400, "more answers after it")
            wait_for(lambda: all(service.is_ready() for service in services.running), "readiness")
        findings = examine(ledger, services.running[0].url, watched.url)
        assert "Traceback" not in services.logs()
    finally:
        services.end()
    assert ledger.refused.keys() <= ALLOWED
    assert not ledger.without_retry_after
    assert ledger.longest < LONGEST
    return ledger, findings, outage


def told(ledger: Ledger, findings: Findings, outage: float) -> str:
    return (
        f"{ledger.acknowledged} acknowledged, {len(findings.lost)} lost, {len(findings.unfindable)} unfindable, "
        f"{len(findings.ghosts)} ghosts, {len(findings.clusters)} clusters that differ, {ledger.unanswered} "
        f"unanswered, refused {ledger.refused}; slowest answer {ledger.longest:.1f} s, outage {outage:.1f} s"
    )


def killed(watched: WatchedValkey, first: Server) -> None:
    first.kill()


def frozen(watched: WatchedValkey, first: Server) -> None:
    """For longer than it takes to replace it; then it goes on, and takes itself for the master."""
    first.process.send_signal(signal.SIGSTOP)
    time.sleep(PAUSED_SECONDS)
    first.process.send_signal(signal.SIGCONT)


def replaced(watched: WatchedValkey, first: Server) -> None:
    watched.fail_over()


@pytest.mark.parametrize(
    ("trouble", "replicas"), [(killed, 1), (killed, 0), (frozen, 1), (frozen, 0), (replaced, 2), (replaced, 0)]
)
def test_a_master_that_is(trouble, replicas, tmp_path, watched, tell):
    first = watched.servers[0]
    ledger, findings, outage = suffer(
        tmp_path, watched, replicas, lambda: trouble(watched, first), lambda: watched.master is not first
    )
    tell(told(ledger, findings, outage))
    if replicas:
        assert not findings, findings
