"""Whatever is told, replaced and deleted in whatever order: each member is in one cluster, and names a member of it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import redis

from support.waiting import PATIENCE_SECONDS
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Relation
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters, ClusterLink, ClusterUpdate

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SEEDS, STEPS, IDS = 30, 60, 12


@pytest.fixture
async def redis_store(redis_url: str) -> AsyncIterator[Store]:
    store = Store(connect(redis_url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    yield store
    await store.close()


def links(born: dict[str, int], names: Sequence[str]) -> list[ClusterLink]:
    ordered = sorted(names, key=lambda name: born[name])
    return [ClusterLink(name, NOON + timedelta(seconds=born[name]), Relation.COPY, 0.9) for name in ordered]


def some(draw: random.Random, names: Sequence[str], *numbers: int) -> list[str]:
    return draw.sample(names, min(len(names), draw.choice(numbers)))


def update(draw: random.Random, born: dict[str, int], name: str) -> ClusterUpdate:
    earlier = [other for other in born if born[other] < born[name]]
    sources = some(draw, earlier, 0, 1, 1, 2, 3)
    followers = [other for other in some(draw, earlier, 0, 0, 0, 1, 2) if other not in sources]
    return ClusterUpdate(
        name,
        NOON + timedelta(seconds=born[name]),
        born[name],
        links(born, sources),
        links(born, followers),
        changed=draw.random() < 0.1,
        copied_id=draw.choice([None, *sources]),
    )


async def assert_together(backup_state: BackupState) -> None:
    members = {member.id: member async for member in backup_state.members()}
    for member in members.values():
        assert member.stored, member
        assert members[member.original].original == member.original
        assert not member.to or members[member.to].original == member.original
    originals = [member.original for member in members.values()]
    assert all(originals.count(one) > 1 for one in originals)


async def test_members_and_clusters_agree(redis_store: Store, store: redis.Redis, index_name):
    for seed in range(SEEDS):
        draw, born = random.Random(seed), dict[str, int]()
        name = Namespace(f"{index_name}-{seed}")
        clusters, backup_state = ArticleClusters(redis_store, name), BackupState(redis_store, name)
        for step in range(STEPS):
            if draw.random() < 0.55 or len(born) < 3:
                told = f"a{draw.randrange(IDS)}"
                born.setdefault(told, step + 1)
                await clusters.settle([update(draw, born, told)])
            else:
                gone = some(draw, list(born), 1, 1, 2, 5)
                await clusters.leave(gone)
                born = {one: when for one, when in born.items() if one not in gone}
            await assert_together(backup_state)
        await clusters.leave(list(born))
        assert list(store.scan_iter(f"*{name.name}*")) == []


async def test_an_original_that_a_late_article_takes_along_from_its_own_cluster_stays(redis_store, index_name):
    """One of the cluster lost what it joined through, and the late article joins through that one."""
    born = {f"a{number}": number + 1 for number in range(5)}
    name = Namespace(index_name)
    clusters, backup_state = ArticleClusters(redis_store, name), BackupState(redis_store, name)

    def told(number: int, *sources: str, followers: Sequence[str] = ()) -> ClusterUpdate:
        [own] = links(born, [f"a{number}"])
        return ClusterUpdate(own.id, own.stored_at, number, links(born, sources), links(born, followers))

    await clusters.settle([told(1, "a0"), told(2, "a0")])
    await clusters.leave(["a0"])
    await clusters.settle([told(3, "a2", followers=["a1"])])

    assert {member.id async for member in backup_state.members()} == {"a1", "a2", "a3"}
    await assert_together(backup_state)
    await clusters.leave(list(born))
