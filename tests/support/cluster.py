"""A Redis Cluster of three masters with a replica each, from the embedded store's Valkey binary."""

from __future__ import annotations

import math
import subprocess
import time
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.ports import free_port
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.embedded.valkey_process import get_binary_path

MASTERS = 3
SLOTS = 16_384
QUICK_TIMEOUT_MS, STEADY_TIMEOUT_MS = 1_000, 3_600_000
"""Milliseconds after which a silent node counts as dead. Nodes join faster with the quick value."""
STARTS = 5
MEET_SECONDS = 10.0
"""Seconds after which nodes that do not know each other are to meet again."""


class Node:
    """One server of the cluster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self._start()

    def _start(self) -> None:
        self.port, self.bus_port = free_port(), free_port()
        self.client = redis.Redis(port=self.port, socket_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 0))
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self._folder,
            "save": "",
            "appendonly": "yes",
            "cluster-enabled": "yes",
            "cluster-port": self.bus_port,
            "cluster-node-timeout": QUICK_TIMEOUT_MS,
            "cluster-replica-no-failover": "yes",
            "cluster-require-full-coverage": "no",
            "cluster-replica-validity-factor": 0,
            "repl-diskless-sync-delay": 0,
            "busy-reply-threshold": 0,  # a server whose script takes long is waited for
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(get_binary_path()), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.id = ""

    def wait_until_ready(self) -> None:
        """Wait until it answers; if another program took its port meanwhile, start it again on other ports."""
        for _ in range(STARTS):
            wait_for(lambda: self.process.poll() is not None or self.answers(), "an answer")
            if self.process.poll() is None:
                return
            self.client.close()
            self._start()
        raise AssertionError(f"the server does not start:\n{(self._folder / 'log').read_text()}")

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def cluster(self, *parts: str | int) -> str:
        answer = self.client.execute_command(f"CLUSTER {parts[0]}", *parts[1:])
        return answer.decode() if isinstance(answer, bytes) else str(answer)

    def is_master(self) -> bool:
        return bool(self.client.info("replication")["role"] == "master")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class ValkeyCluster:
    """A cluster as a context manager; ``url`` is for ``connect``.

    Masters stay masters, however long a loaded machine delays their replies, unless it ``fails_over``.
    """

    def __init__(self, folder: Path, *, fails_over: bool = False) -> None:
        self.nodes = [Node(folder / str(number)) for number in range(2 * MASTERS)]
        self._fails_over = fails_over

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"

    @property
    def masters(self) -> list[Node]:
        """The current masters that are alive."""
        return [node for node in self.nodes if node.process.poll() is None and node.is_master()]

    @property
    def replicas(self) -> list[Node]:
        return [node for node in self.nodes if node.process.poll() is None and not node.is_master()]

    def client(self) -> redis.RedisCluster:
        """A client that asks the current server of each key."""
        return redis.RedisCluster("127.0.0.1", self.masters[0].port, socket_timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        try:
            self._join()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.client.close()
            if node.process.poll() is None:
                node.kill()

    def _join(self) -> None:
        for node in self.nodes:
            node.wait_until_ready()
            node.id = node.client.execute_command("CLUSTER MYID").decode()
        for number, node in enumerate(self.nodes):
            node.cluster("SET-CONFIG-EPOCH", number + 1)
        masters, replicas = self.nodes[:MASTERS], self.nodes[MASTERS:]
        for number, master in enumerate(masters):
            master.cluster("ADDSLOTSRANGE", SLOTS * number // MASTERS, SLOTS * (number + 1) // MASTERS - 1)
        first = self.nodes[0]
        met_at = -math.inf

        def met() -> bool:
            nonlocal met_at
            if time.monotonic() - met_at > MEET_SECONDS:  # one that stands still misses it, and is forgotten
                met_at = time.monotonic()
                for node in self.nodes[1:]:
                    first.cluster("MEET", "127.0.0.1", node.port, node.bus_port)
            return all(_fact(node, "cluster_known_nodes") == "6" for node in self.nodes)

        wait_for(met, "meeting")
        for master, replica in zip(masters, replicas, strict=True):
            wait_for(lambda master=master, replica=replica: _replicates(replica, master), "replication")
        wait_for(self.is_whole, "a whole cluster")
        for node in self.nodes:
            if self._fails_over:
                node.client.config_set("cluster-replica-no-failover", "no")
            else:
                node.client.config_set("cluster-node-timeout", STEADY_TIMEOUT_MS)

    def is_whole(self) -> bool:
        """Whether all slots are served and all replicas follow."""
        return all(
            _fact(node, "cluster_state") == "ok" and _fact(node, "cluster_slots_ok") == str(SLOTS)
            for node in self.nodes
            if node.process.poll() is None
        ) and all(replica.client.info("replication").get("master_link_status") == "up" for replica in self.replicas)

    def master_of(self, slot: int) -> Node:
        """Return the current master of a slot."""
        for node in self.masters:
            for start, end, *who in node.client.execute_command("CLUSTER SLOTS"):
                if start <= slot <= end:
                    return next(node for node in self.nodes if node.port == who[0][1])
        raise AssertionError(f"nobody serves slot {slot}")


def _fact(node: Node, name: str) -> str:
    answer = node.client.execute_command("CLUSTER INFO")
    if isinstance(answer, dict):
        return str(answer[name])
    return dict(line.split(":", 1) for line in answer.decode().splitlines() if line)[name]


def _replicates(replica: Node, master: Node) -> bool:
    """Whether a replica follows this master; it may not know it yet."""
    try:
        replica.cluster("REPLICATE", master.id)
    except redis.ResponseError:
        return False
    return True
