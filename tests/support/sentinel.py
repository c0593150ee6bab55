"""A master with two replicas and three Sentinels, from the embedded store's Valkey binary."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.ports import free_port
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.index.embedded.valkey_process import get_binary_path

MASTER = "desk"
SILENT_MS = 1_000
"""Milliseconds after which a Sentinel takes a silent master for dead."""

LOOKS = ("INFO-PERIOD", 1_000, "PUBLISH-PERIOD", 200)
"""Intervals, in milliseconds, at which a Sentinel polls servers and greets others; by default 10 and 2 seconds."""


class Server:
    """A process with a configuration file, to which Sentinels write."""

    def __init__(self, folder: Path, *lines: str, sentinel: bool = False) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        configuration = folder / "valkey.conf"
        configuration.write_text("\n".join([f"port {self.port}", "bind 127.0.0.1", f"dir {folder}", *lines]))
        command = [str(get_binary_path()), str(configuration), *(["--sentinel"] if sentinel else [])]
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.client = redis.Redis(port=self.port, socket_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 0))

    def answers(self) -> bool:
        assert self.process.poll() is None, "the server does not start"
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def follows(self) -> bool:
        """Whether it is a replica; a server that becomes one closes its connections."""
        try:
            return bool(self.client.info("replication")["role"] == "slave")
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()


class WatchedValkey:
    """A watched Valkey as a context manager; ``url`` is for ``connect``."""

    def __init__(self, folder: Path) -> None:
        data = ('save ""', "appendonly yes", "repl-diskless-sync-delay 0")
        self.servers = [Server(folder / "0", *data)]
        self.sentinels: list[Server] = []
        self._folder = folder
        self._data = data

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"valkey+sentinel://{hosts}/{MASTER}"

    @property
    def master(self) -> Server:
        """The master according to the last of the Sentinels."""
        _, port = self.sentinels[-1].client.sentinel_get_master_addr_by_name(MASTER)
        return next(server for server in self.servers if server.port == port)

    def __enter__(self) -> Self:
        try:
            first = self.servers[0]
            wait_for(first.answers, "an answer")
            replica = (*self._data, f"replicaof 127.0.0.1 {first.port}")
            self.servers += [Server(self._folder / str(number), *replica) for number in (1, 2)]
            watched = (
                f"sentinel monitor {MASTER} 127.0.0.1 {first.port} 2",
                f"sentinel down-after-milliseconds {MASTER} {SILENT_MS}",
                f"sentinel failover-timeout {MASTER} 3000",
            )
            self.sentinels = [Server(self._folder / f"s{number}", *watched, sentinel=True) for number in range(3)]
            wait_for(lambda: all(server.answers() for server in self.servers + self.sentinels), "answers")
            for sentinel in self.sentinels:
                sentinel.client.execute_command("SENTINEL", "DEBUG", *LOOKS)
            wait_for(self.is_whole, "acquaintance of the Sentinels")
        except BaseException:
            self.__exit__()
            raise
        return self

    def fail_over(self, *how: str) -> None:
        """Promote another server, as soon as one is ready; ``how`` may be COORDINATED (Valkey 9)."""

        def agreed() -> bool:
            try:
                return bool(self.sentinels[0].client.execute_command("SENTINEL FAILOVER", MASTER, *how))
            except redis.ResponseError as error:
                if "NOGOODSLAVE" not in str(error):
                    raise
                return False

        wait_for(agreed, "a replica that is ready")

    def stay(self) -> None:
        """Keep the present master, however long a loaded machine delays its replies."""
        for sentinel in self.sentinels:
            sentinel.client.sentinel_set(MASTER, "down-after-milliseconds", 3_600_000)

    def is_whole(self) -> bool:
        """Whether all Sentinels know each other and both replicas, which follow the master."""
        states = [sentinel.client.sentinel_master(MASTER) for sentinel in self.sentinels]
        connected = self.servers[0].client.info("replication")["connected_slaves"]
        return connected == 2 and all(
            state["num-other-sentinels"] == 2 and state["num-slaves"] == 2 for state in states
        )

    def __exit__(self, *_: object) -> None:
        for server in self.servers + self.sentinels:
            if server.process.poll() is None:
                server.kill()
