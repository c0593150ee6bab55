"""Clusters in Redis: each has one original, and articles that were removed leave no key."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from support.waiting import PATIENCE_SECONDS
from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.models import Relation
from wirematch.state.clusters import (
    NO_RELATION,
    RELATIONS,
    ArticleClusters,
    ClusterLink,
    ClusterUpdate,
    Membership,
)

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
async def clusters(backend, index_name) -> AsyncIterator[ArticleClusters]:
    store = Store(connect(backend.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    clusters = ArticleClusters(store, Namespace(index_name))
    await clusters.leave(["nobody"])  # redis-py 8.1: only one task may initialise a client of Redis Cluster
    yield clusters
    await store.close()


def at(name: str) -> datetime:
    """The time of storing, which an article's name implies: b comes after a."""
    return NOON + timedelta(seconds=ord(name[0]), milliseconds=int(name[1:] or 0))


def links(*names: str, relation: Relation = Relation.COPY) -> list[ClusterLink]:
    return [ClusterLink(name, at(name), relation, 0.9) for name in names]


def update(
    name: str, sources: Sequence[ClusterLink] = (), followers: Sequence[ClusterLink] = (), **more
) -> ClusterUpdate:
    return ClusterUpdate(name, at(name), 1, sources, followers, **more)


async def assign(
    clusters: ArticleClusters, name: str, *sources: str, followers: tuple[str, ...] = (), **more
) -> str | None:
    [original] = await clusters.settle([update(name, links(*sources), links(*followers), **more)])
    return original


async def members(clusters: ArticleClusters, name: str) -> list[str]:
    cluster = await clusters.cluster_of(name, at(name), 0, 100)
    if cluster is None:
        return []
    assert cluster.size == len(cluster.members)
    assert cluster.members[0].id == cluster.original
    return [member.id for member in cluster.members]


async def test_copies_follow_the_original_of_what_they_copy(clusters):
    assert await assign(clusters, "b", "a") == "a"
    assert await assign(clusters, "c", "b") == "a"
    assert await assign(clusters, "d", "a", "b", "c") == "a"

    for name in "abcd":
        assert await members(clusters, name) == ["a", "b", "c", "d"]
    assert await members(clusters, "e") == []


async def test_a_member_has_the_relation_found_when_it_was_stored(clusters):
    source = ClusterLink("a", at("a"), Relation.REWRITE, 0.87654)
    await clusters.settle([update("b", [source])])
    cluster = await clusters.cluster_of("a", None, 0, 10)

    assert cluster.members == [Membership("a"), Membership("b", Relation.REWRITE, 0.8765, "a")]


async def test_the_earliest_source_counts_where_there_are_several(clusters):
    await assign(clusters, "d", "c")
    await assign(clusters, "e", "b")

    assert await assign(clusters, "f", "d", "e") == "c"
    assert await assign(clusters, "g", "d", "e", copied_id="e") == "b"
    assert await members(clusters, "c") == ["c", "d", "f"]
    assert await members(clusters, "b") == ["b", "e", "g"]


async def test_an_original_that_becomes_a_member_brings_its_cluster(clusters):
    await assign(clusters, "c", "b")  # b has not been settled itself yet
    await assign(clusters, "d", "b")
    assert await assign(clusters, "b", "a") == "a"

    assert await members(clusters, "c") == ["a", "b", "c", "d"]


async def test_asking_for_the_original_changes_nothing(clusters, keys):
    assert await assign(clusters, "b", "a", stays=False) == "a"
    assert keys() == set()
    await assign(clusters, "c", "b")
    assert await assign(clusters, "d", "c", stays=False) == "b"
    assert await members(clusters, "b") == ["b", "c"]


async def test_a_late_original_takes_over_what_derives_from_it(clusters):
    await assign(clusters, "b", "a")
    assert await assign(clusters, "z", followers=("a", "c")) is None

    assert await members(clusters, "b") == ["z", "a", "b", "c"]
    assert await assign(clusters, "zz9".replace("z9", "9"), "b") == "z"


async def test_a_late_original_does_not_take_members_of_another_cluster(clusters):
    await assign(clusters, "b", "a")
    assert await assign(clusters, "z", followers=("b",)) is None

    assert await members(clusters, "b") == ["a", "b"]
    assert await members(clusters, "z") == []


async def test_a_late_copy_brings_its_followers_to_the_original(clusters):
    assert await assign(clusters, "z", "a", followers=("b", "a")) == "a"
    assert await members(clusters, "a") == ["a", "b", "z"]


async def test_the_earliest_member_takes_the_place_of_an_original_that_leaves(clusters, keys):
    for name in "bcd":
        await assign(clusters, name, "a")
    await clusters.leave(["a"])
    assert await members(clusters, "d") == ["b", "c", "d"]
    assert await assign(clusters, "e", "d") == "b"

    await clusters.leave(["c", "nobody"])
    assert await members(clusters, "d") == ["b", "d", "e"]
    await clusters.leave(["b", "e"])
    assert await members(clusters, "d") == []
    assert keys() == set()


