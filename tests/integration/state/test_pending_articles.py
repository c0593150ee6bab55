"""Articles with work left to do: when due, each is taken by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.waiting import PATIENCE_SECONDS
from wirematch.errors import IndexUnavailableError
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.state.pending_articles import Claim, PendingArticles

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pending(backend, index_name) -> AsyncIterator[PendingArticles]:
    store = Store(connect(backend.url, PATIENCE_SECONDS), PATIENCE_SECONDS)
    yield PendingArticles(store, Namespace(index_name).untranslated)
    await store.close()


async def due_now(pending: PendingArticles, *names: str, **how: bool) -> Claim:
    return await pending.add(names, 0, **how)


async def test_what_is_noted_is_left_alone_until_its_time_has_come(pending):
    await pending.add(["later"])
    await due_now(pending, "a", "b")

    assert (await pending.claim(10)).article_ids == ["a", "b"]
    assert (await pending.claim(10)).article_ids == []  # the process that took them has a minute


async def test_what_is_forgotten_is_due_no_more(pending):
    noted = await due_now(pending, "a", "b")
    await pending.complete(noted, ["a"])

    assert (await pending.claim(10)).article_ids == ["b"]


async def test_what_was_noted_anew_is_not_forgotten_by_whoever_noted_it_before(pending):
    first = await pending.add(["a"])
    await pending.add(["a"], 0)
    await pending.complete(first, ["a"])

    assert (await pending.claim(10)).article_ids == ["a"]


async def test_of_two_that_note_an_article_neither_forgets_it(pending):
    first = await due_now(pending, "a")
    second = await due_now(pending, "a")
    await pending.complete(second, ["a"])
    await pending.complete(first, ["a"])

    assert (await pending.claim(10)).article_ids == ["a"]


async def test_an_earlier_note_is_kept_that_is_of_the_very_same_time(pending):
    for attempt in range(10_000):
        name = f"a{attempt}"
        first, second = await asyncio.gather(due_now(pending, name), due_now(pending, name, keep_earlier=True))
        if first.due == second.due:
            break
    assert first.due == second.due
    await pending.complete(second, [name])

    assert name in (await pending.claim(10_000)).article_ids


@pytest.mark.parametrize("keep_earlier", [True, False])
async def test_many_may_be_noted_and_forgotten_at_once(pending, keep_earlier):
    names = [f"a{number:05}" for number in range(2_500)]
    await due_now(pending, names[7])
    noted = await due_now(pending, *names, keep_earlier=keep_earlier)
    await pending.complete(noted, names[:2_400])

    assert (await pending.claim(10_000)).article_ids == sorted([names[7], *names[2_400:]])


@pytest.mark.parametrize("keep_earlier", [True, False])
async def test_an_id_that_is_named_twice_is_not_forgotten(pending, keep_earlier):
    noted = await due_now(pending, "a", "b", "a", keep_earlier=keep_earlier)
    await pending.complete(noted, ["a", "b"])

    assert (await pending.claim(10)).article_ids == ["a"]


async def test_an_earlier_note_can_be_kept(pending):
    await due_now(pending, "a")
    second = await pending.add(["a", "b"], keep_earlier=True)
    await pending.complete(second, ["a", "b"])

    assert (await pending.claim(10)).article_ids == ["a"]


async def test_more_than_one_script_could_take_at_once_are_noted(pending):
    names = [f"a{number}" for number in range(20_000)]
    noted = await pending.add(names, 0)
    await pending.complete(noted, names[1:])

    assert (await pending.claim(10)).article_ids == ["a0"]


async def test_no_articles_are_no_round_trip():
    nowhere = PendingArticles(Store(connect("redis://127.0.0.1:1", 0.2), 0.2), b"{main}:none")

    assert (await nowhere.add([])).article_ids == []
    await nowhere.complete(Claim([], 0), [])
    with pytest.raises(IndexUnavailableError):
        await nowhere.claim(1)
