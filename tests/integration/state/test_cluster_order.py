"""Processes tell of articles in any order, more than once: clusters are as if told in order of storing."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import redis

from support.waiting import PATIENCE_SECONDS
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Relation
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters, ClusterLink, ClusterUpdate, KeptMembership
from wirematch.state.pending_articles import WORKED_ON_MS

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
FAMILIES, ORDERS, MOST = 40, 3, 14
Places = dict[str, tuple[str, str]]


def at(number: int) -> datetime:
    return NOON + timedelta(seconds=number)


def links(*numbers: int) -> list[ClusterLink]:
    return [ClusterLink(f"a{number}", at(number), Relation.COPY, 0.9) for number in sorted(numbers)]


def told(number: int, *sources: int, followers: Sequence[int] = (), **more) -> ClusterUpdate:
    return ClusterUpdate(f"a{number}", at(number), number, links(*sources), links(*followers), **more)


@pytest.fixture
async def redis_store(redis_url: str) -> AsyncIterator[Store]:
    store = Store(connect(redis_url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    yield store
    await store.close()


@pytest.fixture
def placed(redis_store, index_name):
    async def place(updates: Sequence[ClusterUpdate]) -> Places:
        """Original, and through whom each joined, once all were told one by one; nothing is left then."""
        clusters = ArticleClusters(redis_store, Namespace(index_name))
        for update in updates:
            await clusters.settle([update])
        members = [member async for member in BackupState(redis_store, Namespace(index_name)).members()]
        assert all(member.stored for member in members)
        await clusters.leave([member.id for member in members])
        assert [key async for key in redis_store.scan(f"{{{index_name}*")] == []
        return {member.id: (member.original, member.to) for member in members}

    return place


def family(draw: random.Random) -> list[ClusterUpdate]:
    """Of articles that each derive from up to three earlier ones, and some of which are in no cluster themselves."""
    updates = []
    for number in range(1, draw.randint(3, MOST)):
        sources = draw.sample(range(number), min(number, draw.choice((0, 0, 1, 1, 2, 3))))
        copied = draw.choice([None, *(f"a{one}" for one in sources)])
        if sources:
            updates.append(told(number, *sources, copied_id=copied, stays=draw.random() > 0.1))
    return updates


def at_once(updates: Sequence[ClusterUpdate]) -> list[ClusterUpdate]:
    """The same articles, stored in one millisecond, as those of a batch are: their numbers tell the order."""

    def together(links: Sequence[ClusterLink]) -> list[ClusterLink]:
        return [replace(link, stored_at=NOON) for link in links]

    return [
        replace(one, stored_at=NOON, sources=together(one.sources), followers=together(one.followers))
        for one in updates
    ]


async def test_in_whatever_order_articles_are_told_of_the_clusters_are_the_same(placed):
    for seed in range(FAMILIES):
        draw = random.Random(seed)
        updates = family(draw)
        quiet = await placed(updates)
        for _ in range(ORDERS):
            mixed = draw.sample(updates, len(updates))
            again = draw.sample(updates, len(updates) // 3)
            assert await placed([*mixed, *again]) == quiet, (seed, [update.id for update in mixed])
            assert await placed(at_once([*mixed, *again])) == quiet, (seed, [update.id for update in mixed])


async def test_updates_that_did_not_know_everything_leave_no_trace_once_corrected(placed):
    """Some sources were missing, others were none, and what has no source had one."""
    for seed in range(FAMILIES):
        draw = random.Random(seed)
        known = {update.id: update for update in family(draw)}
        names = [f"a{number}" for number in range(1, MOST)]
        whole = [known.get(name, told(int(name[1:]))) for name in names]
        quiet = await placed(whole)
        for _ in range(ORDERS):
            partly = [
                told(number, *draw.sample(range(number), min(number, draw.choice((0, 1, 1, 2)))))
                for number in draw.sample(range(1, MOST), MOST - 1)
            ]
            corrected = [replace(one, again=True) for one in draw.sample(whole, len(whole))]
            assert await placed([*partly, *corrected]) == quiet, seed
            assert await placed(at_once([*partly, *corrected])) == quiet, seed


LATE = {
    "taken along before it says whence it comes": [told(1, 0), told(2, 1), told(3, 2), told(5, 4, followers=(1,))],
    "by two, of which the earlier counts": [told(1, 0), told(2, followers=(0,)), told(3, followers=(0,))],
    "an original with those that joined it": [told(1, 0), told(2, 1), told(3, followers=(0,)), told(4, 3)],
    "what comes from it itself": [told(1, 0), told(2, 1, followers=(0,))],
    "what comes from it through others": [told(1, 0), told(2, 1), told(3, 2, followers=(0, 1))],
}


@pytest.mark.parametrize("name", LATE)
async def test_so_they_are_where_late_articles_take_earlier_ones_along(placed, name):
    quiet = await placed(LATE[name])
    for seed in range(ORDERS * len(LATE[name])):
        mixed = random.Random(seed).sample(LATE[name], len(LATE[name]))
        assert await placed(mixed) == quiet
        assert await placed(at_once(mixed)) == quiet


async def test_what_was_told_of_a_gone_article_takes_nothing_from_the_one_in_its_place(redis_store, index_name):
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    await clusters.settle([ClusterUpdate("a1", at(100), 100, links(0))])

    assert await clusters.settle([told(2, 1)]) == ["a1"]
    [member] = await clusters.memberships(["a1"])
    assert member.original == "a0"


async def test_while_the_source_is_untold_the_answer_names_the_original_that_it_will_have(redis_store, index_name):
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    noted = await clusters.pending.add(["a0", "a1", "a2", "a3"])

    assert await clusters.settle([told(2, 0, 1, copied_id="a1")]) == ["a0"]
    assert await clusters.settle([told(3, 1)]) == ["a0"]
    assert await clusters.settle([told(1, 0)]) == ["a0"]
    assert (await clusters.cluster_of("a3", None, 0, 10)).original == "a0"
    await clusters.pending.complete(noted, ["a0", "a1", "a2", "a3"])
    await clusters.leave(["a1", "a2", "a3"])


async def test_of_an_article_without_an_update_to_come_no_earlier_original_is_expected(redis_store, index_name):
    """Of one that was noted again since, there may be one."""
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    noted = await clusters.pending.add(["a1"])

    assert await clusters.settle([told(2, 0, 1, copied_id="a1")], {"a1": noted.due}) == ["a1"]
    assert await clusters.settle([told(3, 0, 1, copied_id="a1")], {"a1": noted.due - 5}) == ["a0"]
    await clusters.pending.complete(noted, ["a1"])
    await clusters.leave(["a1", "a2", "a3"])


@pytest.mark.parametrize(
    "more", [told(0, 3), told(0, 9), told(2, 3), told(10, followers=(0, 3, 9)), told(3, 9), told(9, 3)]
)
async def test_members_that_joined_through_each_other_hold_nobody_up(redis_store, index_name, more):
    """An earlier release kept the id of a deleted article, under which one that derives from the member came."""
    clusters, carried = (kind(redis_store, Namespace(index_name)) for kind in (ArticleClusters, BackupState))
    to = {0: "", 2: "a0", 3: "a9"}
    await carried.put_members(
        [KeptMembership(f"a{one}", "a0", 255, 0, to[one], round(at(one).timestamp() * 1000)) for one in to]
    )
    await clusters.settle([told(9, 3)])
    assert {member.id: member.to for member in await clusters.memberships(["a3", "a9"])} == {"a3": "a9", "a9": "a3"}

    await clusters.settle([more])
    names = [f"a{number}" for number in (0, 2, 3, 9, 10)]
    assert {member.stored > 0 for member in await clusters.memberships(names)} == {True}
    await clusters.leave(names)
    assert await clusters.memberships(names) == []


async def test_what_is_foreseen_is_gone_with_the_article_that_it_names(redis_store, store, index_name):
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    noted = await clusters.pending.add(["a1"])
    assert await clusters.settle([told(2, 0, 1, copied_id="a1")]) == ["a0"]
    assert any(b"a0" in written for written in everything(store, index_name))

    await clusters.leave(["a0"])
    assert not any(b"a0" in written for written in everything(store, index_name))
    assert await clusters.settle([told(3, 1)]) == ["a1"]

    await clusters.pending.complete(noted, ["a1"])
    await clusters.leave(["a1", "a2", "a3"])
    assert everything(store, index_name) == []


async def test_what_is_foreseen_stays_no_longer_than_updates_are_to_come(redis_store, store, index_name):
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    await clusters.pending.add(["a1"])
    await clusters.settle([told(2, 0, 1, copied_id="a1")])

    naming = [key for key in store.scan_iter(f"*{index_name}*") if b"foreseen" in key]
    assert naming
    assert all(0 < store.ttl(key) <= 2 * WORKED_ON_MS / 1000 for key in naming)
    [original] = await clusters.memberships(["a1"])
    assert original.to == ""


def everything(store: redis.Redis, index_name: str) -> list[bytes]:
    """All keys of the index without its name, each with what is in it."""
    reading = {
        b"hash": lambda key: b" ".join(part for pair in store.hgetall(key).items() for part in pair),
        b"zset": lambda key: b" ".join(store.zrange(key, 0, -1)),
        b"set": lambda key: b" ".join(store.smembers(key)),
        b"string": store.get,
    }
    keys = store.scan_iter(f"*{index_name}*")
    return [key.replace(index_name.encode(), b"") + b" " + reading[store.type(key)](key) for key in keys]


async def test_what_joined_through_an_article_that_is_gone_stays_with_the_others(redis_store, index_name):
    """Nobody can find its source any more."""
    clusters = ArticleClusters(redis_store, Namespace(index_name))
    await clusters.settle([told(1, 0), told(2, 0), told(4, 2)])
    await clusters.leave(["a0"])
    await clusters.settle([told(2, again=True)])

    assert (await clusters.cluster_of("a2", None, 0, 10)).original == "a1"
    assert (await clusters.cluster_of("a4", None, 0, 10)).original == "a1"
