"""A replica takes over under load: what was acknowledged is there, and services follow without a restart."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from redis.crc import key_slot

from faults.ledger import Ledger
from faults.proxy import Proxy
from faults.stand import Services
from faults.traffic import Traffic
from faults.trouble import SEED, check_answers
from faults.verdict import Findings, examine
from support.cluster import ValkeyCluster
from support.sentinel import Server, WatchedValkey
from support.waiting import wait_for

CLIENTS = 4
BEFORE, AFTER = 150, 150
"""Acknowledgements before the trouble, and in a row after it."""
PAUSED_SECONDS = 15.0


def calm(ledger: Ledger) -> bool:
    """Whether the next acknowledgements come without a refusal."""
    before, refused = ledger.acknowledged, ledger.refused.get(503)
    wait_for(lambda: ledger.acknowledged > before + AFTER, "more answers")
    return ledger.refused.get(503) == refused


def suffer(
    folder: Path, url: str, settings: Mapping[str, str], trouble: Callable[[], None], over: Callable[[], bool]
) -> tuple[Ledger, Findings, str]:
    """Run traffic before, during and after trouble; return what was answered, what is missing, and both in words."""
    services, ledger = Services(folder, url, 2, settings), Ledger()
    try:
        with Traffic(ledger, services.ports, SEED, clients=CLIENTS):
            wait_for(lambda: ledger.acknowledged > BEFORE, "answers before it")
            began = time.monotonic()
            trouble()
            wait_for(over, "the other master")
            during = ledger.acknowledged
            wait_for(lambda: ledger.acknowledged > during, "answers after it")
            took = time.monotonic() - began
            wait_for(lambda: all(service.is_ready() for service in services.running), "readiness")
            wait_for(lambda: calm(ledger), "answers without a refusal among them")
        findings = examine(ledger, services.running[0].url, url)
        check_answers(ledger, services)
    finally:
        services.end()
    said = (
        f"{ledger.acknowledged} acknowledged, {len(findings.lost)} lost, {len(findings.unfindable)} unfindable, "
        f"{len(findings.ghosts)} ghosts, {len(findings.clusters)} clusters that differ; {ledger.unanswered} "
        f"unanswered, refused {ledger.refused}; slowest answer {ledger.longest:.1f} s; well {took:.1f} s after it began"
    )
    return ledger, findings, said


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedValkey]:
    with WatchedValkey(tmp_path / "watched") as valkey:
        yield valkey


def killed(watched: WatchedValkey) -> None:
    watched.servers[0].kill()


def frozen(watched: WatchedValkey) -> None:
    """For longer than it takes to replace it; then it goes on, and takes itself for the master for a while."""
    first = watched.servers[0]
    first.process.send_signal(signal.SIGSTOP)
    time.sleep(PAUSED_SECONDS)
    first.process.send_signal(signal.SIGCONT)


def replaced(watched: WatchedValkey) -> None:
    watched.fail_over()


def replaced_in_a_pause(watched: WatchedValkey) -> None:
    """Nothing is written between the promotion and the moment at which the old master learns of it."""
    watched.servers[0].client.execute_command("CLIENT PAUSE", 10_000, "WRITE")
    watched.fail_over()


def replaced_in_agreement(watched: WatchedValkey) -> None:
    """The master itself hands over."""
    watched.fail_over("COORDINATED")


LOSSLESS = (replaced_in_a_pause, replaced_in_agreement)


@pytest.mark.parametrize(
    ("trouble", "replicas"),
    [
        (killed, 1),
        (frozen, 1),
        (replaced, 2),
        (replaced_in_a_pause, 0),
        (replaced_in_agreement, 0),
        (killed, 0),
        (frozen, 0),
        (replaced, 0),
    ],
)
def test_a_master_that_is(trouble, replicas, tmp_path, watched, tell):
    """Without waiting for replicas, what was not replicated yet may be lost, unless the master was paused."""
    first = watched.servers[0]

    def over() -> bool:
        if watched.master is first or (trouble is not killed and not first.follows()):
            return False
        watched.stay()
        return True

    _, findings, said = suffer(
        tmp_path, watched.url, {"WIREMATCH_WAIT_REPLICAS": str(replicas)}, lambda: trouble(watched), over
    )
    tell(said)
    if replicas or trouble in LOSSLESS:
        assert not findings, findings
    else:
        assert not findings.unfindable


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """A master and its replica, which nobody watches."""
    data = ('save ""', "appendonly yes", "repl-diskless-sync-delay 0")
    first = Server(tmp_path / "first", *data)
    servers = [first]
    try:
        wait_for(first.answers, "an answer")
        servers.append(Server(tmp_path / "second", *data, f"replicaof 127.0.0.1 {first.port}"))
        wait_for(lambda: first.client.info("replication")["connected_slaves"] == 1, "the replica")
        yield first, servers[1]
    finally:
        for server in servers:
            server.kill()


def test_a_replica_that_is_promoted_by_hand(tmp_path, pair, tell):
    """One name for both, as of a load balancer; open connections stay with the old master, which accepts no writes."""
    first, second = pair
    proxy = Proxy(first.port)

    def promote() -> None:
        first.client.execute_command("FAILOVER", "TO", "127.0.0.1", second.port)
        wait_for(first.follows, "the other role")
        proxy.target = second.port

    def promoted() -> bool:
        with suppress(redis.RedisError):
            return bool(second.client.info("replication")["role"] == "master")
        return False

    try:
        _, findings, said = suffer(tmp_path, proxy.url, {}, promote, promoted)
    finally:
        proxy.close()
    tell(said)
    assert not findings, findings


def test_everything_of_a_master_that_moves_to_another(tmp_path, tell):
    """A cluster is resharded under load, slot by slot."""
    with ValkeyCluster(tmp_path / "cluster") as cluster:
        source, target, _ = cluster.masters

        def slots() -> set[int]:
            return {key_slot(key) for key in source.client.scan_iter()}

        def reshard() -> None:
            for slot in sorted(slots()):
                source.cluster("MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", target.id)
                wait_for(lambda slot=slot: cluster.master_of(slot) is target, "the move")

        _, findings, said = suffer(tmp_path, cluster.url, {"WIREMATCH_SHARDS": "6"}, reshard, lambda: True)
        tell(f"{len(target.client.keys())} keys on the other master; {said}")
    assert not findings, findings
