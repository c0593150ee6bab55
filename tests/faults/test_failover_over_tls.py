"""A master and its replica over TLS with client certificates: the master dies, and the replica has what it had.

Clients reach both under one name, as of a load balancer, and are shown a wrong certificate there for a while.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.ledger import Ledger
from faults.stand import Services
from faults.traffic import Traffic
from faults.trouble import SEED, check_answers
from faults.verdict import examine
from support.live_service import COMMAND
from support.sentinel import Server
from support.tls import Authority, TlsFront
from support.waiting import wait_for
from wirematch.index.connections import diagnosis

BEFORE, REFUSED = 150, 20


DATA = ('save ""', "appendonly yes", "repl-diskless-sync-delay 0")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    """A master and its replica; the test may add others, which end with them."""
    running = [Server(tmp_path / "first", *DATA)]
    try:
        wait_for(running[0].answers, "an answer")
        running.append(follower(running[0], tmp_path / "second"))
        yield running
    finally:
        for server in running:
            server.kill()


def follower(master: Server, folder: Path) -> Server:
    replica = Server(folder, *DATA, f"replicaof 127.0.0.1 {master.port}")
    wait_for(lambda: master.client.info("replication")["connected_slaves"] == 1, "the replica")
    return replica


@pytest.mark.parametrize("wrong", ["expired", "elsewhere", "strange"])
def test_a_replica_that_takes_over_with_a_wrong_certificate(wrong, tmp_path, servers, tell):
    """Nobody is served before the certificate is right; the log and 'doctor' say what is wrong; nothing is lost."""
    ours, theirs = Authority(tmp_path), Authority(tmp_path, "another")
    right, client = ours.certify("server", "127.0.0.1"), ours.certify("client")
    shown, said, meaning = {
        "expired": (ours.certify("expired", "127.0.0.1", days=-1), "certificate has expired", diagnosis.EXPIRED),
        "elsewhere": (ours.certify("elsewhere", "redis.example"), "certificate is not valid for", diagnosis.OTHER_NAME),
        "strange": (theirs.certify("strange", "127.0.0.1"), "unable to get local issuer", diagnosis.UNTRUSTED),
    }[wrong]
    first, second = servers
    with TlsFront(first.port, right, ours.file) as front:
        options = f"ssl_ca_certs={ours.file}&ssl_certfile={client.certificate}&ssl_keyfile={client.key}"
        url = f"rediss://127.0.0.1:{front.port}/0?{options}"
        services, ledger = Services(tmp_path / "services", url, 2, {"WIREMATCH_WAIT_REPLICAS": "1"}), Ledger()
        try:
            with Traffic(ledger, services.ports, SEED, clients=3):
                wait_for(lambda: ledger.acknowledged > BEFORE, "answers before it")
                front.show(shown)
                front.target = second.port
                first.kill()
                second.client.replicaof("NO", "ONE")
                servers.append(follower(second, tmp_path / "third"))
                wait_for(lambda: 503 in ledger.refused, "a refusal")
                assert not any(service.is_ready() for service in services.running)
                doctor = subprocess.run(
                    [COMMAND, "doctor", "--redis-url", url], capture_output=True, text=True, check=False
                )
                assert f"PROBLEM  server: {meaning}" in doctor.stdout
                wait_for(lambda: said in services.logs(), "the reason in the log")
                during, refused = ledger.acknowledged, ledger.refused[503]  # what was under way is answered by now
                wait_for(lambda: ledger.refused[503] > refused + REFUSED, "more refusals")
                assert ledger.acknowledged == during
                front.show(right)
                wait_for(lambda: ledger.acknowledged > during + BEFORE, "answers after it")
            services.wait_until_ready()
            findings = examine(ledger, services.running[0].url, url)
            check_answers(ledger, services)
        finally:
            services.end()
    tell(f"{ledger.acknowledged} acknowledged, {ledger.unanswered} unanswered, refused {ledger.refused}")
    assert not findings, findings
