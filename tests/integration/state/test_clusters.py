"""Groups: one original each, whoever comes and goes, and nothing left of those that are gone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from wirematch.errors import IndexUnavailableError
from wirematch.index.connection import Store, connect
from wirematch.models import Relation
from wirematch.state.clusters import ClusterLink, ClusterUpdate, Membership, RedisArticleClusters

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
async def groups(backend, index_name) -> AsyncIterator[RedisArticleClusters]:
    store = Store(connect(backend.url, 5.0), 5.0)
    groups = RedisArticleClusters(store, index_name)
    await groups.leave(["nobody"])  # redis-py 8.1: a cluster's client finds its nodes by one task alone
    yield groups
    await store.close()


def at(name: str) -> datetime:
    """Articles are called after when they were stored: b comes after a."""
    return NOON + timedelta(seconds=ord(name[0]), milliseconds=int(name[1:] or 0))


def kin(*names: str, relation: Relation = Relation.COPY) -> list[ClusterLink]:
    return [ClusterLink(name, at(name), relation, 0.9) for name in names]


async def join(
    groups: RedisArticleClusters, name: str, *sources: str, followers: tuple[str, ...] = (), **more
) -> str | None:
    [original] = await groups.settle([ClusterUpdate(name, at(name), kin(*sources), kin(*followers), **more)])
    return original


async def members(groups: RedisArticleClusters, name: str) -> list[str]:
    group = await groups.cluster_of(name, at(name), 0, 100)
    if group is None:
        return []
    assert group.size == len(group.members)
    assert group.members[0].id == group.original
    return [member.id for member in group.members]


async def test_copies_follow_the_original_of_what_they_copy(groups):
    assert await join(groups, "b", "a") == "a"
    assert await join(groups, "c", "b") == "a"
    assert await join(groups, "d", "a", "b", "c") == "a"

    for name in "abcd":
        assert await members(groups, name) == ["a", "b", "c", "d"]
    assert await members(groups, "e") == []


async def test_a_member_says_what_it_was_found_to_be(groups):
    source = ClusterLink("a", at("a"), Relation.REWRITE, 0.87654)
    await groups.settle([ClusterUpdate("b", at("b"), [source])])
    group = await groups.cluster_of("a", None, 0, 10)

    assert group.members == [Membership("a"), Membership("b", Relation.REWRITE, 0.8765, "a")]


async def test_the_earliest_original_counts_where_there_are_several(groups):
    await join(groups, "d", "c")
    await join(groups, "e", "b")

    assert await join(groups, "f", "d", "e") == "b"
    assert await members(groups, "c") == ["c", "d"]


async def test_one_that_joins_takes_its_followers_along(groups):
    await join(groups, "c", "b")  # b has not been settled itself yet
    await join(groups, "d", "b")
    assert await join(groups, "b", "a") == "a"

    assert await members(groups, "c") == ["a", "b", "c", "d"]


async def test_who_only_asks_joins_nothing(groups, keys):
    assert await join(groups, "b", "a", stays=False) == "a"
    assert keys() == set()
    await join(groups, "c", "b")
    assert await join(groups, "d", "c", stays=False) == "b"
    assert await members(groups, "b") == ["b", "c"]


async def test_a_late_original_takes_over_what_derives_from_it(groups):
    await join(groups, "b", "a")
    assert await join(groups, "z", followers=("a", "c")) is None

    assert await members(groups, "b") == ["z", "a", "b", "c"]
    assert await join(groups, "zz9".replace("z9", "9"), "b") == "z"


async def test_a_late_original_leaves_alone_what_follows_another(groups):
    await join(groups, "b", "a")
    assert await join(groups, "z", followers=("b",)) is None

    assert await members(groups, "b") == ["a", "b"]
    assert await members(groups, "z") == []


async def test_a_late_copy_brings_its_followers_to_the_original(groups):
    assert await join(groups, "z", "a", followers=("b", "a")) == "a"
    assert await members(groups, "a") == ["a", "b", "z"]


async def test_when_the_original_goes_the_earliest_follows(groups, keys):
    for name in "bcd":
        await join(groups, name, "a")
    await groups.leave(["a"])
    assert await members(groups, "d") == ["b", "c", "d"]
    assert await join(groups, "e", "d") == "b"

    await groups.leave(["c", "nobody"])
    assert await members(groups, "d") == ["b", "d", "e"]
    await groups.leave(["b", "e"])
    assert await members(groups, "d") == []
    assert keys() == set()


async def test_a_changed_text_leaves_its_group(groups):
    for name in "bc":
        await join(groups, name, "a")
    assert await join(groups, "b", changed=True) is None
    assert await members(groups, "a") == ["a", "c"]
    assert await join(groups, "a", "x", changed=True) == "x"
    assert await members(groups, "a") == ["x", "a"] or await members(groups, "a") == ["a", "x"]
    assert await members(groups, "c") == []


async def test_another_article_under_an_id_is_not_in_the_group_of_the_first(groups):
    await join(groups, "b", "a")
    again = at("b") + timedelta(hours=1)

    assert await groups.cluster_of("b", again, 0, 10) is None
    [original] = await groups.settle([ClusterUpdate("c", at("c"), [ClusterLink("b", again, Relation.COPY, 1.0)])])
    assert original == "b"
    assert await members(groups, "a") == []


async def test_ids_may_be_anything(groups):
    names = ["urn:a/b}{c", "“b” 😀", 'c"\\']
    stored = [NOON + timedelta(seconds=number) for number in range(3)]
    for place in (1, 2):
        source = ClusterLink(names[place - 1], stored[place - 1], Relation.COPY, 1.0)
        assert await groups.settle([ClusterUpdate(names[place], stored[place], [source])]) == [names[0]]
    group = await groups.cluster_of(names[2], stored[2], 0, 10)
    assert [member.id for member in group.members] == names


@pytest.mark.parametrize("late", [False, True])
async def test_a_group_is_paged(groups, late):
    for number in range(1, 25):
        await join(groups, f"b{number}", "b0")
    if late:
        await join(groups, "z", followers=("b0",))
    whole = await members(groups, "b0")
    assert whole[0] == ("z" if late else "b0")
    for limit in (1, 2, 7, 30):
        pages = [await groups.cluster_of("b3", None, offset, limit) for offset in range(0, len(whole), limit)]
        assert [member.id for page in pages for member in page.members] == whole
        assert {page.size for page in pages} == {len(whole)}
    assert (await groups.cluster_of("b3", None, 100, 10)).members == []


async def test_whatever_is_done_at_once_every_group_has_one_original(groups, keys):
    """Many hands join, leave and take over; afterwards every member names the original under which it is listed."""
    names = [f"{letter}{number}" for letter in "abcdefgh" for number in range(6)]
    draw = random.Random(7)

    async def hand(seed: int) -> None:
        mine = random.Random(seed)
        for _ in range(60):
            name = mine.choice(names)
            others = [other for other in mine.sample(names, 3) if other != name]
            earlier = sorted((other for other in others if at(other) < at(name)), key=at)
            what = mine.random()
            if what < 0.6:
                await join(groups, name, *earlier, followers=tuple(mine.sample(others, 1)) if what < 0.1 else ())
            elif what < 0.7:
                await join(groups, name, *earlier, changed=True)
            else:
                await groups.leave([name])

    await asyncio.gather(*(hand(seed) for seed in range(8)))
    seen: set[str] = set()
    for name in names:
        listed = await members(groups, name)
        if listed:
            assert len(listed) > 1
            assert name in listed
            assert await members(groups, listed[0]) == listed
            seen.add(listed[0])
    left = keys()
    assert len(left) == (len(seen) + 1 if seen else 0)  # a set for each group, and one hash

    await groups.leave(draw.sample(names, len(names)))
    assert keys() == set()


async def test_a_store_that_is_away_is_an_error_of_ours(index_name):
    store = Store(connect("redis://127.0.0.1:1", 0.2), 0.2)
    groups = RedisArticleClusters(store, index_name)
    for work in (
        groups.settle([ClusterUpdate("b", NOON, kin("a"))]),
        groups.cluster_of("a", None, 0, 1),
        groups.leave(["a"]),
    ):
        with pytest.raises(IndexUnavailableError):
            await work
    await store.close()
