"""A server that may lack writes is told from one that has them all, whenever a connection to it is opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from support.cluster import Node, ValkeyCluster
from support.sentinel import Server
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.connections.connection import connect
from wirematch.index.connections.history import KnownHistories

pytestmark = pytest.mark.anyio
PASSWORD = "secret"


@pytest.fixture
def servers(tmp_path) -> Iterator[list[Server]]:
    servers = [Server(tmp_path / str(number), 'save ""') for number in range(2)]
    try:
        for server in servers:
            wait_for(server.answers, "an answer")
        yield servers
    finally:
        for server in servers:
            server.kill()


@pytest.fixture
async def ask() -> Callable:
    """Ask a server over a new connection of one client, whichever server it leads to."""
    histories, forgotten = KnownHistories(), []
    histories.when_another(lambda: forgotten.append(None))

    async def asked(server: Server, user: str = "") -> int:
        client = connect(f"redis://{user}127.0.0.1:{server.port}/0", PATIENCE_SECONDS, histories)
        try:
            assert await client.execute_command("PING")
        finally:
            await client.aclose()
        return len(forgotten)

    return asked


def follow(replica: Server, master: Server) -> None:
    replica.client.replicaof("127.0.0.1", master.port)
    wait_for(lambda: replica.client.info("replication")["master_link_status"] == "up", "replication")


async def test_a_server_that_is_known_is_no_news(servers, ask):
    first, second = servers
    assert [await ask(first), await ask(first), await ask(second), await ask(first)] == [1, 1, 2, 2]


async def test_a_server_that_was_a_replica_meanwhile_is_another(servers, ask):
    first, second = servers
    assert await ask(first) == 1
    follow(first, second)
    first.client.replicaof("NO", "ONE")

    assert [await ask(first), await ask(first)] == [2, 2]


async def test_a_replica_that_takes_over_is_another(servers, ask):
    first, second = servers
    follow(second, first)
    assert await ask(first) == 1
    second.client.replicaof("NO", "ONE")

    assert [await ask(second), await ask(second)] == [2, 2]


async def test_without_the_right_to_ask_every_connection_leads_to_another(servers, ask):
    first, _ = servers
    first.client.acl_setuser("desk", enabled=True, passwords=[f"+{PASSWORD}"], commands=["+ping", "+hello", "+client"])

    assert [await ask(first, f"desk:{PASSWORD}@") for _ in range(3)] == [1, 2, 3]


async def test_a_server_that_drops_keys_is_named_once(servers, ask, caplog):
    first, second = servers
    first.client.config_set("maxmemory-policy", "allkeys-lru")
    with caplog.at_level(logging.ERROR):
        for server in (first, first, second):
            await ask(server)

    assert [record.args for record in caplog.records] == [("allkeys-lru",)]


async def test_in_a_cluster_each_master_is_met_once(valkey_cluster):
    histories, forgotten = KnownHistories(), []
    histories.when_another(lambda: forgotten.append(None))
    for _ in range(2):
        client = connect(valkey_cluster.url, PATIENCE_SECONDS, histories)
        try:
            for number in range(60):
                await client.execute_command("EXISTS", f"key-{number}")
        finally:
            await client.aclose()

    assert len(forgotten) == len(valkey_cluster.masters)


def take_over(node: Node, cluster: ValkeyCluster) -> None:
    """Make a server a master, if it is none. With the consent of the others it would give up after five seconds."""
    masters = len(cluster.masters)
    if not node.is_master():
        node.cluster("FAILOVER", "TAKEOVER")
    wait_for(lambda: node.is_master() and len(cluster.masters) == masters and cluster.is_whole(), "a promotion")


async def test_a_replica_that_was_spoken_to_and_takes_over_is_another(valkey_cluster):
    """A client of a cluster asks any server about slots; a promotion leaves its connections open."""
    histories, forgotten = KnownHistories(), []
    histories.when_another(lambda: forgotten.append(None))
    client = connect(valkey_cluster.url, PATIENCE_SECONDS, histories)
    [replica, *_] = valkey_cluster.replicas
    masters = valkey_cluster.masters
    try:
        await client.initialize()
        node = client.get_node("127.0.0.1", replica.port)
        await node.execute_command("PING")
        before = len(forgotten)
        take_over(replica, valkey_cluster)

        await node.execute_command("PING")

        assert len(forgotten) == before + 1
    finally:
        await client.aclose()
        for master in masters:  # of which other tests of this process have the addresses
            take_over(master, valkey_cluster)