@pytest.mark.parametrize("gone", ["a", "b"])
async def test_no_member_names_an_article_that_left(clusters, gone):
    for name, source in ("ba", "ca", "db", "eb"):
        await assign(clusters, name, source)
    await clusters.leave([gone])

    kept = await clusters.memberships("abcde")
    assert sorted(member.id for member in kept) == sorted(set("abcde") - {gone})
    assert gone not in {name for member in kept for name in (member.original, member.to)}
    page = await clusters.cluster_of("e", None, 0, 10)
    assert {member.id: member.to for member in page.members}["e"] == (None if gone == "b" else "b")


async def test_an_article_with_a_new_text_leaves_its_cluster(clusters):
    for name in "bc":
        await assign(clusters, name, "a")
    assert await assign(clusters, "b", changed=True) is None
    assert await members(clusters, "a") == ["a", "c"]
    assert await assign(clusters, "a", "x", changed=True) == "x"
    assert await members(clusters, "a") == ["x", "a"] or await members(clusters, "a") == ["a", "x"]
    assert await members(clusters, "c") == []


async def test_another_article_under_an_id_is_not_in_the_cluster_of_the_first(clusters):
    await assign(clusters, "b", "a")
    again = at("b") + timedelta(hours=1)

    assert await clusters.cluster_of("b", again, 0, 10) is None
    [original] = await clusters.settle([update("c", [ClusterLink("b", again, Relation.COPY, 1.0)])])
    assert original == "b"
    assert await members(clusters, "a") == []


async def test_ids_may_be_anything(clusters):
    names = ["urn:a/b}{c", "“b” 😀", 'c"\\']
    stored = [NOON + timedelta(seconds=number) for number in range(3)]
    for place in (1, 2):
        source = ClusterLink(names[place - 1], stored[place - 1], Relation.COPY, 1.0)
        assert await clusters.settle([ClusterUpdate(names[place], stored[place], place, [source])]) == [names[0]]
    cluster = await clusters.cluster_of(names[2], stored[2], 0, 10)
    assert [member.id for member in cluster.members] == names


@pytest.mark.parametrize("late", [False, True])
async def test_a_cluster_is_paged(clusters, late):
    for number in range(1, 25):
        await assign(clusters, f"b{number}", "b0")
    if late:
        await assign(clusters, "z", followers=("b0",))
    whole = await members(clusters, "b0")
    assert whole[0] == ("z" if late else "b0")
    for limit in (1, 2, 7, 30):
        pages = [await clusters.cluster_of("b3", None, offset, limit) for offset in range(0, len(whole), limit)]
        assert [member.id for page in pages for member in page.members] == whole
        assert {page.size for page in pages} == {len(whole)}
    assert (await clusters.cluster_of("b3", None, 100, 10)).members == []


async def test_after_concurrent_updates_every_cluster_has_one_original(clusters, keys):
    """Eight tasks assign and remove articles; then every member names the original under which it is listed."""
    names = [f"{letter}{number}" for letter in "abcdefgh" for number in range(6)]
    draw = random.Random(7)

    async def worker(seed: int) -> None:
        mine = random.Random(seed)
        for _ in range(60):
            name = mine.choice(names)
            others = [other for other in mine.sample(names, 3) if other != name]
            earlier = sorted((other for other in others if at(other) < at(name)), key=at)
            what = mine.random()
            if what < 0.6:
                await assign(clusters, name, *earlier, followers=tuple(mine.sample(others, 1)) if what < 0.1 else ())
            elif what < 0.7:
                await assign(clusters, name, *earlier, changed=True)
            else:
                await clusters.leave([name])

    await asyncio.gather(*(worker(seed) for seed in range(8)))
    seen: set[str] = set()
    for name in names:
        listed = await members(clusters, name)
        if listed:
            assert len(listed) > 1
            assert name in listed
            assert await members(clusters, listed[0]) == listed
            seen.add(listed[0])
    left = keys() - {":groups}:of:takers"}
    assert len(left) == (len(seen) + 1 if seen else 0)  # a set for each cluster, and one hash

    await clusters.leave(draw.sample(names, len(names)))
    assert keys() == set()


async def test_memberships_are_those_of_whoever_is_in_a_cluster(clusters):
    await assign(clusters, "b", "a")

    found = {one.id: one for one in await clusters.memberships(["a", "b", "c"])}

    assert {name: (one.original, one.relation, one.to) for name, one in found.items()} == {
        "a": ("a", NO_RELATION, ""),
        "b": ("a", RELATIONS.index(Relation.COPY), "a"),
    }
    assert [datetime.fromtimestamp(found[name].stored / 1000, UTC) for name in "ab"] == [at("a"), at("b")]


async def test_an_unreachable_server_is_index_unavailable(index_name):
    store = Store(connect("redis://127.0.0.1:1", 0.2), 0.2)
    clusters = ArticleClusters(store, Namespace(index_name))
    for work in (
        clusters.settle([update("b", links("a"))]),
        clusters.cluster_of("a", None, 0, 1),
        clusters.leave(["a"]),
        clusters.memberships(["a"]),
    ):
        with pytest.raises(IndexUnavailableError):
            await work
    await store.close()
