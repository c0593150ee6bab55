"""A Redis that works but refuses this program: commands, 'doctor' and the service say which of its settings does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.live_service import LiveService
from support.sentinel import Server
from support.waiting import wait_for
from wirematch.commands.doctor.command import CORRECT
from wirematch.index.connections import diagnosis

DATA = ('save ""', "appendonly yes")


@pytest.fixture
def servers(tmp_path) -> Iterator[list[Server]]:
    """What a test starts, and what is ended behind it."""
    started: list[Server] = []
    yield started
    for server in started:
        server.kill()


def started(servers: list[Server], folder, *lines: str) -> str:
    """Start a server; return its address."""
    servers.append(Server(folder, *DATA, *lines))
    wait_for(servers[-1].answers, "an answer")
    return f"redis://127.0.0.1:{servers[-1].port}"


def test_too_few_replicas_are_named_and_not_the_address(wirematch, files, servers, tmp_path):
    url = started(servers, tmp_path / "server")
    assert wirematch("add", files["wire"], "--redis-url", url).status == 0
    service = LiveService(tmp_path / "service", "--redis-url", url)
    try:
        service.wait_until_ready()
        servers[0].client.config_set("min-replicas-to-write", 1)

        refused = wirematch("add", files["rewrite"], "--redis-url", url)
        doctor = wirematch("doctor", "--redis-url", url)
        ready = service.get("/readyz")
    finally:
        service.clear_away()

    assert (refused.status, refused.err) == (2, f"wirematch: {diagnosis.FEW_REPLICAS}\n")
    assert f"PROBLEM  writes: Writes are refused: {diagnosis.FEW_REPLICAS}" in doctor.out
    assert ready.status_code == 503
    assert "min-replicas-to-write" in ready.json()["detail"]


def test_a_server_that_takes_no_further_connections_is_not_said_to_have_another_password(
    wirematch, files, servers, tmp_path
):
    url = started(servers, tmp_path / "server")
    servers[0].client.config_set("maxclients", 2)
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(socket.create_connection(("127.0.0.1", servers[0].port)))

        refused = wirematch("add", files["wire"], "--redis-url", url)
        doctor = wirematch("doctor", "--redis-url", url)

    assert (refused.status, refused.err) == (2, f"wirematch: {diagnosis.NO_CONNECTIONS}\n")
    assert f"PROBLEM  server: {diagnosis.NO_CONNECTIONS}" in doctor.out
    assert CORRECT not in doctor.out


@pytest.mark.parametrize("command", ["EVAL", "EVALSHA"])
def test_a_server_that_runs_no_scripts_is_told(wirematch, files, servers, tmp_path, command):
    url = started(servers, tmp_path / "server", f'rename-command {command} ""')

    assert wirematch("add", files["wire"], "--redis-url", url).err == f"wirematch: {diagnosis.NO_SCRIPTS}\n"
    assert diagnosis.NO_SCRIPTS in wirematch("doctor", "--redis-url", url).out


def test_a_server_of_a_cluster_is_told_from_a_single_one(wirematch, files, servers, tmp_path, monkeypatch):
    """Whether another of its servers has the slot or, as in a cluster that was never put together, none has."""
    monkeypatch.setenv("WIREMATCH_REDIS_TIMEOUT", "2")
    url = started(servers, tmp_path / "server", "cluster-enabled yes")
    told = f"wirematch: {diagnosis.WANTS_CLUSTER.format(cluster='redis+cluster')}\n"

    assert wirematch("add", files["wire"], "--redis-url", url).err == told
    in_cluster = wirematch("add", files["wire"], "--redis-url", url.replace("redis://", "redis+cluster://"))
    assert in_cluster.err == f"wirematch: {diagnosis.NO_SLOTS}\n"


def test_a_server_of_a_whole_cluster_is_told_from_a_single_one(
    wirematch, files, valkey_cluster, index_name, monkeypatch
):
    monkeypatch.setenv("WIREMATCH_REDIS_TIMEOUT", "2")
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    told = f"wirematch: {diagnosis.WANTS_CLUSTER.format(cluster='redis+cluster')}\n"
    refused = {
        wirematch("add", files["wire"], "--redis-url", f"redis://127.0.0.1:{master.port}").err
        for master in valkey_cluster.masters
    }

    assert told in refused  # one of them has the slot of the record
