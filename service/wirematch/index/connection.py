"""Connections to Redis, with the limits that a service needs: one server or a cluster behind one way to run scripts."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.cluster import PipelineCommand
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterDownError,
    ClusterError,
    MovedError,
    NoScriptError,
    RedisClusterException,
    RedisError,
    SlotNotCoveredError,
    TryAgainError,
)

from wirematch.errors import NotReplicatedError
from wirematch.index.scripts import Script

CLIENT_NAME = "wirematch"
CLUSTER_SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
PAUSE_SECONDS = 0.05
"""Before asking a cluster again that is moving slots or choosing a master."""
UNSETTLED = (TryAgainError, AskError, MovedError, ClusterDownError, SlotNotCoveredError)
"""A cluster's answers that say: nothing was done, ask again."""
FAILURES = (RedisError, RedisClusterException, OSError)
"""All that a Store raises when the servers do not do what they should."""
Client = redis.asyncio.Redis | redis.asyncio.RedisCluster
Argument = str | bytes | int


def connect(url: str, timeout: float) -> Client:
    """A client for ``url`` (redis://, rediss://, unix://, redis+cluster:// or rediss+cluster://).

    It gives up after ``timeout`` seconds and never tries again by itself: a write whose answer got lost may have been
    done, and only the caller knows whether doing it twice is right. ValueError when the URL cannot be read.
    """
    limits: dict[str, Any] = {
        "client_name": CLIENT_NAME,
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 30,
    }
    plain, is_cluster = _plain(url)
    if is_cluster:
        # Where a part of the slots has no master, the others are asked all the same.
        return redis.asyncio.RedisCluster.from_url(plain, require_full_coverage=False, **limits)
    return redis.asyncio.Redis.from_url(plain, **limits)


def check_url(url: str) -> str:
    """``url`` itself, for settings; ValueError when :func:`connect` cannot read it."""
    plain, is_cluster = _plain(url)
    options = parse_url(plain)
    if is_cluster and options.get("db"):
        raise ValueError("a cluster has no databases, so its URL ends behind the port")
    return url


def _plain(url: str) -> tuple[str, bool]:
    scheme, separator, rest = url.partition("://")
    if scheme in CLUSTER_SCHEMES:
        return CLUSTER_SCHEMES[scheme] + separator + rest, True
    return url, False


class Store:
    """Runs scripts, each on the server that holds its keys.

    Raises what redis-py raises, TimeoutError included. With ``replicas``, a write is not done before so many replicas
    have it: NotReplicatedError when they do not say so within ``replicas_timeout`` seconds.
    """

    def __init__(self, client: Client, timeout: float, *, replicas: int = 0, replicas_timeout: float = 1.0) -> None:
        self.timeout = timeout
        self._client = client
        self._replicas = replicas
        self._replicas_timeout = replicas_timeout

    async def close(self) -> None:
        """Give back connections."""
        await self._client.aclose()

    async def read(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument] = ()) -> Any:
        """The script's answer."""
        async with asyncio.timeout(self.timeout):
            return await self._settled(script, keys, args, self._send)

    async def write(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument] = ()) -> Any:
        """The script's answer, when as many replicas as wanted have what it wrote."""
        if not self._replicas:
            return await self.read(script, keys, args)
        async with asyncio.timeout(self.timeout + self._replicas_timeout):
            return await self._settled(script, keys, args, self._send_and_wait)

    async def _settled(self, script: Script, keys: Sequence[Argument], args: Sequence[Argument], send: Any) -> Any:
        """Send until the cluster knows who has the keys; the caller's timeout bounds it."""
        command: tuple[Argument, ...] = ("EVALSHA", script.sha, len(keys), *keys, *args)
        while True:
            try:
                return await send(command)
            except NoScriptError:  # a server that was restarted, flushed or promoted since
                command = ("EVAL", script.text, *command[2:])
            except UNSETTLED:
                await asyncio.sleep(PAUSE_SECONDS)
            except ClusterError as error:
                if "TTL exhausted" not in str(error):
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            except AttributeError as error:
                # redis-py 8.1: another task, having met a failure, closed a connection that this one is opening.
                raise redis.ConnectionError("the connection was closed while it was being opened") from error

    async def _send(self, command: tuple[Argument, ...]) -> Any:
        return await self._client.execute_command(*command)

    async def _send_and_wait(self, command: tuple[Argument, ...]) -> Any:
        """WAIT says who has what its own connection wrote, so both go over one."""
        wait = ("WAIT", self._replicas, round(self._replicas_timeout * 1000))
        if isinstance(self._client, redis.asyncio.RedisCluster):
            answer, having = await self._both_on_node(self._client, command, wait)
        else:
            pipeline = self._client.pipeline(transaction=False)
            pipeline.execute_command(*command)
            pipeline.execute_command(*wait)
            answer, having = await pipeline.execute(raise_on_error=False)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(having, Exception) or having < self._replicas:
            raise NotReplicatedError(having if isinstance(having, int) else 0, self._replicas)
        return answer

    async def _both_on_node(
        self, cluster: redis.asyncio.RedisCluster, command: tuple[Argument, ...], wait: tuple[Argument, ...]
    ) -> tuple[Any, Any]:
        await cluster.initialize()
        key = command[3]
        node = cluster.get_node_from_key(key)  # type: ignore[arg-type]
        if node is None:
            raise SlotNotCoveredError(f"no server has the slot of {key!r}")
        both = [PipelineCommand(place, *parts) for place, parts in enumerate((command, wait))]
        try:
            await node.execute_pipeline(both)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            both[0].result = error
        answer, having = (part.result for part in both)
        if isinstance(answer, MovedError | redis.ConnectionError | redis.TimeoutError | ClusterDownError):
            await self._look_again(cluster, key)
        return answer, having

    async def _look_again(self, cluster: redis.asyncio.RedisCluster, key: Argument) -> None:
        """Have the client find out who has the key now; it does so when a command of its own fails."""
        with contextlib.suppress(*FAILURES):
            await cluster.execute_command("EXISTS", key)
