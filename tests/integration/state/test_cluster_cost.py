"""Commands of cluster scripts grow with the articles named; a whole cluster is read and written in few."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta

import pytest
import redis

from support.waiting import PATIENCE_SECONDS
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Relation
from wirematch.state.clusters import ArticleClusters, ClusterLink, ClusterUpdate

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MEMBERS = 600
EACH = 10
"""Commands for an article that a script names, at most."""


@pytest.fixture
async def clusters(redis_url, index_name) -> AsyncIterator[ArticleClusters]:
    """One cluster; each but a few joined through the original."""
    redis_store = Store(connect(redis_url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    await clusters.settle([told(number, 0 if number % 50 else number - 1) for number in range(1, MEMBERS)])
    yield clusters
    await redis_store.close()


def link(number: int) -> ClusterLink:
    return ClusterLink(f"a{number}", NOON + timedelta(seconds=number), Relation.COPY, 0.9)


def told(number: int, *sources: int, followers: tuple[int, ...] = (), **more) -> ClusterUpdate:
    own = link(number)
    return ClusterUpdate(
        own.id, own.stored_at, number, [link(one) for one in sources], [link(one) for one in followers], **more
    )


async def commands(store: redis.Redis, work: Awaitable) -> int:
    """How many commands the server executed for it, those of scripts included."""

    def executed() -> int:
        return sum(one["calls"] for one in store.info("commandstats").values())

    before = executed()
    await work
    return executed() - before


async def test_many_members_leave_together(store, clusters):
    leaving = [f"a{number}" for number in range(100, 300)]
    assert await commands(store, clusters.leave(leaving)) < EACH * len(leaving)


async def test_a_member_leaves(store, clusters):
    assert await commands(store, clusters.leave(["a120"])) < 5 * EACH


async def test_a_text_changes(store, clusters):
    assert await commands(store, clusters.settle([told(120, 0, changed=True)])) < 5 * EACH


async def test_the_original_leaves(store, clusters):
    assert await commands(store, clusters.leave(["a0"])) < 5 * EACH


async def test_a_late_article_takes_the_cluster_over(store, clusters):
    late = told(MEMBERS, followers=(0, *range(10, 50)))
    assert await commands(store, clusters.settle([late])) < EACH * len(late.followers)


async def test_a_small_cluster_joins_a_large_one(store, clusters):
    await clusters.settle([told(MEMBERS + 2, MEMBERS + 1)])
    assert await commands(store, clusters.settle([told(MEMBERS + 1, 0)])) < 5 * EACH


async def test_members_that_were_taken_along_join_elsewhere(store, clusters):
    taken = range(MEMBERS, MEMBERS + 50)
    await clusters.settle([told(MEMBERS + 100, 0, followers=tuple(taken))])

    moving = clusters.settle([told(number, MEMBERS + 200) for number in taken])
    assert await commands(store, moving) < 4 * EACH * len(taken)
