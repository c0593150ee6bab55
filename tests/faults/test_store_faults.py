"""The store hangs, is slow, is full, or comes back with less: what clients see, and that the service recovers."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.ledger import Ledger
from faults.proxy import Network, Proxy
from faults.stand import Services, Store
from faults.traffic import Traffic
from faults.trouble import SEED, suffer
from faults.verdict import examine
from support.live_service import client_of
from support.waiting import wait_for


@pytest.fixture
def report(capsys, request) -> Callable[[Ledger, float], None]:
    def tell(ledger: Ledger, seconds: float) -> None:
        with capsys.disabled():
            print(  # noqa: T201
                f"\n{request.node.name}: {ledger.acknowledged} acknowledged, {ledger.unanswered} unanswered, refused "
                f"{ledger.refused}; well after {seconds:.1f} s"
            )

    return tell


def test_a_store_that_hangs(tmp_path, store, report):
    services, ledger = Services(tmp_path, store.url, 1), Ledger()
    try:
        begin, end = (lambda sent=sent: store.signal(sent) for sent in (signal.SIGSTOP, signal.SIGCONT))
        took = suffer(ledger, services, begin, end, refused=True)
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    report(ledger, took)
    assert not findings, findings


@pytest.mark.parametrize("network", [Network.SLOW, Network.SILENT, Network.CUT], ids=lambda network: network.name)
def test_a_network_that_is(network, tmp_path, store, report):
    proxy = Proxy(store.socket)
    services, ledger = Services(tmp_path, proxy.url, 1), Ledger()

    def become(other: Network) -> None:
        proxy.network = other

    try:
        took = suffer(ledger, services, lambda: become(network), lambda: become(Network.PASSES))
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
        proxy.close()
    report(ledger, took)
    assert not findings, findings


def test_a_store_without_room(tmp_path, store, report):
    services, ledger = Services(tmp_path, store.url, 1), Ledger()

    def room(size: int) -> None:
        with client_of(store.url) as client:
            client.config_set("maxmemory", size)

    try:
        took = suffer(ledger, services, lambda: room(1 << 20), lambda: room(1 << 30), seconds=3, refused=True)
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    report(ledger, took)
    assert not findings, findings


def test_a_disk_without_room(tmp_path, store, report):
    """A limit on file sizes simulates a full disk."""
    services, ledger = Services(tmp_path, store.url, 1), Ledger()
    with client_of(store.url) as client:
        process = int(client.info("server")["process_id"])

    def largest(size: int) -> None:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    try:
        took = suffer(
            ledger,
            services,
            lambda: largest(store.appended.stat().st_size + 100),
            lambda: largest(resource.RLIM_INFINITY),
            seconds=4,
        )
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    report(ledger, took)
    assert not findings, findings


def filled(tmp_path: Path, store: Store) -> tuple[Services, Ledger]:
    services, ledger = Services(tmp_path, store.url, 1), Ledger()
    with Traffic(ledger, services.ports, SEED, clients=2, batch=8):
        wait_for(lambda: ledger.acknowledged > 200, "articles")
    # While a flush to disk is under way, the store keeps what is written in its own memory.
    with client_of(store.url) as redis:
        wait_for(lambda: redis.info("persistence")["aof_buffer_length"] == 0, "the file")
    return services, ledger


def test_a_file_that_ends_within_a_command(tmp_path, store, report):
    """The machine failed while the end was written: all before it is there, and the store reports what it dropped."""
    services, ledger = filled(tmp_path, store)
    store.kill()
    file = store.appended
    whole = file.stat().st_size
    os.truncate(file, whole - 9)
    began = time.monotonic()
    store.start()
    services.wait_until_ready()
    took = time.monotonic() - began
    try:
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    report(ledger, took)

    assert "Truncating the AOF" in store.log() or "truncated" in store.log().lower()
    # Those of one command, which changed one article or was one step of changing it.
    assert len(findings.lost) + len(findings.ghosts) <= 64
    assert findings.unfindable == []


def test_a_file_with_damaged_bytes_is_not_loaded_in_part(tmp_path, store, report):
    """A store that cannot read its file does not start, rather than claim to be empty."""
    services, ledger = filled(tmp_path, store)
    store.kill()
    file = store.appended
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = bytes(255 - byte for byte in content[middle : middle + 40])
    whole = file.read_bytes()
    file.write_bytes(content)
    try:
        refused = False
        try:
            store.start()
        except AssertionError as error:
            refused = "Bad file format" in str(error) or "Unrecoverable" in str(error)
        if not refused:  # the bytes were within a value, and its record is reported as damaged
            services.wait_until_ready()
            store.kill()
        file.write_bytes(whole)
        began = time.monotonic()
        store.start()
        services.wait_until_ready()
        took = time.monotonic() - began
        findings = examine(ledger, services.running[0].url, store.url)
    finally:
        services.end()
    report(ledger, took)
    assert not findings, findings
