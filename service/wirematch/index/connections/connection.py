"""Connections to Redis with timeouts; scripts run the same way on one server and on a Redis Cluster."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterError,
    NoScriptError,
    RedisClusterException,
    RedisError,
    ResponseError,
)

from wirematch.concurrency import cancellations_heeded
from wirematch.errors import NotFlushedError, NotReplicatedError
from wirematch.index.connections.cluster_servers import ClusterClient, ClusterServers
from wirematch.index.connections.durability import Durability, check_flushed, check_replicas, is_flushed
from wirematch.index.connections.history import KnownHistories
from wirematch.index.connections.observer import ScriptKind, StoreObserver
from wirematch.index.connections.redis_url import Topology, read_sentinel, read_topology
from wirematch.index.connections.retrying import NOT_EXECUTED, TURNED_REPLICA, retry_reading
from wirematch.index.connections.scripts import Script
from wirematch.index.connections.sentinel import connect_to_master
from wirematch.index.connections.servers import Argument, Command, OneServer, Servers
from wirematch.index.connections.transaction import exchange_values, in_transaction
from wirematch.index.connections.turns import AT_ONCE
from wirematch.kernels.index.replies import Values

CLIENT_NAME = "wirematch"
SCANNED_KEYS = 1_000
"""Keys that a SCAN examines before other commands get their turn."""
RETRY_SECONDS = 0.05
"""Pause before a command is sent again while Redis Cluster moves a slot or elects a master."""
FAILURES = (RedisError, RedisClusterException, OSError)
"""All errors of Redis and of its connections that a Store raises."""
ANSWERS = frozenset({"GONE", "HELD", "PAGES", "FULL"})
"""Error words of our own scripts, on which callers act."""
Client = redis.asyncio.Redis | redis.asyncio.RedisCluster


def connect(url: str, timeout: float, histories: KnownHistories | None = None) -> Client:
    """Create a client for ``url``: redis, rediss, unix, redis+cluster or redis+sentinel (or valkey for redis).

    Every command times out after ``timeout`` seconds and is not retried: a write whose answer was lost may have been
    executed, and only the caller knows whether it is idempotent. ``histories`` learns of every server. Raises
    ValueError for a URL that cannot be used.
    """
    limits: dict[str, Any] = {
        "client_name": CLIENT_NAME,
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), 0),
    }
    greeted = {} if histories is None else histories.options
    topology, plain = read_topology(url)
    if topology is Topology.SENTINEL:
        return connect_to_master(read_sentinel(plain), timeout, limits, greeted)
    if topology is Topology.CLUSTER:  # slots that have a master are served even if others have none
        cluster = ClusterClient.from_url(plain, require_full_coverage=False, **limits)
        return cluster if histories is None else histories.of_cluster(cluster)
    return redis.asyncio.Redis.from_url(plain, **limits, **greeted)


class Store:
    """Runs scripts, each on the server that has its keys. Raises :data:`FAILURES`, TimeoutError included.

    With ``replicas``, a write returns once that many replicas have acknowledged it (WAIT), or raises NotReplicatedError
    after ``replicas_timeout`` seconds. With ``Durability.FSYNC``, chosen for the store or the task that writes, it
    returns once it is on disk (WAITAOF), or raises NotFlushedError. ``histories`` are those that ``client`` learns of.
    """

    def __init__(  # noqa: PLR0913 - composed in one place
        self,
        client: Client,
        timeout: float,
        *,
        replicas: int = 0,
        replicas_timeout: float = 1.0,
        observer: StoreObserver | None = None,
        durability: Durability = Durability.WRITTEN,
        histories: KnownHistories | None = None,
    ) -> None:
        self.timeout = timeout
        self.histories = histories or KnownHistories()
        self._observer = observer
        self._client = client
        self._servers: Servers = (
            ClusterServers(client) if isinstance(client, redis.asyncio.RedisCluster) else OneServer(client)
        )
        self._again = partial(retry_reading, self._servers.drop_idle, self._sent_again)
        self._replicas = replicas
        self._replicas_timeout = replicas_timeout
        self._durability = durability

    async def close(self) -> None:
        """Close the connections."""
        await self._servers.close()

    async def read(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument] = ()) -> Any:
        """Run a script and return its answer; it must not matter if it runs twice."""
        with self._observed("read"), cancellations_heeded():
            async with asyncio.timeout(self.timeout), self._servers.turn(), self._servers.room:
                return await self._again(lambda: self._retried(script, keys, args, self._servers.send))

    async def write(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument] = ()) -> Any:
        """Run a script that writes and return its answer once the write is as safe as required."""
        waits = bool(self._replicas) or is_flushed(self._durability)
        send = self._send_and_wait if waits else self._servers.send
        timeout = self.timeout + (self._replicas_timeout if waits else 0.0)
        with self._observed("write"), cancellations_heeded():
            # A write that waits for a disk or a replica does not occupy the server meanwhile.
            async with asyncio.timeout(timeout), AT_ONCE if waits else self._servers.turn(), self._servers.room:
                return await self._retried(script, keys, args, send)

    async def read_values(self, key: bytes, commands: Sequence[bytes], most: int) -> Values:
        """Run packed read-only commands, all in the slot of ``key``, as a transaction (MULTI).

        Returns at most ``most`` values, in sequence, in the bytes as received.
        """
        packed = in_transaction(commands)
        values: Values = await self._read(
            key, lambda connection: exchange_values(connection, packed, len(commands), most)
        )
        return values

    async def _read(self, key: bytes, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        with self._observed("read"), cancellations_heeded():
            async with asyncio.timeout(self.timeout), self._servers.turn(), self._servers.room:
                return await self._again(lambda: self._until_executed(lambda: self._servers.exchange(key, ask)))

    async def scan(self, pattern: str) -> AsyncIterator[bytes]:
        """Yield key names from all servers; keys created or deleted during the scan may be among them."""
        async for key in self._client.scan_iter(match=pattern, count=SCANNED_KEYS):
            yield key

    async def scan_hash(self, key: bytes, pattern: str) -> AsyncIterator[tuple[bytes, bytes]]:
        """Yield a hash's fields and values; fields added or removed during the scan may be among them."""
        async for field, value in self._client.hscan_iter(key, match=pattern, count=SCANNED_KEYS):
            yield field, value

    async def unlink(self, keys: Sequence[bytes]) -> int:
        """Delete keys; returns how many existed."""
        return await self._servers.unlink(keys)

    @contextlib.contextmanager
    def _observed(self, kind: ScriptKind) -> Iterator[None]:
        if self._observer is None:
            yield
            return
        started = time.perf_counter()
        try:
            yield
        except ResponseError as error:
            # Errors that begin with one of our scripts' own words are answers.
            if str(error).partition(" ")[0] not in ANSWERS:
                self._observer.failed(error)
            raise
        except (*FAILURES, NotReplicatedError, NotFlushedError) as error:
            self._observer.failed(error)
            raise
        finally:
            self._observer.took(kind, time.perf_counter() - started)

    def _sent_again(self, reason: Exception) -> None:
        if self._observer is not None:
            self._observer.retried(reason)

    async def _retried(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument], send: Any) -> Any:
        """Run a script by its SHA-1; if the server does not know it, send the text."""
        command: Command = ("EVALSHA", script.sha, len(keys), *keys, *args)

        async def send_known() -> Any:
            nonlocal command
            try:
                return await send(command)
            except NoScriptError as error:  # the server was restarted or promoted, or its script cache was flushed
                self._sent_again(error)
                command = ("EVAL", script.text, *command[2:])
                return await send(command)

        return await self._until_executed(send_known)

    async def _until_executed(self, send: Callable[[], Awaitable[Any]]) -> Any:
        """Send until the command is executed; the caller's timeout limits it."""
        while True:
            try:
                return await send()
            except TURNED_REPLICA:  # for new connections, there may be another server behind the same name
                await self._servers.drop_idle()
                raise
            except (*NOT_EXECUTED, ClusterError) as error:
                if not isinstance(error, NOT_EXECUTED) and "TTL exhausted" not in str(error):
                    raise
                self._sent_again(error)
                await asyncio.sleep(RETRY_SECONDS)
            except AttributeError as error:
                # redis-py 8.1: after a failure, another task closed the connection that this task was opening.
                raise redis.ConnectionError("the connection was closed while it was being opened") from error

    async def _send_and_wait(self, command: Command) -> Any:
        """Send command and waits over one connection, as WAIT and WAITAOF cover their own connection's writes."""
        waits: list[Command] = []
        if self._replicas:
            waits.append(("WAIT", self._replicas, round(self._replicas_timeout * 1000)))
        if is_flushed(self._durability):
            waits.append(("WAITAOF", 1, 0, round(self.timeout * 1000)))
        answer, *waited = await self._servers.send_with(command, waits)
        if isinstance(answer, Exception):
            raise answer
        if self._replicas:
            check_replicas(waited[0], self._replicas)
        if is_flushed(self._durability):
            check_flushed(waited[-1])
        return answer
