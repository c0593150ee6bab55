"""Faults of a Redis Cluster under writes: masters die or hang, replicas lag, slots move."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import pytest
from redis.crc import key_slot

from support.backends import SCHEME, Backend, article, sign_article
from support.cluster import Node, ValkeyCluster
from support.waiting import PATIENCE_SECONDS, eventually, until, wait_for
from wirematch.errors import IndexUnavailableError, NotReplicatedError, WirematchError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.index.redis_index import RedisIndex

pytestmark = pytest.mark.anyio

SHARDS = 6
BEFORE, AFTER = 60, 60
"""Articles that must be acknowledged before the fault, and after it."""
LOADERS = 4
AT_ONCE = 250


@pytest.fixture
def cluster(valkey_cluster) -> ValkeyCluster:
    """The cluster shared by all tests that leave it whole."""
    return valkey_cluster


@pytest.fixture
def mortal_cluster(tmp_path) -> Iterator[ValkeyCluster]:
    """A cluster of its own, whose replicas replace a master that dies."""
    with ValkeyCluster(tmp_path / "cluster", fails_over=True) as cluster:
        yield cluster


@pytest.fixture
async def open_index(index_name) -> AsyncIterator[Callable]:
    opened: list[RedisIndex] = []

    async def make(cluster: ValkeyCluster, seconds: float = PATIENCE_SECONDS, **options) -> RedisIndex:
        store = Store(connect(cluster.url, seconds), seconds, **options)
        index = RedisIndex(store, Namespace(index_name), SCHEME, 128, sign_article, shards=SHARDS)
        await eventually(index.open)
        opened.append(index)
        return index

    yield make
    for index in opened:
        await index.close()


def slot_of(index_name: str, shard: int) -> int:
    slot: int = key_slot(Namespace(index_name).shard(1, shard, SHARDS).prefix[1:-2])
    return slot


def body(number: int) -> str:
    return " ".join(f"barge{number}x{word}" for word in range(12))


class Load:
    """Puts articles one after the other until it is stopped; one that fails is put again, as a client would."""

    def __init__(self, index: RedisIndex) -> None:
        self.index = index
        self.acknowledged: list[int] = []
        self.failures = 0
        self._numbers = iter(range(1_000_000))
        self._stopped = False

    async def run(self, trouble: Callable[[], object], over: Callable[[], bool]) -> None:
        """Cause trouble under load, until it is ``over``."""
        loaders = [asyncio.create_task(self._load()) for _ in range(LOADERS)]
        await until(lambda: len(self.acknowledged) >= BEFORE)
        await asyncio.to_thread(trouble)
        await until(over)
        self._stopped = True
        await asyncio.wait_for(asyncio.gather(*loaders), PATIENCE_SECONDS)

    async def _load(self) -> None:
        for number in self._numbers:
            if self._stopped:
                return
            stored = article(f"a{number}", body(number))
            while True:
                try:
                    await self.index.replace(stored, sign_article(stored))
                except WirematchError:
                    self.failures += 1
                    if self._stopped:
                        return
                    await asyncio.sleep(0.05)
                else:
                    self.acknowledged.append(number)
                    break

    async def lost(self, index: RedisIndex) -> list[int]:
        """Return acknowledged articles that are missing, or not found by their text."""
        lost = []
        for first in range(0, len(self.acknowledged), 100):
            numbers = self.acknowledged[first : first + 100]
            articles = [article(f"a{number}", body(number)) for number in numbers]
            found = await index.lookup_many([*map(sign_article, articles)], [None] * len(articles))
            assert not any(one.partial for one in found)
            read = [await index.fetch(one.ranking, 3) for one in found]
            for number, entries in zip(numbers, read, strict=True):
                if f"a{number}" not in [entry.article.id for entry in entries]:
                    lost.append(number)
        return lost


async def healed(index: RedisIndex, cluster: ValkeyCluster) -> None:
    await until(cluster.is_whole)
    await eventually(lambda: index.lookup(None), lambda found: not found.partial)


@contextmanager
def frozen(*nodes: Node) -> Iterator[None]:
    for node in nodes:
        os.kill(node.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for node in nodes:
            os.kill(node.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("replicas", [1, 0])
async def test_a_master_that_dies_takes_no_acknowledged_article_with_it(
    mortal_cluster, open_index, index_name, replicas
):
    cluster = mortal_cluster
    hasty = await open_index(cluster, seconds=2.0, replicas=replicas, replicas_timeout=1.0)
    patient = await open_index(cluster)
    load = Load(hasty)
    victim = cluster.master_of(slot_of(index_name, 0))
    await load.run(victim.kill, over=lambda: load.failures > 0 and cluster.is_whole())
    await healed(patient, cluster)
    lost = await load.lost(patient)

    print(f"{replicas=}: {len(load.acknowledged)} acknowledged, {load.failures} failures, {len(lost)} lost")  # noqa: T201
    assert len(load.acknowledged) >= BEFORE
    if replicas:  # the dead master's shards have no second copy now, so they acknowledge nothing more
        assert lost == []


async def test_a_write_that_no_replica_has_is_not_acknowledged(cluster, open_index):
    patient = await open_index(cluster, replicas=1, replicas_timeout=PATIENCE_SECONDS)
    hasty = await open_index(cluster, replicas=1, replicas_timeout=0.3)
    await patient.replace(article("a"), sign_article(article("a")))
    with frozen(*cluster.replicas):
        with pytest.raises(NotReplicatedError, match="0 of 1 replicas"):
            await hasty.create(article("b"), None)
        with pytest.raises(NotReplicatedError, match="may be lost if the server fails now"):
            await hasty.replace(article("b"), None)  # changes nothing, and is no safer for that
        with pytest.raises(NotReplicatedError):
            await hasty.delete("a")

    assert (await patient.replace(article("b"), None)).version == 1
    assert await patient.delete("b")


async def test_connections_are_closed_even_if_the_slot_map_was_to_be_read_anew(cluster, index_name):
    """As after an error; redis-py takes its client for closed then, which has gone on with other commands."""
    client = connect(cluster.url, PATIENCE_SECONDS)
    store = Store(client, PATIENCE_SECONDS)
    await RedisIndex(store, Namespace(index_name), SCHEME, 128, sign_article, shards=SHARDS).open()
    known = client.nodes_manager
    nodes = [*known.nodes_cache.values(), *known.startup_nodes.values()]
    connections = [one for node in nodes for one in node._connections]  # noqa: SLF001 - redis-py tells them nowhere
    assert any(one.is_connected for one in connections)
    client._initialize = True  # noqa: SLF001 - its own mark

    await store.close()
    assert not any(one.is_connected for one in connections)


async def test_many_at_once_wait_for_a_connection(cluster, open_index):
    """More than redis-py opens connections to one server: none is refused, and no shard is left out."""
    index = await open_index(cluster)
    await index.replace(article("a"), sign_article(article("a")))
    wanted = sign_article(article("a"))

    found = await asyncio.gather(*(index.lookup(wanted) for _ in range(AT_ONCE)))

    assert {(one.partial, len(one.ranking)) for one in found} == {(False, 1)}


async def test_a_master_that_hangs_makes_the_answer_partial(cluster, open_index, index_name):
    patient, hasty = await open_index(cluster), await open_index(cluster, seconds=0.4)
    backend = Backend(cluster.url, SHARDS, cluster.client(), [])
    bodies = {shard: next(islice(backend.ids(shard), 1)) for shard in range(SHARDS)}
    for name in bodies.values():
        await patient.create(article(name), sign_article(article(name)))
    wanted = sign_article(article("a"))
    whole = await patient.lookup(wanted)
    assert (whole.partial, whole.documents, len(whole.ranking)) == (False, SHARDS, SHARDS)

    hanging = cluster.master_of(slot_of(index_name, 0))
    silent = [shard for shard in range(SHARDS) if cluster.master_of(slot_of(index_name, shard)) is hanging]
    left = {name for shard, name in bodies.items() if shard not in silent}
    with frozen(hanging):
        # On a loaded machine, those that do not hang may be late as well.
        partial = await eventually(lambda: hasty.lookup(wanted), lambda found: found.documents == len(left))
        assert partial.partial
        assert len(partial.ranking) == len(left)
        read = await eventually(lambda: hasty.fetch(whole.ranking, SHARDS), lambda entries: len(entries) == len(left))
        assert read.partial
        assert {entry.article.id for entry in read} == left
        with pytest.raises(IndexUnavailableError):
            await hasty.get(bodies[0])
    await healed(hasty, cluster)
    assert len(await patient.fetch(whole.ranking, SHARDS)) == SHARDS


def move_at_once(source: Node, target: Node, slot: int) -> None:
    """As in Valkey 9: the slot moves as a whole."""
    source.cluster("MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", target.id)


def move_by_key(source: Node, target: Node, slot: int) -> None:
    """As in every version: key by key, with pauses in which others write."""
    source.client.response_callbacks.pop("CLUSTER GETKEYSINSLOT", None)  # it decodes keys as text
    target.cluster("SETSLOT", slot, "IMPORTING", source.id)
    source.cluster("SETSLOT", slot, "MIGRATING", target.id)
    while True:
        keys = source.client.execute_command("CLUSTER GETKEYSINSLOT", slot, 200)
        if not keys:
            break
        source.client.execute_command("MIGRATE", "127.0.0.1", target.port, "", 0, 600_000, "KEYS", *keys)
        time.sleep(0.002)
    target.cluster("SETSLOT", slot, "NODE", target.id)
    source.cluster("SETSLOT", slot, "NODE", target.id)


@pytest.mark.parametrize(("move", "replicas"), [(move_at_once, 0), (move_by_key, 0), (move_by_key, 1)])
async def test_slots_that_move_lose_nothing(cluster, open_index, index_name, move, replicas):
    index = await open_index(cluster, replicas=replicas, replicas_timeout=PATIENCE_SECONDS)
    load = Load(index)
    slots = [slot_of(index_name, 0), slot_of(index_name, 1)]

    moved_at = sys.maxsize

    def trouble() -> None:
        nonlocal moved_at
        for slot in slots:
            source = cluster.master_of(slot)
            target = next(node for node in cluster.masters if node is not source)
            move(source, target, slot)
            wait_for(lambda slot=slot, target=target: cluster.master_of(slot) is target, "the move")
        moved_at = len(load.acknowledged)

    owners = [cluster.master_of(slot) for slot in slots]
    await load.run(trouble, over=lambda: len(load.acknowledged) >= moved_at + AFTER)
    assert all(cluster.master_of(slot) is not owner for slot, owner in zip(slots, owners, strict=True))
    assert await load.lost(index) == []
    print(f"{move.__name__}: {len(load.acknowledged)} acknowledged, {load.failures} failures")  # noqa: T201

    for first in range(0, len(load.acknowledged), 50):
        numbers = load.acknowledged[first : first + 50]
        assert all(await asyncio.gather(*(index.delete(f"a{number}") for number in numbers)))
    left = {key for node in cluster.masters for key in node.client.keys(f"{{{index_name}:*")}
    assert {key.split(b"}:")[1] for key in left} == {b"state"}
