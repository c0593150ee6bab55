"""Redis answers, but not as it should: full in a batch, read-only, busy, without scripts, connections or rights."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from faults.ledger import Ledger
from faults.stand import Services, Store, webhook_environment
from faults.trouble import suffer
from faults.verdict import examine
from support.live_service import client_of
from support.waiting import wait_for
from support.webhook_receiver import WebhookReceiver

LASTS = 4.0
ROOM = 150_000
"""Bytes left for a batch that needs more."""


class Trouble:
    """Something that is wrong with a store, until it ``ends``; ``refused`` if writes must fail meanwhile."""

    refused = True

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client = client_of(store.url)

    def begin(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


class FullInABatch(Trouble):
    """Memory ends within a batch."""

    def begin(self) -> None:
        self.client.config_set("maxmemory", self.client.info("memory")["used_memory"] + ROOM)

    def end(self) -> None:
        self.client.config_set("maxmemory", self.store.memory)


class NoSnapshot(Trouble):
    """The snapshot cannot be written, and the server refuses writes for it."""

    def begin(self) -> None:
        (self.store.folder / "dump.rdb").mkdir()
        self.client.config_set("stop-writes-on-bgsave-error", "yes")
        self.client.config_set("save", "3600 1")
        self.client.bgsave()
        wait_for(lambda: self.client.info("persistence")["rdb_last_bgsave_status"] == "err", "a failure")

    def end(self) -> None:
        (self.store.folder / "dump.rdb").rmdir()
        self.client.bgsave()
        wait_for(lambda: self.client.info("persistence")["rdb_last_bgsave_status"] == "ok", "a snapshot")


class ReadOnly(Trouble):
    """It is a replica whose master is away; it answers what it has."""

    stale = "yes"

    def begin(self) -> None:
        self.client.config_set("replica-serve-stale-data", self.stale)
        self.client.replicaof("127.0.0.1", 9)

    def end(self) -> None:
        self.client.replicaof("NO", "ONE")


class Silenced(ReadOnly):
    """It is a replica whose master is away; it answers nothing."""

    stale = "no"


class Busy(Trouble):
    """A script of somebody else runs for ever."""

    def begin(self) -> None:
        self.client.config_set("busy-reply-threshold", 100)
        self._running = threading.Thread(target=self._run)
        self._running.start()

    def _run(self) -> None:
        with contextlib.suppress(redis.ResponseError), client_of(self.store.url) as other:
            other.eval("while true do end", 0)

    def end(self) -> None:
        self.client.script_kill()
        self._running.join()


class NoScripts(Trouble):
    """Its scripts are forgotten over and over."""

    refused = False

    def begin(self) -> None:
        self._ending = threading.Event()
        self._running = threading.Thread(target=self._run)
        self._running.start()

    def _run(self) -> None:
        with client_of(self.store.url) as other:
            while not self._ending.wait(0.01):
                other.script_flush()

    def end(self) -> None:
        self._ending.set()
        self._running.join()


class PausedWrites(Trouble):
    """An operator paused writes for a failover."""

    how = "WRITE"

    def begin(self) -> None:
        self.client.execute_command("CLIENT PAUSE", 60_000, self.how)

    def end(self) -> None:
        self.client.execute_command("CLIENT UNPAUSE")


class PausedClients(PausedWrites):
    """An operator paused all clients."""

    how = "ALL"


class OtherPassword(Trouble):
    """The password was changed, and connections with the old one are closed."""

    def begin(self) -> None:
        self.client.acl_setuser("default", enabled=True, reset_passwords=True, passwords=["+another"])
        self.client.execute_command("CLIENT KILL TYPE normal SKIPME yes")

    def end(self) -> None:
        self.client.acl_setuser("default", enabled=True, nopass=True)


class NoConnections(Trouble):
    """Others hold every connection; those of services are closed once."""

    refused = False

    def begin(self) -> None:
        self._held = ExitStack()
        most = len(self.client.client_list()) + 1
        self.client.config_set("maxclients", max(most, 3))
        self.client.execute_command("CLIENT KILL TYPE normal SKIPME yes")
        for _ in range(2 * most):
            held = self._held.enter_context(socket.socket(socket.AF_UNIX))
            held.connect(str(self.store.socket))

    def end(self) -> None:
        self._held.close()
        self.client.config_set("maxclients", 10_000)


KINDS = (
    FullInABatch,
    NoSnapshot,
    ReadOnly,
    Silenced,
    Busy,
    NoScripts,
    PausedWrites,
    PausedClients,
    OtherPassword,
    NoConnections,
)


@pytest.fixture
def services(tmp_path: Path, store: Store, desk: WebhookReceiver) -> Iterator[Services]:
    environment = webhook_environment(desk)
    services = Services(tmp_path, store.url, 2, environment)
    yield services
    services.end()


@pytest.mark.parametrize("kind", KINDS)
def test_redis_trouble(
    kind: type[Trouble], store: Store, services: Services, desk: WebhookReceiver, tell: Callable[[str], None]
) -> None:
    trouble, ledger = kind(store), Ledger()
    took = suffer(ledger, services, trouble.begin, trouble.end, seconds=LASTS, refused=trouble.refused)
    findings = examine(ledger, services.running[0].url, store.url)

    def untold() -> set[str]:
        return ledger.pickups - {message["data"]["article"]["id"] for message in desk.taken}

    tell(
        f"{ledger.acknowledged} acknowledged, {ledger.unanswered} unanswered, refused {ledger.refused}; slowest answer "
        f"{ledger.longest:.1f} s, well after {took:.1f} s; {len(untold())} of {len(ledger.pickups)} told late"
    )
    assert not findings, findings
    wait_for(lambda: not untold(), "every message")
